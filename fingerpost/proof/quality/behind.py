"""A record that was drawn, as its assurer reads it: what happened and what was written, and nothing else of the family.

Whoever calls has seen that the sample is open to the reader (`queries.item`).
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.proof.quality.models import Item, Sample
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.groups.models import Attendance, Run, Session


@dataclass(frozen=True)
class Note:
    """Something that was written in the record."""

    at: datetime | None
    title: str
    text: str


@dataclass(frozen=True)
class Behind:
    """The record: `lines` are (what, words). `family_id` is None for a group."""

    title: str
    family_id: uuid.UUID | None
    lines: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


def record_behind(item: Item) -> Behind | None:
    """What stands in a drawn record; None where it is restricted now, or gone. At most four queries."""
    with seeing_everything(why="an assurer reads the record that was drawn, and meets no other"):
        return _BY_KIND[item.sample.population](item.record_id)


def hidden_among(sample: Sample, records: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The drawn records that are restricted now: what was found in them is not read any more. One query; none for groups."""
    if sample.population == Sample.Population.GROUP_RUN:
        return set()
    is_session = sample.population == Sample.Population.SESSION
    restricted = Q(restricted=True) | Q(case__restricted=True) if is_session else Q(restricted=True)
    rows = (Contact if is_session else Case).objects.filter(restricted, pk__in=records)
    with seeing_everything(
        why="whether a drawn record is restricted does not depend on who asks; nothing of it is read"
    ):
        return set(rows.values_list("pk", flat=True))


def _session(pk: uuid.UUID) -> Behind | None:
    contact = (
        Contact.objects.filter(pk=pk, restricted=False, case__restricted=False).select_related("case", "worker").first()
    )
    if contact is None:
        return None
    lines = (
        ("Case", contact.case.ref),
        ("When", day_in_words(timezone.localdate(contact.happened_at))),
        ("Length", f"{contact.minutes} minutes"),
        ("With", contact.worker.name),
        ("What the work is for", contact.case.focus or "Not written down"),
    )
    return Behind(
        "A casework session", contact.family_id, lines, (Note(contact.happened_at, "The note", contact.note),)
    )


def _case(pk: uuid.UUID) -> Behind | None:
    case = Case.objects.filter(pk=pk, restricted=False).select_related("worker", "home_area").first()
    if case is None:
        return None
    contacts = list(
        Contact.objects.filter(case=case, restricted=False).select_related("worker").order_by("happened_at")
    )
    discussions = CaseDiscussion.objects.filter(case=case, restricted=False).order_by("discussed_on")
    lines = (
        ("Case", case.ref),
        ("Opened", day_in_words(timezone.localdate(case.opened_at))),
        ("Closed", day_in_words(timezone.localdate(case.closed_at)) if case.closed_at else "Open"),
        ("With", case.worker.name if case.worker else "Nobody"),
        ("What the work is for", case.focus or "Not written down"),
        ("Casework sessions", str(sum(one.counts_as_session and one.attended for one in contacts))),
    )
    notes = [Note(one.happened_at, one.kind.replace("_", " ").capitalize(), one.note) for one in contacts]
    notes += [Note(None, f"Supervision: {one.get_decided_display().lower()}", one.note) for one in discussions]
    return Behind("A case", case.family_id, lines, tuple(notes))


def _group(pk: uuid.UUID) -> Behind | None:
    run = Run.objects.filter(pk=pk).select_related("programme", "area", "leader").first()
    if run is None:
        return None
    sessions = list(Session.objects.filter(run=run).order_by("starts_at"))
    held = [one for one in sessions if one.held_at]
    came = Attendance.objects.filter(session__run=run, is_present=True).values("person_id").distinct().count()
    lines = (
        ("Group", f"{run.programme.title}, {run.ref}"),
        ("Where", run.area.name),
        ("Led by", run.leader.name if run.leader else "Not known"),
        ("Agreed by", run.agreed_by or "Not agreed"),
        ("Sessions held", f"{len(held)} of {len(sessions)}"),
        ("People who came", str(came)),
    )
    return Behind("A group", None, lines, ())


_BY_KIND: dict[str, Callable[[uuid.UUID], Behind | None]] = {
    Sample.Population.SESSION.value: _session,
    Sample.Population.CASE.value: _case,
    Sample.Population.GROUP_RUN.value: _group,
}
