"""The calendar of returns and each return as its page shows it.

Whoever prepares returns sees all of them; others who may see figures meet a return only once it was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules, rules_of
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.periods import ReturnDue, returns_due
from fingerpost.language.schema.returns import ReturnWords
from fingerpost.proof.returns.models import Figure, KeptList, Narrative, Return, Sending

REMINDER = "return_due"
"""How the kinds of task begin that remind of a return."""


@dataclass(frozen=True)
class Entry:
    """One line of the calendar: what is due when, to whom, and how far it is."""

    due: ReturnDue
    title: str
    recipient: str
    made: Return | None
    status: str
    is_overdue: bool
    remind_on: tuple[date, ...]


@dataclass(frozen=True)
class Heading:
    """One heading of a return, with the words under it and the indicators that belong there."""

    key: str
    label: str
    prompt: str
    required: bool
    indicators: tuple[str, ...]
    lists: tuple[str, ...]
    narrative: Narrative | None

    @property
    def text(self) -> str:
        return self.narrative.text if self.narrative else ""

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


def sent_since(service: str, moment: datetime) -> list[str]:
    """Returns of the service that were sent after the moment, in words, the earliest first. One query."""
    sent = Return.objects.filter(agreement__key=service, submitted_at__gt=moment).order_by("submitted_at")
    return [f"{made.ref} of {day_in_words(timezone.localdate(made.submitted_at))}" for made in sent]


def calendar(actor: Actor, agreement: Agreement, on: date) -> list[Entry]:
    """Every return of the agreement by due date. Two queries. Raises NotAllowed."""
    actor.require(Permission.VIEW_FIGURES, agreement)
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    made = {(one.series, one.due_on): one for one in Return.objects.filter(agreement=agreement)}
    return [
        _entry(due, contract.returns[due.series], made.get((due.series, due.due)), on) for due in returns_due(contract)
    ]


def reminders_on(actor: Actor, agreement: Agreement, day: date) -> list[Entry]:
    """Returns not yet sent of which the contract wants people reminded on this day. Raises NotAllowed."""
    entries = calendar(actor, agreement, day)
    return [entry for entry in entries if day in entry.remind_on and not (entry.made and entry.made.submitted_at)]


def visible_to(actor: Actor, agreement: Agreement) -> QuerySet[Return]:
    """Returns that the actor may open. Raises NotAllowed."""
    actor.require(Permission.VIEW_FIGURES, agreement)
    found = Return.objects.filter(agreement=agreement).select_related("agreement", "submitted_by", "accepted_by")
    return found if actor.can(Permission.PREPARE_RETURN, agreement) else found.exclude(submitted_at=None)


def get(actor: Actor, ref: str) -> Return:
    """One return by its reference. Raises Return.DoesNotExist where there is none or the actor may not open it."""
    made = Return.objects.select_related("agreement", "submitted_by", "accepted_by").get(ref=ref)
    may_prepare = actor.can(Permission.PREPARE_RETURN, made)
    if not may_prepare and (made.submitted_at is None or not actor.can(Permission.VIEW_FIGURES, made)):
        raise Return.DoesNotExist(f"No return {ref}")
    return made


def rules_for(made: Return) -> Rules:
    """The rules a return is made under: those in force on its last day, or the version it was sent under."""
    if made.version_id and made.submitted_at:
        return rules_of(made.version_id, made.period_to)
    return rules(made.agreement.key, made.period_to)


def words_of(made: Return, held: Rules) -> ReturnWords:
    """What the contract says of a return's series."""
    return held.contract.returns[made.series]


def headings(made: Return, held: Rules | None = None) -> list[Heading]:
    """The headings in the contract's order, each with its words. One query, and one for the rules unless given."""
    held = held or rules_for(made)
    written = {one.heading: one for one in Narrative.objects.filter(return_made=made).select_related("written_by")}
    return [
        Heading(
            key,
            words.label,
            words.prompt or "",
            words.required,
            words.indicators,
            words.lists,
            written.get(key),
        )
        for key, words in words_of(made, held).headings.items()
    ]


def frozen(made: Return) -> Mapping[str, Figure]:
    """The figures of a return that was sent, by indicator."""
    return {figure.indicator: figure for figure in Figure.objects.filter(return_made=made)}


def kept_lists(made: Return) -> Mapping[str, Mapping[str, Any]]:
    """The lists of a return that was sent, by kind."""
    return dict(KeptList.objects.filter(return_made=made).values_list("kind", "content"))


def latest_sending(made: Return) -> Sending | None:
    """What the worker does or did last to send this return; None when nobody asked it. One query."""
    return Sending.objects.filter(return_made=made).order_by("-id").first()


def due_named(agreement: Agreement, due_on: date, on: date) -> list[ReturnDue]:
    """Returns of the calendar that are due on a day: usually one, or none."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    return [due for due in returns_due(contract) if due.due == due_on]


def sent_in_words(made: Return) -> str:
    """When it was sent and whether in time: "submitted 29 September 2010, on time"."""
    if made.submitted_at is None:
        return "draft"
    day = timezone.localdate(made.submitted_at)
    return f"submitted {day_in_words(day)}, {'on time' if day <= made.due_on else 'late'}"


def _entry(due: ReturnDue, words: ReturnWords, made: Return | None, on: date) -> Entry:
    sent = made is not None and made.submitted_at is not None and timezone.localdate(made.submitted_at) <= on
    return Entry(
        due=due,
        title=words.title,
        recipient=words.recipient.label if words.recipient else "",
        made=made,
        status=_status(made, on),
        is_overdue=not sent and due.due < on,
        remind_on=tuple(date.fromordinal(due.due.toordinal() - days) for days in words.reminders),
    )


def _status(made: Return | None, on: date) -> str:
    if made is None:
        return "not begun"
    if made.accepted_at and timezone.localdate(made.accepted_at) <= on:
        return "accepted"
    if made.submitted_at and timezone.localdate(made.submitted_at) <= on:
        return "submitted"
    return "draft"
