"""Where a postcode lies, the tree of areas, and calendars as the contract language asks for them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Q, Subquery

from fingerpost.ground.access.models import Team
from fingerpost.ground.places.models import (
    Area,
    Patch,
    Postcode,
    ResidentCount,
    SchoolWeek,
    WorkDay,
    area_key,
    postcode_key,
)
from fingerpost.language.calendars import Calendar, WorkingCalendar

LONDON = ZoneInfo("Europe/London")


def area_named(service: str, code: str) -> Area | None:
    """The service's area of this code; None where there is none. One query, none for no code."""
    return Area.objects.filter(pk=area_key(service, code)).first() if code else None


def area_of(service: str, postcode: str) -> Area | None:
    """The smallest area of the service known to hold the postcode; None when it is not known. One query."""
    return area_in_any([service], postcode)


def area_in_any(services: Iterable[str], postcode: str) -> Area | None:
    """The same in the scheme of the first of several services that knows the postcode. One query."""
    wanted = [postcode_key(service, postcode) for service in services]
    found = {row.key: row.area for row in Postcode.objects.select_related("area").filter(key__in=wanted)}
    return next((found[key] for key in wanted if key in found), None)


def areas_of(service: str, postcodes: Iterable[str]) -> dict[str, str]:
    """Keys of the service's areas by postcode as given, of those that are known. One query."""
    keys = {postcode: postcode_key(service, postcode) for postcode in postcodes}
    known = dict(Postcode.objects.filter(key__in=set(keys.values())).values_list("key", "area_id"))
    return {postcode: known[key] for postcode, key in keys.items() if key in known}


def keys_within(key: str) -> list[str]:
    """The area's own key and that of every area inside it, at any depth. One query."""
    found = [key]
    scheme = Area.objects.filter(scheme=key.rpartition("/")[0]).order_by("depth")
    for inner, holder in scheme.values_list("key", "parent_id"):
        if holder in found:
            found.append(inner)
    return found


def keys_around(key: str) -> list[str]:
    """The area's own key and those of the areas that hold it, the smallest first. One query."""
    around = Area.objects.filter(pk=key).values_list("parent", "parent__parent", "parent__parent__parent").first()
    return [key, *(one for one in around or () if one)]


def teams_working(service: str, areas: Iterable[Area], on: date) -> dict[str, Team]:
    """The team of the service that works each area on the day, by the area's key: its own, or that of the nearest around it.

    Two queries. An area that no team works is left out.
    """
    patches = Patch.objects.filter(Q(until=None) | Q(until__gte=on), team__service=service, since__lte=on)
    teams = {patch.area_id: patch.team for patch in patches.select_related("team").order_by("since")}
    around = dict(Area.objects.filter(scheme=service).values_list("key", "parent_id"))
    found: dict[str, Team] = {}
    for area in areas:
        key: str | None = area.key
        while key and key not in teams:
            key = around.get(key)
        if key:
            found[area.key] = teams[key]
    return found


@dataclass(frozen=True)
class StoredCalendar:
    """Working days and school weeks as loaded. What is not loaded is not guessed: asking for it raises LookupError."""

    working: str
    schools: str
    first: date
    last: date
    works: bytes
    mondays: tuple[date, ...]
    numbers: tuple[int, ...]
    zone: ZoneInfo = LONDON

    def is_working_day(self, day: date) -> bool:
        """Whether people of this calendar work on the day."""
        if not self.first <= day <= self.last:
            raise LookupError(
                f"The {self.working} calendar is loaded from {self.first} to {self.last}; {day} lies outside"
            )
        return bool(self.works[(day - self.first).days])

    def is_school_week(self, monday: date) -> bool:
        """Whether schools are open in the week that begins on this Monday."""
        place = bisect_left(self.mondays, monday)
        return place < len(self.mondays) and self.mondays[place] == monday

    def school_week(self, day: date) -> int | None:
        """The number of the school week that holds the day; None in the holidays."""
        monday = day - timedelta(days=day.weekday())
        place = bisect_left(self.mondays, monday)
        return self.numbers[place] if place < len(self.mondays) and self.mondays[place] == monday else None

    def school_weeks_ended_before(self, day: date, how_many: int) -> tuple[int, ...]:
        """The numbers of the last so many school weeks whose Friday lies before the day, oldest first."""
        end = bisect_right(self.mondays, day - timedelta(days=5))
        return self.numbers[max(0, end - how_many) : end]

    def monday_of(self, number: int) -> date:
        """The Monday of a numbered school week. Raises LookupError for a number that is not loaded."""
        place = bisect_left(self.numbers, number)
        if place == len(self.numbers) or self.numbers[place] != number:
            raise LookupError(f"School week {number} of {self.schools or 'no calendar'} is not loaded")
        return self.mondays[place]


def working_days_of(jurisdiction: str) -> WorkingCalendar:
    """The working days that were loaded of a country; where none were, those of its law."""
    try:
        return calendar(jurisdiction.lower())
    except LookupError:
        return Calendar(jurisdiction)


def calendar(working: str = "england", schools: str = "") -> StoredCalendar:
    """Working days of one calendar with the school weeks of another, kept in memory until either is loaded again.

    One query when nothing changed. Raises LookupError when the working calendar is not loaded.
    """
    newest_week = SchoolWeek.objects.filter(calendar=schools).order_by("-number").values("id")[:1]
    marks = WorkDay.objects.filter(calendar=working).order_by("-day").values_list("id", Subquery(newest_week)).first()
    if marks is None:
        raise LookupError(f"No working calendar named {working} is loaded")
    return _read(working, schools, *marks)


@lru_cache(maxsize=16)
def _read(working: str, schools: str, days_mark: int, weeks_mark: int | None) -> StoredCalendar:
    """Read both calendars. The marks are the newest rows' ids: a calendar that is loaded again has others."""
    days = list(WorkDay.objects.filter(calendar=working).order_by("day").values_list("day", "is_working"))
    weeks = list(SchoolWeek.objects.filter(calendar=schools).order_by("number").values_list("monday", "number"))
    return StoredCalendar(
        working=working,
        schools=schools,
        first=days[0][0],
        last=days[-1][0],
        works=bytes(is_working for _, is_working in days),
        mondays=tuple(monday for monday, _ in weeks),
        numbers=tuple(number for _, number in weeks),
    )


def resident_counts(scheme: str, *, on: date) -> list[ResidentCount]:
    """The counts of residents that hold on a day in the areas of a scheme, by area. One query."""
    held = ResidentCount.objects.filter(area__scheme=scheme, superseded_at=None, since__lte=on)
    return list(held.filter(Q(until=None) | Q(until__gte=on)).select_related("area").order_by("area__name", "group"))
