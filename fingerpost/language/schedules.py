"""Schedules: from when one starts and what was done, to the points that should be there and the day on which each is due."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from fingerpost.language.calendars import WorkingCalendar
from fingerpost.language.clocks import Length, last_day
from fingerpost.language.dated import Values
from fingerpost.language.schema.schedules import ScheduleWords, StretchWords


@dataclass(frozen=True, slots=True)
class Done:
    """A day on which something was done that may fulfil a point, and what it was."""

    on: date
    by: Hashable = None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that should be there from a day until another. `number` is its place in its schedule, and its name there.

    `done` is what fulfilled it. `ended_on` is the day on which the schedule stopped without it, when it was due already.
    """

    number: str
    name: str
    starts_on: date
    due_on: date
    done: Done | None = None
    ended_on: date | None = None

    def is_missing_on(self, day: date) -> bool:
        """Whether it should be there on that day and is not: past its day, or due at once and not yet done."""
        if self.starts_on > day or self.ended_on or (self.done and self.done.on <= day):
            return False
        return self.due_on < day or self.due_on == self.starts_on


@dataclass(frozen=True, slots=True)
class Spells:
    """The days on which a schedule starts, each anew, and those on which it stops."""

    starts: Sequence[date]
    stops: Sequence[date] = ()

    def __iter__(self) -> Iterator[tuple[date, date | None]]:
        """Each start with the day on which it ends: the next start, or the first stop; None while it runs."""
        starts = sorted(set(self.starts))
        for start, following in pairwise([*starts, None]):
            if start is not None:
                ends = [stop for stop in self.stops if stop >= start] + ([following] if following else [])
                yield start, min(ends, default=None)


Ticked = Callable[[str], date | None]
"""The day on which the point of a number was ticked off."""


def points_of(
    words: ScheduleWords,
    spells: Spells,
    done: Iterable[Done] | Ticked,
    *,
    calendar: WorkingCalendar,
    values: Values,
) -> list[Point]:
    """Every point of a schedule, in order: fulfilled by what was `done` elsewhere, or ticked off itself.

    Raises NoValue where a span names a value that says nothing on its day.
    """
    ticked = done if callable(done) else None
    in_order = [] if callable(done) else sorted(done, key=lambda one: one.on)
    found: list[Point] = []
    for place, (start, end) in enumerate(spells):
        drawing = _Drawing(words, start, end, in_order, ticked, calendar, values, str(place))
        found += drawing.points if words.points else drawing.chain
    return found


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One spell of a schedule."""

    words: ScheduleWords
    start: date
    end: date | None
    done: list[Done]
    ticked: Ticked | None
    calendar: WorkingCalendar
    values: Values
    place: str

    @property
    def chain(self) -> list[Point]:
        """One after another, each counted from the one before; or the only one."""
        every, first = self.words.every, self.words.first
        since, due = self.start, self._after(first or every, self.start)
        last = max((one.on for one in self.done if one.on <= self.start), default=None) if every else None
        if last is not None and (lasts := self._after(every, last)) >= self.start:
            due = lasts
        found: list[Point] = []
        while (one := self._next(f"{self.place}.{len(found)}", since, last)) is not None:
            found.append(Point(f"{self.place}.{len(found)}", "", since, due, one))
            if every is None:
                return found
            since, last, due = one.on, one.on, self._after(every, one.on)
        return [*found, *self._open(Point(f"{self.place}.{len(found)}", "", since, due))]

    def _next(self, number: str, since: date, last: date | None) -> Done | None:
        """What fulfils the point of this number: ticked off, or the next that was done, once a day."""
        if self.ticked is not None:
            day = self.ticked(number)
            return Done(day) if day else None
        return next((one for one in self.done if one.on >= since and one.on != last and self._is_before_end(one)), None)

    def _is_before_end(self, one: Done) -> bool:
        return self.end is None or one.on <= self.end

    @property
    def points(self) -> list[Point]:
        """Each of them, with what fulfilled it."""
        opens, waiting = self.start, list[Point]()
        for number, (name, words) in enumerate(self.words.points.items()):
            due = self._after(words, self.start)
            since = self._after(words.opens, self.start) if words.opens else opens
            waiting.append(Point(f"{self.place}.{number}", name, since, due))
            opens = due + timedelta(days=1)
        settled = self._settled(waiting)
        found: list[Point] = []
        for point in waiting:
            found += [replace(point, done=settled[point.number])] if point.number in settled else self._open(point)
        return found

    def _settled(self, waiting: list[Point]) -> dict[str, Done]:
        """By number, what was ticked off; or what was done in a point's window, or later than every window that is still open."""
        if self.ticked is not None:
            days = {point.number: self.ticked(point.number) for point in waiting}
            return {number: Done(day) for number, day in days.items() if day}
        settled: dict[str, Done] = {}
        for one in filter(self._is_before_end, self.done):
            free = [point for point in waiting if point.number not in settled and point.starts_on <= one.on]
            inside = [point for point in free if one.on <= point.due_on]
            if free:
                settled[(inside[0] if inside else free[-1]).number] = one
        return settled

    def _open(self, point: Point) -> list[Point]:
        """A point that nothing fulfilled: none where the schedule stopped before it was due."""
        if self.end is None:
            return [point]
        return [] if self.end < point.due_on else [replace(point, ended_on=self.end)]

    def _after(self, span: StretchWords | None, day: date) -> date:
        for unit, amount in span.lengths.items() if span else ():
            return last_day(Length(unit, amount), day, self.calendar, self.values)  # type: ignore[arg-type]
        return day
