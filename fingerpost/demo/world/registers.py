"""Lists as schools send them each Friday: register marks of the children known, and exclusions."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from fingerpost.demo.world.days import LAST_DAY, is_school_day
from fingerpost.demo.world.families import Child, Story

REGISTER_SINCE = date(2010, 1, 4)
LISTED_SINCE = date(2009, 9, 1)
WEEKS_BEFORE = 15  # how far back the first list about a child goes
PRESENT = ("/", "\\")
ABSENT = {"I": 46, "M": 8, "N": 12, "O": 22, "G": 5, "C": 4, "H": 3}
LATE = 0.04


class Registers:
    """What each child's register says so far, and how far it was sent."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._children: list[Child] = []
        self._sent_to: dict[str, date] = {}
        self._owed: dict[str, float] = {}
        self._worked_from: dict[str, date] = {}
        self._resting: set[str] = set()

    def know(self, story: Story) -> None:
        """The schools are asked for these children from now on, and for the weeks before."""
        for child in story.children:
            self._children.append(child)
            self._sent_to[child.upn] = max(
                REGISTER_SINCE, story.came_on.date() - timedelta(weeks=WEEKS_BEFORE)
            ) - timedelta(days=1)
            self._owed[child.upn] = self._random.random() * 2

    def rest(self, story: Story) -> None:
        """A family that nobody works with (yet) is not asked about each week."""
        self._resting.update(child.upn for child in story.children)

    def begin_work(self, story: Story, day: date) -> None:
        for child in story.children:
            self._worked_from[child.upn] = day
            self._resting.discard(child.upn)

    def marks_to(self, friday: date) -> bytes | None:
        """The marks not sent yet, as a file; None when there are none."""
        return _file(("UPN", "Date", "AM", "PM"), self._rows(min(friday, LAST_DAY)))

    def _rows(self, friday: date) -> Iterator[tuple[str, ...]]:
        for child in self._children:
            if child.upn in self._resting:
                continue
            day = self._sent_to[child.upn] + timedelta(days=1)
            last = min(friday, child.gone_on or friday)
            while day <= last:
                if is_school_day(day):
                    yield child.upn, f"{day:%d/%m/%Y}", *self._day(child, day)
                day += timedelta(days=1)
            self._sent_to[child.upn] = max(friday, self._sent_to[child.upn])

    def _day(self, child: Child, day: date) -> tuple[str, str]:
        """Absence comes mostly in whole days, and adds up to the child's own rate."""
        for began, length, _ in child.excluded_on:
            if began <= day < began + timedelta(days=max(1, (length + 1) // 2)):
                return "E", "E"
        self._owed[child.upn] += 2 * (100 - self._rate(child, day)) / 100
        if self._owed[child.upn] >= 2 and self._random.random() < 0.6:
            self._owed[child.upn] -= 2
            code = self._random.choices(list(ABSENT), list(ABSENT.values()))[0]
            return code, code
        if self._owed[child.upn] >= 3:
            self._owed[child.upn] -= 1
            return "M", PRESENT[1]
        return ("L" if self._random.random() < LATE else PRESENT[0]), PRESENT[1]

    def _rate(self, child: Child, day: date) -> float:
        since = self._worked_from.get(child.upn)
        if since and day >= since:
            return child.during
        if child.drop_from and day >= child.drop_from:
            return child.drop_to
        return child.before


def exclusions_between(
    stories: Iterable[Story], schools: Iterable[str], after: date, until: date, known: set[str]
) -> bytes | None:
    """Exclusions that began after one day and by another, with those from before of children not yet in `known`.

    Each of the schools says that its list is complete for these days, whether or not it excluded anybody.
    """
    covered = f"{after + timedelta(days=1):%d/%m/%Y}", f"{until:%d/%m/%Y}"
    rows = [("", "", "", "", "", school, *covered) for school in schools]
    for story in stories:
        for child in story.children:
            for day, length, reason in child.excluded_on:
                if day <= until and (day > after or child.upn not in known):
                    rows.append((child.upn, "FIXD", f"{day:%d/%m/%Y}", str(length), reason, story.school.code, "", ""))
            known.add(child.upn)
    headings = ("UPN", "Category", "StartDate", "Sessions", "Reason1", "School", "Covers from", "Covers to")
    return _file(headings, iter(rows))


def _file(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes | None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    first = next(rows, None)
    if first is None:
        return None
    writer.writerow(first)
    writer.writerows(rows)
    return text.getvalue().encode()
