"""A figure counts differently where its definition, a dated value or a clock that it rests on is another."""

import pytest

from fingerpost.language import VOCABULARY, load
from fingerpost.language.differences import counted_otherwise
from tests.unit.language.small import EVERYTHING, files

FIGURES = """
values:
  floor: [{since: 2010-04-01, value: 12}]
  follow_up_span: [{since: 2010-04-01, value: 12}]
  unread: [{since: 2010-04-01, value: 1}]
plain: {ANY, title: Plain, of: cases, when: closed_on, count: family}
held: {ANY, title: Held, of: cases, when: closed_on, count: family, target: {at_least: floor}}
bound: {ANY, title: Bound, of: cases, when: closed_on, count: family, share: {weeks_involved: {at_least: floor}}}
later: {ANY, title: Later, of: children_on_cases, when: closed_on, count: family, share: {exclusions_after: {at_most: 0}}}
timed: {ANY, title: T, of: discharges, when: notified_on, count: mother, clock: contact, share: {first_attempt_in_time: true}}
""".replace("ANY", 'clause: "3.1", each: quarter')
CLOCKS = 'contact: {clause: "3.1", title: C, starts: notified_at, stops: first_attempt_at, working_days: 2}'


@pytest.mark.parametrize(
    ("file", "old", "new", "others"),
    [
        ("indicators", "title: Plain, of", "title: Plain words, of", ()),
        ("indicators", "closed_on, count: family}\nheld", "closed_on, count: case}\nheld", ("plain",)),
        ("indicators", "value: 1}]\nplain", "value: 2}]\nplain", ()),
        ("indicators", "floor: [{since: 2010-04-01, value: 12}", "floor: [{since: 2010-04-01, value: 13}", ("held", "bound")),
        ("indicators", "span: [{since: 2010-04-01, value: 12}", "span: [{since: 2010-04-01, value: 13}", ("later",)),
        ("clocks", "working_days: 2", "working_days: 3", ("timed",)),
    ],
)  # fmt: skip
def test_what_is_counted_otherwise(file: str, old: str, new: str, others: tuple[str, ...]) -> None:
    words = {"indicators": FIGURES, "clocks": CLOCKS}
    assert old in words[file]
    before = load(files(**words), EVERYTHING)
    after = load(files(**{**words, file: words[file].replace(old, new)}), EVERYTHING)
    assert counted_otherwise(before, after, VOCABULARY) == others
    assert counted_otherwise(before, before) == ()
