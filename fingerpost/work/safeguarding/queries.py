"""Concerns as those who may know of them ask for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import ScopedQuerySet
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.language.schema.pathway import EditionWords, SafeguardingWords
from fingerpost.people.correspondence import outbox
from fingerpost.people.correspondence.models import Email
from fingerpost.work.safeguarding.models import Concern, Step

LONGEST = 200
TO_READ = "concern_to_read"
"""The kind of the task that asks a lead to read a concern."""


@dataclass(frozen=True)
class Elapsed:
    """One moment of a concern: what happened, when, and how long after it was raised; `minutes` is negative before."""

    what: str
    at: datetime
    minutes: int

    @property
    def in_words(self) -> str:
        """45 minutes, 3 hours 5 minutes, 2 days 4 hours."""
        return span_in_words(self.minutes)


@dataclass(frozen=True)
class ConcernPage:
    """A concern with its steps in order of time, what the contract asks for, and how long things took."""

    concern: Concern
    told: list[Step]
    read: list[Step]
    checked: dict[str, Step]
    words: SafeguardingWords | None
    edition: EditionWords | None
    elapsed: list[Elapsed]
    knowing: list[User]


def named_on(concern: Concern) -> list[UUID]:
    """Ids of those who are named on the concern: who raised it, their supervisor, and whoever was told since."""
    return [UUID(key.removeprefix("named:")) for key in concern.scope_keys if key.startswith("named:")]


def checked(concern: Concern) -> set[str]:
    """Codes of the points of the checklist that were seen to. One query."""
    steps = Step.objects.filter(concern=concern, kind=Step.Kind.CHECKED)
    return set(steps.values_list("item", flat=True))


def overdue(concerns: Iterable[Concern], at: datetime) -> set[UUID]:
    """Those of the concerns whose time for a decision has run out. One query; ids."""
    waiting = [concern.pk for concern in concerns if concern.closed_at is None]
    late = Clock.objects.running().filter(subject_kind=Concern._meta.label_lower, subject_id__in=waiting, due_at__lt=at)
    return set(late.values_list("subject_id", flat=True)) if waiting else set()


def known_to(actor: Actor) -> ScopedQuerySet:
    """Every concern of which the actor may know."""
    found: ScopedQuerySet = Concern.objects.visible_to(actor, Permission.RAISE_CONCERN)
    return found


def get(actor: Actor, ref: str, permission: Permission = Permission.RAISE_CONCERN) -> Concern:
    """One concern. Raises Concern.DoesNotExist for one of which they may not know, as for one that is not there. One query."""
    found: Concern = (
        Concern.objects.visible_to(actor, permission).select_related("family", "raised_by", "decided_by").get(ref=ref)
    )
    return found


def concern_page(actor: Actor, ref: str) -> ConcernPage:
    """The whole concern. Raises Concern.DoesNotExist. Four queries and the contract of the day it was raised."""
    concern = get(actor, ref)
    steps = list(Step.objects.filter(concern=concern).select_related("user").order_by("happened_at", "recorded_at"))
    words = words_of(concern.service, concern.raised_at)
    return ConcernPage(
        concern=concern,
        told=[step for step in steps if step.kind == Step.Kind.TOLD],
        read=[step for step in steps if step.kind == Step.Kind.READ],
        checked={step.item: step for step in steps if step.kind == Step.Kind.CHECKED},
        words=words,
        edition=words.edition_on(concern.raised_at.date()) if words else None,
        elapsed=elapsed(concern, steps),
        knowing=list(User.objects.filter(pk__in=named_on(concern)).order_by("name")),
    )


def words_of(service: str, at: datetime) -> SafeguardingWords | None:
    """What the contract in force says of concerns; None where it says nothing, or none is in force."""
    try:
        return rules(service, at.date()).contract.pathway.safeguarding
    except NothingInForce:
        return None


def listed(actor: Actor, service: str, *, is_open: bool, limit: int = LONGEST) -> list[Concern]:
    """Concerns of which the actor may know: those open, the longest waiting for a decision first; or those closed, newest first."""
    found = known_to(actor).filter(service=service, closed_at__isnull=is_open).select_related("family", "raised_by")
    if is_open:
        return sorted(found.order_by("raised_at")[:limit], key=lambda one: (bool(one.decided_at), one.raised_at))
    return list(found.order_by("-closed_at")[:limit])


def of_family(actor: Actor, family: UUID) -> list[Concern]:
    """The family's concerns of which the actor may know, newest first. One query; none at all for who cannot be told."""
    if not actor.has(Permission.RAISE_CONCERN):
        return []
    return _of_family(actor, family)


@built_once
def _of_family(actor: Actor, family: UUID) -> QuerySet[Concern]:
    return known_to(actor).filter(family=family).order_by("-raised_at")[:LONGEST]


def has_to_read(actor: Actor, told: Iterable[Step]) -> bool:
    """Whether the actor was told of something that they have not read yet. One query."""
    asked = Task.objects.open().filter(kind=TO_READ, owner_id=actor.id, origin_id__in=[step.pk for step in told])
    return asked.exists()


def open_about(family: UUID) -> list[Concern]:
    """Every concern about the family that is not closed, whoever may know of it: for the machinery alone. One query."""
    with seeing_everything(why="the lead of a concern hears of it, whoever does what makes it so and knows of none"):
        return list(Concern.objects.filter(family=family, closed_at=None).order_by("raised_at"))


def elapsed(concern: Concern, steps: Iterable[Step]) -> list[Elapsed]:
    """When each thing happened and how many minutes after the concern was raised, in order of time."""
    moments = [("Seen or heard", concern.seen_at), ("Raised", concern.raised_at)]
    told = [step for step in steps if step.kind == Step.Kind.TOLD]
    emails = outbox.about(told)
    for step in told:
        what, at = _telling(step, emails.get(step.pk))
        moments.append((f"{what}: {step.note}" if step.note else what, at))
    moments += [(f"Read by {step.who}", step.happened_at) for step in steps if step.kind == Step.Kind.READ]
    later = (("Decided", concern.decided_at), ("Referred", concern.referred_at), ("Closed", concern.closed_at))
    moments += [(what, at) for what, at in later if at]
    ordered = sorted(moments, key=lambda moment: moment[1])
    return [Elapsed(what, at, int((at - concern.raised_at).total_seconds() // 60)) for what, at in ordered]


def _telling(step: Step, email: Email | None) -> tuple[str, datetime]:
    """What is known of somebody's being told: the email may not have arrived yet, or never."""
    if email is None or email.state == Email.State.SENT:
        return f"{step.who} told", (email.sent_at if email and email.sent_at else step.happened_at)
    if email.state == Email.State.SETTLED:
        return f"{step.who} told: {email.settled_how}", email.sent_at or step.happened_at
    if email.state == Email.State.FAILED:
        return f"{step.who} could not be reached by email: ring them", step.happened_at
    if email.state == Email.State.TO_PRINT:
        return f"{step.who} will be told by letter; it is to be printed", step.happened_at
    return f"{step.who} will be told; the email is not yet delivered", step.happened_at


def span_in_words(minutes: int) -> str:
    """A length of time as people say it, its two largest parts."""
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (left, "minute")]
    said = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number][:2]
    return " ".join(said) or "at once"
