"""What is still open on a case, said before it is closed: concerns, scores at the end, tasks."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.tasks.models import Task
from fingerpost.pages.kit import words
from fingerpost.work.casework.models import Case
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.safeguarding import queries as safeguarding


@dataclass(frozen=True)
class StillOpen:
    """One thing to look at first: what it is, and the way to it."""

    text: str
    href: str = ""


def still_open(actor: Actor, case: Case, held: Rules, at: datetime) -> list[StillOpen]:
    """Open concerns of which the reader may know, end scores that are missing, tasks that are not done. Four queries."""
    return [*_concerns(actor, case, at), *_scores(case, held), *_tasks(actor, case)]


def _concerns(actor: Actor, case: Case, at: datetime) -> list[StillOpen]:
    found = [one for one in safeguarding.of_family(actor, case.family_id) if one.closed_at is None]
    late = safeguarding.overdue(found, at)
    return [
        StillOpen(
            f"Safeguarding concern {one.ref} of {words.date(timezone.localdate(one.raised_at))} is "
            f"{'decided, not closed' if one.decision else 'not decided'}{', and overdue' if one.pk in late else ''}",
            reverse("practice:concern", args=[one.ref]),
        )
        for one in found
    ]


def _scores(case: Case, held: Rules) -> list[StillOpen]:
    taken = set(Administration.objects.filter(episode_id=case.pk, point="end").values_list("instrument", flat=True))
    return [
        StillOpen(
            f"{use.label}: no score at the end",
            reverse("practice:score_new", args=[case.ref, use.instruments[0], "end"]),
        )
        for use in held.contract.pathway.instruments.values()
        if "end" in use.at and not taken & set(use.instruments)
    ]


def _tasks(actor: Actor, case: Case) -> list[StillOpen]:
    rows = Task.objects.visible_to(actor).open().filter(origin_ref=case.ref).order_by("due_on")
    return [StillOpen(f"To do by {words.date(task.due_on)}: {task.title}") for task in rows]
