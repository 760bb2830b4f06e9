"""What must stand before the lists of a folder can be read: a contract, and the weeks in which schools are open."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.exchange.imports import checking, running, storage
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.kinds.schools import CALENDAR, load_terms
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.places.models import SchoolTerm, SchoolWeek
from fingerpost.ground.places.terms import TermGiven

SEEN = "Marks from"
SATURDAY = 5
WEEK = timedelta(weeks=1)


def make_ready(actor: Actor, service: str, lists: Sequence[List], at: datetime) -> None:
    """Write down what nobody wrote down before. Raises Refused where no contract of the service was adopted.

    Where nobody ever gave school terms, the weeks in which somebody had a register mark are the weeks in which schools were
    open. They go again with the list that showed them.
    """
    if not Agreement.objects.filter(key=service).exists():
        raise Refused(f"No contract named {service} was adopted. Adopt it first: fingerpost adopt FOLDER.")
    given = SchoolTerm.objects.exclude(calendar=CALENDAR, name__startswith=SEEN)
    attendance = [one for one in lists if one.kind in ("session_marks", "attendance_weeks")]
    if attendance and not given.exists() and not any(one.kind == "school_terms" for one in lists):
        _weeks_seen(actor, attendance, at)


def _weeks_seen(actor: Actor, lists: Sequence[List], at: datetime) -> None:
    """Earlier and later weeks than those on record join them. One in between would move their numbers, and is left out."""
    mondays = {monday for one in lists for monday in _mondays(actor, one, at)}
    known = set(SchoolWeek.objects.filter(calendar=CALENDAR).values_list("monday", flat=True))
    new = {monday for monday in mondays - known if not known or not min(known) < monday < max(known)}
    if new:
        load_terms(running.context_of(actor, lists[0], at), CALENDAR, list(_terms(new)))


def _mondays(actor: Actor, received: List, at: datetime) -> Iterator[date]:
    """The Mondays of the weeks in which a list of attendance shows that a school was open."""
    context, path = running.context_of(actor, received, at), storage.path_of(received.stored_at)
    for row in checking.good_rows(KINDS[received.kind], path, context):
        day = row.get("date") or row["monday"]
        if day.weekday() < SATURDAY and KINDS[received.kind].is_open(row):  # type: ignore[attr-defined]
            yield day - timedelta(days=day.weekday())


def _terms(mondays: set[date]) -> Iterator[TermGiven]:
    """Stretches of weeks without a gap, as terms."""
    for first in sorted(monday for monday in mondays if monday - WEEK not in mondays):
        last = first
        while last + WEEK in mondays:
            last += WEEK
        yield TermGiven(f"{SEEN} {first:%d %B %Y}", first, last + timedelta(days=4))
