"""School terms, and the weeks that they number: loaded, added to, and struck out again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import SchoolTerm, SchoolWeek


@dataclass(frozen=True)
class TermGiven:
    """A stretch of school without a holiday inside: half a term, usually. Both days are school days."""

    name: str
    first_day: date
    last_day: date


@command(allow=Permission.ADMINISTER_SYSTEM)
def load_terms(actor: Actor, subject: Scope, *, calendar: str, terms: Iterable[TermGiven], at: datetime) -> int:
    """Write the terms of a school calendar and number every week in which schools are open. Returns the number of weeks.

    Weeks already numbered keep their number, so attendance that carries a number stays right: earlier weeks count down from
    the first of them, later ones go on from the last, and a term that would come between them is refused.
    """
    given = sorted(terms, key=lambda term: term.first_day)
    _require_in_order(given)
    SchoolTerm.objects.bulk_create(
        [SchoolTerm(calendar=calendar, name=t.name, first_day=t.first_day, last_day=t.last_day) for t in given],
        update_conflicts=True,
        unique_fields=["calendar", "first_day"],
        update_fields=["name", "last_day"],
    )
    return _number_weeks(calendar, given)


@command(allow=Permission.IMPORT_LIST)
def take_out_terms(actor: Actor, subject: Scope, *, calendar: str, first_days: Collection[date], at: datetime) -> int:
    """Strike out terms that began on these days, with the weeks that no other term holds. Returns how many terms went.

    Nothing goes where weeks between others would: the numbers of those left must follow one another.
    """
    terms = SchoolTerm.objects.filter(calendar=calendar)
    left = terms.exclude(first_day__in=first_days).values_list("first_day", "last_day")
    held = {monday for first, last in left for monday in mondays_of(first, last)}
    weeks = SchoolWeek.objects.filter(calendar=calendar)
    numbers = set(weeks.filter(monday__in=held).values_list("number", flat=True))
    if numbers and max(numbers) - min(numbers) >= len(numbers):
        return 0
    weeks.exclude(monday__in=held).delete()
    return terms.filter(first_day__in=first_days).delete()[0]


def _require_in_order(terms: list[TermGiven]) -> None:
    for term in terms:
        if term.last_day < term.first_day:
            raise Refused(f"{term.name} ends before it begins. Change one of its days.", field="terms")
    for earlier, later in pairwise(terms):
        if later.first_day <= earlier.last_day:
            raise Refused(f"{later.name} begins before {earlier.name} has ended. Change one of them.", field="terms")


def _number_weeks(calendar: str, terms: list[TermGiven]) -> int:
    wanted = sorted({monday for term in terms for monday in mondays_of(term.first_day, term.last_day)})
    known = dict(SchoolWeek.objects.filter(calendar=calendar).order_by("monday").values_list("monday", "number"))
    new = [monday for monday in wanted if monday not in known]
    first, last = (min(known), max(known)) if known else (date.max, date.max)
    if between := next((monday for monday in new if first < monday < last), None):
        raise Refused(
            f"A term lies between weeks that are numbered already ({between:%d %B %Y}). Correct its days, or give schools "
            "that keep other terms a calendar of their own.",
            field="terms",
        )
    earlier, later = [monday for monday in new if monday < first], [monday for monday in new if monday > last]
    before = known[first] - len(earlier) if known else 1
    numbered = dict(enumerate(earlier, start=before)) | dict(enumerate(later, start=known.get(last, 0) + 1))
    SchoolWeek.objects.bulk_create(SchoolWeek(calendar=calendar, monday=m, number=n) for n, m in numbered.items())
    return len(known) + len(new)


def mondays_of(first: date, last: date) -> Iterable[date]:
    """The Monday of every week that the days from first to last touch."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(weeks=1)
