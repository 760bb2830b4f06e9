"""Cases, contacts and closings of earlier years, brought in by lists: kept as they were, and judged by nobody again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers.added import keep_added
from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.casework.models import Allocation, Case, CaseChild, CaseDiscussion, Contact
from fingerpost.work.casework.reach import Teams, follow_many
from fingerpost.work.referrals import bringing as referrals


@dataclass(frozen=True, slots=True)
class ClosingGiven:
    """How a case ended, as a list gives it."""

    closed_at: datetime
    recorded_at: datetime
    reason: str
    outcomes_met: str = ""
    destination_id: uuid.UUID | None = None
    destination_accepted: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseGiven:
    """A case as a list gives it. `children` are the referred ones, each with their way in; empty for one who came along."""

    ref: str
    family_id: uuid.UUID
    children: tuple[tuple[uuid.UUID, str], ...]
    opened_at: datetime
    recorded_at: datetime
    line: str = ""
    request_id: uuid.UUID | None = None
    home_area: str | None = None
    worker_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    focus: str = ""
    closing: ClosingGiven | None = None


@dataclass(frozen=True, slots=True)
class OnCase:
    """What a row about a case takes from it."""

    id: uuid.UUID
    family_id: uuid.UUID
    scope_keys: list[str]
    restricted: bool


@dataclass(frozen=True, slots=True)
class ContactGiven:
    """A contact as a list gives it."""

    case: OnCase
    worker_id: uuid.UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    minutes: int
    attended: bool = True
    counts_as_session: bool = False
    mode: str = ""
    topics: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DiscussionGiven:
    """What a supervision meeting decided of a case, as a list gives it."""

    case: OnCase
    supervision_id: uuid.UUID
    discussed_on: date
    decided: str
    recorded_at: datetime
    note: str = ""


@command(allow=Permission.IMPORT_LIST, includes=("registers.begin_added",))
def bring_in_cases(
    actor: Actor, subject: Scope, *, service: str, cases: Sequence[CaseGiven], batch: uuid.UUID, at: datetime
) -> list[Case]:
    """Keep cases of earlier years, and bring their families' rows under the keys that they give. Returns them in order.

    Raises Refused where a family would have two open cases.
    """
    today, teams = timezone.localdate(at), Teams(timezone.localdate(at))
    rows = [
        _case(given, service, ref, batch, teams)
        for given, ref in zip(cases, new_references(Case, "C", len(cases)), strict=True)
    ]
    try:
        with transaction.atomic():
            copy_in(rows)
    except IntegrityError as clash:
        raise Refused("A family would have two open cases. Close one of them in the list.", field="family") from clash
    copy_in([child for row, given in zip(rows, cases, strict=True) for child in _children(row, given, batch)])
    copy_in([_allocation(row, actor) for row in rows if row.worker_id])
    opened = [(row.request_id, row.opened_at) for row in rows if row.request_id]
    if opened:
        referrals.note_opened(actor, subject, opened=opened, at=at)
    keep_added(actor, "case", rows, service, at)
    follow_many({row.family_id for row in rows}, today)
    return rows


def _case(given: CaseGiven, service: str, ref: str, batch: uuid.UUID, teams: Teams) -> Case:
    row = Case(
        ref=ref,
        service=service,
        line=given.line,
        family_id=given.family_id,
        request_id=given.request_id,
        home_area_id=given.home_area,
        team_id=given.team_id or teams.of(given.home_area),
        worker_id=given.worker_id,
        focus=given.focus,
        opened_at=given.opened_at,
        recorded_at=given.recorded_at,
        batch=batch,
        batch_ref=given.ref[:60],
    )
    row.scope = Scope.of(service=service, team=row.team_id, users=[given.worker_id] if given.worker_id else [])
    if given.closing:
        closing = given.closing
        row.closed_at, row.closure_recorded_at = closing.closed_at, closing.recorded_at
        row.closure_reason, row.outcomes_met = closing.reason, closing.outcomes_met
        row.destination_id, row.destination_accepted = closing.destination_id, closing.destination_accepted
        row.closing_note = closing.note
    return row


def _children(row: Case, given: CaseGiven, batch: uuid.UUID) -> list[CaseChild]:
    children = []
    for person, route in given.children:
        child = CaseChild(case=row, person_id=person, entry_route=route, recorded_at=given.recorded_at, batch=batch)
        child.scope = row.scope
        children.append(child)
    return children


def _allocation(row: Case, actor: Actor) -> Allocation:
    held = Allocation(case=row, team_id=row.team_id, since=row.opened_at)
    held.worker_id = row.worker_id  # type: ignore[assignment] # only cases with a worker come here
    held.allocated_by_id = actor.id
    held.scope = row.scope
    return held


@command(allow=Permission.IMPORT_LIST)
def bring_in_contacts(
    actor: Actor, subject: Scope, *, service: str, contacts: Sequence[ContactGiven], batch: uuid.UUID, at: datetime
) -> list[uuid.UUID]:
    """Keep contacts of earlier years. Returns their ids in the order given. Each case then knows its last contact."""
    rows = [_contact(given, service, batch) for given in contacts]
    copy_in(rows)
    _note_last_contacts("SELECT DISTINCT case_id FROM casework_contact WHERE batch = %s", [batch])
    return [row.pk for row in rows]


def _contact(given: ContactGiven, service: str, batch: uuid.UUID) -> Contact:
    return Contact(
        scope_keys=given.case.scope_keys,
        restricted=given.case.restricted,
        service=service,
        case_id=given.case.id,
        family_id=given.case.family_id,
        kind=given.kind,
        mode=given.mode,
        happened_at=given.happened_at,
        minutes=given.minutes,
        attended=given.attended,
        counts_as_session=given.counts_as_session,
        topics=sorted(set(given.topics)),
        note=given.note,
        worker_id=given.worker_id,
        recorded_at=given.recorded_at,
        batch=batch,
    )


def _note_last_contacts(cases: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET last_contact_at = last.at FROM ("  # noqa: S608 - statements of this module
            "  SELECT given.case_id, (SELECT max(happened_at) FROM casework_contact c WHERE c.case_id = given.case_id) AS at"
            f" FROM ({cases}) AS given) AS last"
            " WHERE casework_case.id = last.case_id AND casework_case.last_contact_at IS DISTINCT FROM last.at",
            parameters,
        )


@command(allow=Permission.IMPORT_LIST)
def bring_in_closings(
    actor: Actor, subject: Scope, *, closings: Sequence[tuple[uuid.UUID, ClosingGiven]], at: datetime
) -> int:
    """Close cases of earlier years as a list says they ended. Returns how many; a closed case stays as it is."""
    columns = list(zip(*(_closing_cells(case, given) for case, given in closings), strict=True))
    if not columns:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET closed_at = g.closed_at, closure_recorded_at = g.recorded_at,"
            " closure_reason = g.reason, outcomes_met = g.met, destination_id = g.destination,"
            " destination_accepted = g.accepted, closing_note = g.note, next_due_on = NULL, revision = revision + 1"
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::uuid[],"
            " %s::boolean[], %s::text[]) AS g (id, closed_at, recorded_at, reason, met, destination, accepted, note)"
            " WHERE casework_case.id = g.id AND casework_case.closed_at IS NULL",
            [list(cells) for cells in columns],
        )
        closed = cursor.rowcount
    _draw_what_is_due([case for case, _ in closings], at)
    return closed


def _draw_what_is_due(cases: Sequence[uuid.UUID], at: datetime) -> None:
    rows = Case.objects.filter(pk__in=cases)
    for service in rows.values_list("service", flat=True).distinct():
        draw_for_records("case", rows.filter(service=service), service, at)


def _closing_cells(case: uuid.UUID, given: ClosingGiven) -> tuple[object, ...]:
    return (
        case,
        given.closed_at,
        given.recorded_at,
        given.reason,
        given.outcomes_met,
        given.destination_id,
        given.destination_accepted,
        given.note,
    )


@command(allow=Permission.IMPORT_LIST)
def bring_in_discussions(
    actor: Actor, subject: Scope, *, discussions: Sequence[DiscussionGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep what supervision decided of cases in earlier years. Returns how many."""
    rows = []
    for given in discussions:
        row = CaseDiscussion(
            case_id=given.case.id,
            supervision_id=given.supervision_id,
            discussed_on=given.discussed_on,
            decided=given.decided,
            note=given.note,
            recorded_at=given.recorded_at,
            batch=batch,
        )
        row.scope_keys, row.restricted = given.case.scope_keys, given.case.restricted
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST, includes=("registers.take_out_added",))
def take_out_cases(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the cases of a batch. Returns how many rows went. Raises Refused where later work stands on one."""
    brought = list(Case.objects.filter(batch=batch).values_list("pk", "family_id"))
    families = {family for _, family in brought}
    registers.take_out_added(actor, subject, kind="case", records=[case for case, _ in brought], at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_request SET opened_at = NULL"
            " WHERE id IN (SELECT request_id FROM casework_case WHERE batch = %s)",
            [batch],
        )
        cursor.execute(
            "DELETE FROM casework_allocation WHERE case_id IN (SELECT id FROM casework_case WHERE batch = %s)", [batch]
        )
    try:
        taken = take_back((CaseChild, Case), batch)
    except IntegrityError as clash:
        raise Refused("Something was recorded on these cases since, so the list cannot be undone.") from clash
    follow_many(families, timezone.localdate(at))
    return taken


@command(allow=Permission.IMPORT_LIST)
def take_out_contacts(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the contacts of a batch. Returns how many went."""
    cases = list(Contact.objects.filter(batch=batch).values_list("case_id", flat=True).distinct())
    taken = take_back((Contact,), batch)
    _note_last_contacts("SELECT unnest(%s::uuid[]) AS case_id", [cases])
    return taken


@command(allow=Permission.IMPORT_LIST)
def take_out_closings(actor: Actor, subject: Scope, *, cases: Sequence[uuid.UUID], at: datetime) -> int:
    """Open cases again that a list closed. Returns how many. Raises Refused where the family has another open case by now."""
    closed = Case.objects.filter(pk__in=cases, closed_at__isnull=False)
    nothing = {"closed_at": None, "closure_recorded_at": None, "closure_reason": "", "outcomes_met": ""}
    try:
        with transaction.atomic():
            opened = closed.update(
                **nothing, destination=None, destination_accepted=None, closing_note="", next_due_on=None
            )
    except IntegrityError as clash:
        raise Refused("A family has another open case by now, so the closings cannot be undone.") from clash
    _draw_what_is_due(cases, at)
    return opened


@command(allow=Permission.IMPORT_LIST)
def take_out_discussions(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back what a batch said of supervision. Returns how many went."""
    return take_back((CaseDiscussion,), batch)
