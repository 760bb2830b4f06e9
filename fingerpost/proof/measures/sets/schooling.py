"""What record sets share about schooling: facts told once for a child, and for which days the lists of their schools speak."""

from collections.abc import Mapping

import ibis

from fingerpost.ground.places.models import SchoolTerm
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import AttendanceWeek, Coverage, Enrolment, Exclusion, Listed, School
from fingerpost.proof.measures.asked import known
from fingerpost.proof.measures.record_set import beside
from fingerpost.proof.measures.sets.known import entries_of
from fingerpost.proof.measures.tables import Column, Table, days_after, table_of

LONG_AGO, FAR_AHEAD = "1900-01-01", "2999-12-31"
SESSIONS_A_WEEK = 10
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


# --- Once: a child may have been written down twice, and a fact with each entry ---


def weeks_of(rows: Table, person: str, columns: tuple[str, ...], between: tuple[str, str]) -> Table:
    """The weeks of attendance that count, of the people of a column, whose Monday lies between two days of their row.

    One row a week, with these columns. Of a week that stands under two entries what was written down last; what several schools
    told under several entries adds up, where a week has so many sessions.
    """
    wanted = ("monday", "possible", "attended")

    def told(entries: Table, *more: str) -> Table:
        # A view each: rows that are read twice would be gathered once, and then have no index to be found by.
        weeks = known(table_of(AttendanceWeek).view())
        weeks = weeks.filter(weeks.counts)
        near = [entries.entry == weeks.person_id, weeks.monday.between(entries[between[0]], entries[between[1]])]
        return entries.join(weeks, near).select(*columns, *wanted, *more)

    alone, several = _entries_apart(rows, person, tuple(dict.fromkeys((*columns, *between))))
    both = told(several, "id", "recorded_at", "school_id")
    return ibis.union(told(alone), _last_of_each(both, ("record", "monday"), may_add_up=True).select(*columns, *wanted))


def weeks_by_person(since: Column, until: Column) -> Table:
    """The weeks of attendance that count and begin between two days, as `weeks_of`, by `person`: the entry in use."""
    weeks = known(table_of(AttendanceWeek))
    weeks = weeks.filter(weeks.counts, weeks.monday.between(since, until))
    merged = _entries_of_merged()
    alone = weeks.anti_join(merged, "person_id").select("monday", "possible", "attended", person=weeks.person_id)
    both = weeks.join(merged, "person_id").rename(person="child")
    both = _last_of_each(both, ("person", "monday"), may_add_up=True)
    return ibis.union(alone, both.select("monday", "possible", "attended", "person"))


def exclusions_of(rows: Table, person: str, columns: tuple[str, ...], kind: str) -> Table:
    """The exclusions of a kind of the people of a column, with these columns: of one that stands under two entries what was
    written down last.
    """

    def told(entries: Table, *more: str) -> Table:
        given = known(table_of(Exclusion).view())
        given = given.filter(given.kind == kind)
        return entries.join(given, entries.entry == given.person_id).select(*columns, "started_on", "sessions", *more)

    alone, several = _entries_apart(rows, person, columns)
    both = _last_of_each(told(several, "id", "recorded_at"), ("record", "started_on"))
    return ibis.union(told(alone), both.select(*columns, "started_on", "sessions"))


def exclusions_once() -> Table:
    """All exclusions as known; of one that stands under two entries of a child only what was written down last."""
    rows, twice = known(table_of(Exclusion)), known(table_of(Exclusion).view())
    both = twice.join(_entries_of_merged(), "person_id")
    last = _last_of_each(both, ("child", "kind", "started_on"))
    return rows.anti_join(both.anti_join(last.select("id"), "id").select("id"), "id")


def _entries_apart(rows: Table, person: str, columns: tuple[str, ...]) -> tuple[Table, Table]:
    """Rows of people who were written down once, and those of the few who were more than once, with each `entry` of theirs."""
    people = table_of(Person)
    merged = people.filter(people.merged_into_id.notnull()).select(entry=people.id, **{person: people.merged_into_id})
    kept = tuple(dict.fromkeys((person, *columns)))
    alone = rows.anti_join(merged, person)
    own, others = rows.semi_join(merged, person), rows.join(merged, person)
    several = ibis.union(own.select(*kept, entry=own[person]), others.select(*kept, "entry"))
    return alone.select(*kept, entry=alone[person]), several


def _last_of_each(rows: Table, about: tuple[str, ...], *, may_add_up: bool = False) -> Table:
    place = ibis.row_number().over(group_by=list(about), order_by=[ibis.desc("recorded_at"), "id"])
    rows = rows.mutate(place_of_row=place)
    if may_add_up:
        of_week = ibis.window(group_by=list(about))
        is_apart = rows.school_id.min().over(of_week) != rows.school_id.max().over(of_week)
        is_pair = rows.count().over(of_week) <= 2
        adds_up = is_apart.fill_null(False) & is_pair & (rows.possible.sum().over(of_week) <= SESSIONS_A_WEEK)
        rows = rows.mutate(place_of_row=adds_up.ifelse(0, rows.place_of_row))
    return rows.filter(rows.place_of_row < 1)


def _entries_of_merged() -> Table:
    """Every entry of the people who were written down more than once: `person_id`, and the `child` it stands for."""
    people = table_of(Person).view()
    merged = people.filter(people.merged_into_id.notnull())
    into = merged.select(person_id=merged.merged_into_id, child=merged.merged_into_id).distinct()
    return ibis.union(merged.select(person_id=merged.id, child=merged.merged_into_id), into)


# --- Lists: for which days "not on the list" means no ---


def with_listed(rows: Table, person: str, spans: Mapping[str, tuple[str, str]]) -> Table:
    """Adds, by name, whether lists of exclusions cover a stretch of days for every school where the child was on roll.

    `spans` gives the columns of each stretch's first and last day. No where the child was on no roll for some school days.
    """
    days = tuple(dict.fromkeys(day for ends in spans.values() for day in ends))
    places, lists = _places(rows, person, days), known(table_of(Listed))
    lists = lists.filter(lists.kind == Coverage.Kind.EXCLUSIONS.value)
    lists = lists.select(listed_school=lists.school_id, listed_since=lists.since, listed_until=lists.until)
    near = [
        places.school_id == lists.listed_school,
        lists.listed_since <= places.last_day,
        lists.listed_until >= places.first_day,
    ]
    found = places.left_join(lists, near)
    told = found.group_by(["record", "place"]).agg(
        **{name: (~_touches(found, *ends) | _is_within(found, *ends)).any() for name, ends in spans.items()},
        **{f"{name}_on": _touches(found, *ends).any() for name, ends in spans.items()},
        **{f"{name}_off": _is_open_before(found, *ends).any() for name, ends in spans.items()},
        **{f"{name}_end": (found.until >= found[ends[1]]).any() for name, ends in spans.items()},
    )
    sums = {
        name: told[name].all() & told[f"{name}_on"].any() & ~told[f"{name}_off"].any() & told[f"{name}_end"].any()
        for name in spans
    }
    found = beside(rows, told.group_by("record").agg(**sums), "record")
    return found.mutate(**{name: found[name].fill_null(False) for name in spans})


def _places(rows: Table, person: str, days: tuple[str, ...]) -> Table:
    """The child's places on rolls, each with the last day of those before it, days off between the two taken in."""
    ends = {
        "first_day": ibis.least(*(rows[day] for day in days)),
        "last_day": ibis.greatest(*(rows[day] for day in days)),
    }
    entries = entries_of(rows.mutate(**ends), person, "record", *days, *ends)
    enrolled, schools = known(table_of(Enrolment)), table_of(School)
    enrolled = enrolled.select(
        "person_id",
        "school_id",
        place="id",
        since=enrolled.since.fill_null(_day(LONG_AGO)),
        until=enrolled.until.fill_null(_day(FAR_AHEAD)),
    )
    found = entries.join(enrolled, entries.entry == enrolled.person_id)
    before = ibis.window(group_by="record", order_by=["since", "place"], preceding=(None, 1))
    found = found.mutate(until_before=found.until.max().over(before).fill_null(_day(LONG_AGO)))
    gaps = found.filter(days_after(found.until_before, 1) < found.since, found.since > found.first_day)
    gaps = gaps.join(schools.select(school_id=schools.code, calendar=schools.calendar), "school_id")
    off = _holidays()
    is_off = [
        gaps.calendar == off.off_calendar,
        off.off_from <= _monday_after(gaps.until_before),
        off.off_to >= _friday_before(gaps.since),
    ]
    bridged = gaps.semi_join(off, is_off).select("record", "place", is_bridged=True)
    found = found.left_join(bridged, ["record", "place"]).drop("record_right", "place_right")
    return found.mutate(until_before=found.is_bridged.notnull().ifelse(days_after(found.since, -1), found.until_before))


def _holidays() -> Table:
    terms = table_of(SchoolTerm)
    next_first = terms.first_day.lead().over(group_by=terms.calendar, order_by=terms.first_day)
    off = terms.select(
        off_calendar="calendar", off_from=days_after(terms.last_day, 1), off_to=days_after(next_first, -1)
    )
    return off.filter(off.off_to >= off.off_from)


def _touches(rows: Table, first: str, last: str) -> Column:
    return (rows.since <= rows[last]) & (rows.until >= rows[first])


def _is_open_before(rows: Table, first: str, last: str) -> Column:
    """Whether days of the stretch lie between this place and those before it."""
    gap_begins = days_after(rows.until_before, 1)
    return (gap_begins < rows.since) & (gap_begins <= rows[last]) & (rows.since > rows[first])


def _is_within(rows: Table, first: str, last: str) -> Column:
    """Whether the days of the stretch on this roll lie within one stretch of the school's lists."""
    begins, ends = ibis.greatest(rows.since, rows[first]), ibis.least(rows.until, rows[last])
    return ((rows.listed_since <= begins) & (rows.listed_until >= ends)).fill_null(False)


def _monday_after(day: Column) -> Column:
    """The day after; after a Friday or Saturday the Monday."""
    index = day.day_of_week.index()
    return ibis.cases(
        (index == FRIDAY, days_after(day, 3)), (index == SATURDAY, days_after(day, 2)), else_=days_after(day, 1)
    )


def _friday_before(day: Column) -> Column:
    """The day before; before a Monday or Sunday the Friday."""
    index = day.day_of_week.index()
    return ibis.cases(
        (index == MONDAY, days_after(day, -3)), (index == SUNDAY, days_after(day, -2)), else_=days_after(day, -1)
    )


def _day(day: str) -> Column:
    return ibis.literal(day).cast("date")
