"""Meetings held, missed and to come. Whoever keeps meetings of the agreement reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import Q, QuerySet

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.meetings.models import Action, Meeting
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.definition import Each
from fingerpost.language.periods import Period, period_on

Status = Literal["held", "missed", "planned", "due", "to_come"]


@dataclass(frozen=True)
class Expected:
    """One period in which a meeting of a series is expected, with those called in it, and how it stands."""

    series: str
    title: str
    clause: str
    period: Period
    meetings: tuple[Meeting, ...]
    status: Status
    remind: tuple[int, ...]


def get(actor: Actor, ref: str) -> Meeting:
    """One meeting. Raises Meeting.DoesNotExist for one that they may not meet, as for none. One query."""
    found = Meeting.objects.select_related("agreement", "called_by", "recorded_by").get(ref=ref)
    if not actor.can(Permission.KEEP_MEETING, found):
        raise Meeting.DoesNotExist(f"No meeting {ref}")
    return found


def expected(agreement: Agreement, on: date) -> list[Expected]:
    """Every period of the term with its meetings and how it stands on the day, the first to come first. Two queries."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    called = list(Meeting.objects.filter(agreement=agreement).order_by("day"))
    found = []
    for series, words in contract.meetings.items():
        clause = words.clause if isinstance(words.clause, str) else words.clause[0]
        day = agreement.starts_on
        while day <= agreement.ends_on:
            whole = period_on(contract, Each(words.each), day)
            period = Period(day, min(whole.end, agreement.ends_on))
            here = tuple(one for one in called if one.series == series and one.day in period)
            status = _status(here, period, on)
            found.append(Expected(series, words.title, clause, period, here, status, words.reminders))
            day = whole.end + timedelta(days=1)
    return sorted(found, key=lambda one: (one.period, one.series))


def _status(meetings: Iterable[Meeting], period: Period, on: date) -> Status:
    """Held once a record was written for a day that has come; missed once the period is over without one."""
    held = [one for one in meetings if one.recorded_at is not None and one.day <= on]
    if held:
        return "held"
    if period.end < on:
        return "missed"
    if any(one.day >= on for one in meetings):
        return "planned"
    return "due" if on in period else "to_come"


def actions_of(meeting: Meeting) -> list[Action]:
    """The actions of one meeting, by the day they are due. One query."""
    return list(Action.objects.filter(meeting=meeting).select_related("owner").order_by("due_on", "agreed_at"))


def open_actions(agreement: Agreement) -> list[Action]:
    """Actions of the agreement's meetings that are not done, by the day they are due. One query."""
    found = Action.objects.filter(meeting__agreement=agreement, done_at=None)
    return list(found.select_related("owner", "meeting").order_by("due_on", "agreed_at"))


def actions_for(actor: Actor, agreement: Agreement) -> list[Action]:
    """What the actor took on at the agreement's meetings and has not done, by the day it is due. One query."""
    found = Action.objects.filter(meeting__agreement=agreement, done_at=None, owner_id=actor.id)
    return list(found.select_related("meeting").order_by("due_on", "agreed_at"))


def who_may_come(agreement: Agreement, on: date) -> QuerySet[User]:
    """People who keep meetings of the service or of a part of it. One query."""
    return _holding(_grants(agreement, on, Permission.KEEP_MEETING))


def who_may_act(agreement: Agreement, on: date) -> QuerySet[User]:
    """People who may take on an action: those who keep the meetings of the whole service. One query."""
    return _holding(_grants(agreement, on, Permission.KEEP_MEETING).filter(reach="service"))


def _grants(agreement: Agreement, on: date, permission: Permission) -> QuerySet[Grant]:
    return Grant.objects.filter(Q(until=None) | Q(until__date__gt=on)).giving(permission, on, agreement.key)


def _holding(grants: QuerySet[Grant]) -> QuerySet[User]:
    return User.objects.filter(pk__in=grants.values("user_id"), is_active=True).order_by("name")


def people_named(ids: Iterable[object]) -> list[User]:
    """Users by their ids, by name. One query."""
    return list(User.objects.filter(pk__in=list(ids)).order_by("name"))
