"""Schedules: the points that should be there, from when they start and what was done."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.language.calendars import Calendar
from fingerpost.language.dated import Dated, Spell
from fingerpost.language.schedules import Done, Point, Spells, points_of
from fingerpost.language.schema import ScheduleWords

START = date(2026, 4, 1)
DAYS = st.dates(date(2026, 3, 1), date(2027, 6, 1))


def drawn(
    words: dict[str, object], *done: date, starts: tuple[date, ...] = (START,), stops: tuple[date, ...] = ()
) -> list[Point]:
    given_ = ScheduleWords.model_validate({"for": "case", **words})
    several = [Done(day, day) for day in done]
    values = {"weeks": Dated("weeks", (Spell(date(2026, 4, 1), 6, date(2026, 5, 31)), Spell(date(2026, 6, 1), 4)))}
    return points_of(given_, Spells(starts, stops), several, calendar=Calendar(), values=values)


def days(points: list[Point]) -> list[tuple[date, date | None]]:
    return [(one.due_on, one.done.on if one.done else None) for one in points]


class TestEvery:
    WORDS = {"every": {"weeks": 6}}

    def test_is_due_a_span_after_the_start(self) -> None:
        assert days(drawn(self.WORDS)) == [(date(2026, 5, 13), None)]

    def test_is_due_again_a_span_after_each(self) -> None:
        points = drawn(self.WORDS, date(2026, 5, 20), date(2026, 6, 10))
        assert days(points) == [
            (date(2026, 5, 13), date(2026, 5, 20)),
            (date(2026, 7, 1), date(2026, 6, 10)),
            (date(2026, 7, 22), None),
        ]
        assert [one.starts_on for one in points] == [START, date(2026, 5, 20), date(2026, 6, 10)]

    def test_is_due_first_when_it_says_so(self) -> None:
        assert days(drawn({"first": {"days": 0}, **self.WORDS})) == [(START, None)]

    @pytest.mark.parametrize(
        ("before", "due"),
        [(date(2026, 3, 10), date(2026, 4, 21)), (date(2026, 2, 18), START), (date(2026, 2, 17), date(2026, 5, 13))],
    )
    def test_counts_what_was_done_before_while_it_lasts(self, before: date, due: date) -> None:
        assert days(drawn(self.WORDS, before)) == [(due, None)]

    def test_done_on_the_day_it_starts_is_the_first(self) -> None:
        assert days(drawn({"first": {"days": 0}, **self.WORDS}, START)) == [(date(2026, 5, 13), None)]

    def test_two_on_a_day_are_one(self) -> None:
        assert len(drawn(self.WORDS, date(2026, 5, 1), date(2026, 5, 1))) == 2

    def test_takes_the_number_of_the_day_from_which_it_counts(self) -> None:
        points = drawn({"every": {"weeks": "weeks"}}, date(2026, 6, 1))
        assert days(points) == [(date(2026, 5, 13), date(2026, 6, 1)), (date(2026, 6, 29), None)]


class TestOnce:
    WORDS = {"first": {"working_days": 2}}

    def test_is_due_once(self) -> None:
        """Over Good Friday and Easter Monday: from Wednesday to Tuesday."""
        assert days(drawn(self.WORDS)) == [(date(2026, 4, 7), None)]
        assert days(drawn(self.WORDS, date(2026, 4, 2), date(2026, 5, 2))) == [(date(2026, 4, 7), date(2026, 4, 2))]

    def test_starts_anew_and_counts_nothing_from_before(self) -> None:
        later = date(2026, 5, 11)
        points = drawn({"first": {"days": 0}}, START, starts=(START, later))
        assert days(points) == [(START, START), (later, None)]


class TestPoints:
    WORDS = {"points": {"birth": {"days": 14}, "visit": {"weeks": 4}, "check": {"opens": {"weeks": 6}, "weeks": 8}}}

    def test_each_has_its_window(self) -> None:
        assert [(one.name, one.starts_on, one.due_on) for one in drawn(self.WORDS)] == [
            ("birth", START, date(2026, 4, 15)),
            ("visit", date(2026, 4, 16), date(2026, 4, 29)),
            ("check", date(2026, 5, 13), date(2026, 5, 27)),
        ]

    @pytest.mark.parametrize(
        ("done", "name"),
        [
            (date(2026, 4, 15), "birth"),
            (date(2026, 4, 16), "visit"),
            (date(2026, 4, 29), "visit"),
            (date(2026, 4, 30), "visit"),
            (date(2026, 5, 13), "check"),
            (date(2026, 6, 30), "check"),
        ],
    )
    def test_what_was_done_fulfils_the_point_in_whose_window_it_was_or_the_last_open(
        self, done: date, name: str
    ) -> None:
        assert [one.name for one in drawn(self.WORDS, done) if one.done] == [name]

    def test_one_fulfils_one(self) -> None:
        points = drawn(self.WORDS, date(2026, 4, 20), date(2026, 4, 21))
        assert [(one.name, one.done.on) for one in points if one.done] == [
            ("birth", date(2026, 4, 21)),
            ("visit", date(2026, 4, 20)),
        ]

    def test_where_windows_overlap_the_earlier_is_fulfilled_to_its_last_day(self) -> None:
        words = {"points": {"first": {"days": 10}, "second": {"opens": {"days": 5}, "days": 20}}}
        for day, name in ((date(2026, 4, 11), "first"), (date(2026, 4, 12), "second")):
            assert [one.name for one in drawn(words, day) if one.done] == [name]


class TestStopped:
    def test_what_is_not_due_yet_falls_away(self) -> None:
        assert drawn({"every": {"weeks": 6}}, stops=(date(2026, 5, 12),)) == []

    def test_what_stops_on_the_day_it_starts_asks_for_nothing(self) -> None:
        assert drawn({"every": {"weeks": 6}}, stops=(START,)) == []
        assert len(drawn({"every": {"weeks": 6}}, stops=(date(2026, 3, 31),))) == 1, "it stopped before"

    def test_what_is_due_stays_not_done(self) -> None:
        (one,) = drawn({"every": {"weeks": 6}}, stops=(date(2026, 5, 13),))
        assert (one.ended_on, one.done) == (date(2026, 5, 13), None)

    @pytest.mark.parametrize(("done", "counts"), [(date(2026, 5, 20), True), (date(2026, 5, 21), False)])
    def test_what_is_done_on_its_last_day_counts(self, done: date, counts: bool) -> None:
        points = drawn({"first": {"weeks": 6}}, done, stops=(date(2026, 5, 20),))
        assert [one.done is not None for one in points] == [counts]

    def test_nothing_done_later_counts(self) -> None:
        (one,) = drawn({"every": {"weeks": 6}}, date(2026, 6, 1), stops=(date(2026, 5, 20),))
        assert one.done is None


@pytest.mark.parametrize(
    ("first", "day", "missing"),
    [
        ({"days": 0}, START, True),
        ({"days": 1}, date(2026, 4, 2), False),
        ({"days": 1}, date(2026, 4, 3), True),
        ({"days": 0}, date(2026, 3, 31), False),
    ],
)
def test_something_is_missing_past_its_day_or_at_once(first: dict[str, int], day: date, missing: bool) -> None:
    (one,) = drawn({"first": first})
    assert one.is_missing_on(day) is missing


def test_something_is_missing_until_the_day_it_was_done() -> None:
    (one,) = drawn({"first": {"days": 0}}, date(2026, 4, 9))
    assert (one.is_missing_on(date(2026, 4, 8)), one.is_missing_on(date(2026, 4, 9))) == (True, False)


@given(done=st.lists(DAYS, max_size=6), stops=st.lists(DAYS, max_size=2), starts=st.lists(DAYS, min_size=1, max_size=3))
def test_points_are_numbered_once_and_leave_at_most_one_open_of_a_rhythm(
    done: list[date], stops: list[date], starts: list[date]
) -> None:
    """Whatever was done: nothing ends twice, nothing is done before it starts, and a rhythm waits for one thing at a time."""
    points = drawn({"every": {"weeks": 6}}, *done, starts=tuple(starts), stops=tuple(stops))
    assert len({one.number for one in points}) == len(points)
    assert all(one.done is None or one.ended_on is None for one in points)
    assert all(one.done is None or one.done.on >= one.starts_on for one in points)
    assert sum(one.done is None and one.ended_on is None for one in points) <= 1
