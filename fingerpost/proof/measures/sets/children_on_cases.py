"""`children_on_cases`: one referred child on one case, with attendance and exclusions before and after."""

import ibis
from django.conf import settings

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import Enrolment, School
from fingerpost.proof.measures.asked import SINCE, UNTIL, Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import (
    MOMENTS,
    cases_known,
    entries_of,
    first_of_each,
    with_areas,
    with_entry_in_use,
    with_family_reference,
    with_vulnerable_groups,
)
from fingerpost.proof.measures.sets.schooling import exclusions_of, weeks_of, with_listed
from fingerpost.proof.measures.tables import Column, Table, days_after, percent, start_of_day, table_of
from fingerpost.proof.measures.weeks import (
    FRIDAY,
    beside_days,
    calendar_of_all_weeks,
    keys_of_weeks,
    with_monday_of,
    with_week_begun_by,
    with_week_ended_before,
    with_week_ended_by_today,
)
from fingerpost.work.casework.models import CaseChild
from fingerpost.work.referrals.models import Request

STARTS_AT_CLOSURE = "starts_at_closure"
FINAL_ON = "exclusions_final_on"
EXCLUSION, ONLY_EXCLUSION = "exclusion", "exclusion_only"
FIXED_TERM = "fixed_term"
HALF_DAYS = 2
LONG_AGO = "1900-01-01"
AT_CLOSURE = "week_at_closure"
WEEKS = ("baseline_from", "baseline_to", "follow_up_from", "follow_up_to")
DAYS = ("baseline_begins", "opened_on", "closed_on", "follow_up_ends")
LISTED = {
    "before": ("baseline_begins", "day_before_opening"),
    "after": ("day_after_closing", "follow_up_ends"),
    "since_opening": ("opened_on", "follow_up_ends"),
    "equal_span_before": ("equal_span_begins", "day_before_opening"),
}

_ATTENDANCE_AFTER = (
    "absence_rate_after",
    "attendance_rate_after",
    "absence_change",
    "attendance_change",
    "attendance_points",
    "family_absence_change",
    "family_improvement_rank",
    "sessions_possible_after",
    "sessions_attended_after",
    "weeks_known_after",
)
_EXCLUSIONS_AFTER = (
    "excluded_after",
    "excluded_since_opening",
    "exclusions_after",
    "exclusion_days_after",
    "exclusions_since_opening",
    "exclusions_equal_span_before",
    "exclusions_fewer",
)

children_on_cases = RecordSet(
    SETS["children_on_cases"],
    model=CaseChild,
    moments=MOMENTS,
    units={"child": "child", "case": "case", "family": "family"},
    pending={
        **dict.fromkeys(_ATTENDANCE_AFTER, "attendance_to_come"),
        **dict.fromkeys(_EXCLUSIONS_AFTER, "exclusions_to_come"),
    },
    computed=frozenset({FINAL_ON}),
    several=frozenset({"vulnerable_group"}),
    own=frozenset({"line", "closure_reason", "worker", "entry_route"}),
)


@children_on_cases.rows
def rows(asked: Asked, when: str | None) -> Table:
    """The way in `exclusion` means that no other criterion held, so it is told as `exclusion_only`."""
    cases, children = cases_known(), known(table_of(CaseChild))
    if when == FINAL_ON:
        cases = _closed_not_long_before(cases, asked)
    found = cases.join(children, cases.case == children.case_id)
    found = with_entry_in_use(found, Person, "person_id", into="child")
    route = found.entry_route.nullif("")
    one = ibis.literal(asked.calendar)
    calendar = {} if asked.calendar is None else {"calendar": one, "calendar_at_closing": one}
    return found.select(
        *cases.columns,
        **calendar,
        record=found.id,
        child=found.child,
        entry_route=(route == EXCLUSION).ifelse(ONLY_EXCLUSION, route),
        from_on=found.opened_on,
        until_on=found.closed_on,
    )


def _closed_not_long_before(cases: Table, asked: Asked) -> Table:
    """Cases whose follow-up can end in the period: none runs for more than three times its school weeks, holidays and all."""
    longest = (asked.span("follow_up_span") or 0) * 3 * 7
    return cases.filter(cases.closed_on.notnull()).filter(
        cases.closed_at >= start_of_day(days_after(SINCE, -longest), settings.TIME_ZONE),
        cases.closed_at < start_of_day(days_after(UNTIL, 1), settings.TIME_ZONE),
    )


@children_on_cases.adds("one_year_after_end_on", reads=("closed_on",))
def one_year_after_end_on(rows: Table, asked: Asked) -> Table:
    a_year_later = rows.closed_on.cast("timestamp") + ibis.interval(years=1)
    return rows.mutate(one_year_after_end_on=a_year_later.cast("date"))


@children_on_cases.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@children_on_cases.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


@children_on_cases.adds("vulnerable_group", reads=("child", "family", "request"))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    return with_vulnerable_groups(rows, rows.select("record", person=rows.child))


@children_on_cases.adds("school", "school_phase", "school_calendar", reads=("child", "opened_on", "request"))
def schools(rows: Table, asked: Asked) -> Table:
    """The school at opening; failing that, the next; failing that, the one that referred."""
    found = beside(rows, _school_on(rows, "opened_on"), "record")
    asked_by, at = known(table_of(Request)), table_of(School)
    found = beside(found, asked_by.select(request=asked_by.id, asked_by_school=asked_by.school_id), "request")
    found = found.mutate(school=found.enrolled_at.coalesce(found.asked_by_school))
    return beside(found, at.select(school=at.code, school_phase=at.phase, school_calendar=at.calendar), "school")


def _school_on(rows: Table, day: str) -> Table:
    """The main school of each record's child on a day, or the next one after it, as `enrolled_at`.

    A subsidiary registration speaks only where there is no main one; of two that begin on one day the lower number.
    """
    enrolled, entries = known(table_of(Enrolment)), entries_of(rows, "child", "record", day)
    theirs = entries.join(enrolled, entries.entry == enrolled.person_id)
    theirs = theirs.filter(theirs.until.isnull() | (theirs.until >= theirs[day]))
    since = theirs.since.fill_null(ibis.literal(LONG_AGO).cast("date"))
    theirs = theirs.select("record", turn=theirs.is_main.ifelse(0, 1), begun_on=since, enrolled_at=theirs.school_id)
    return first_of_each(theirs, ("record",), ("turn", "begun_on", "enrolled_at")).select("record", "enrolled_at")


@children_on_cases.adds("calendar", reads=("school_calendar",))
def calendar(rows: Table, asked: Asked) -> Table:
    """The school's calendar; where no school is known, that of all school weeks, if they have one."""
    return rows.mutate(calendar=rows.school_calendar.coalesce(calendar_of_all_weeks()))


@children_on_cases.adds("calendar_at_closing", reads=("child", "closed_on", "calendar"))
def calendar_at_closing(rows: Table, asked: Asked) -> Table:
    """That of the school at closing: a child may have moved to a school with other terms. Failing that, as at opening."""
    at = table_of(School)
    there = _school_on(rows, "closed_on").join(at.select(enrolled_at=at.code, moved_to=at.calendar), "enrolled_at")
    found = beside(rows, there.select("record", "moved_to"), "record")
    return found.mutate(calendar_at_closing=found.moved_to.coalesce(found.calendar))


@children_on_cases.adds("baseline_from", "baseline_to", "baseline_begins", reads=("calendar", "opened_on"))
def baseline_weeks(rows: Table, asked: Asked) -> Table:
    """Mondays of the first and last school week of the baseline, which ends with the last that had ended before the case was
    opened; and its first day.
    """
    keys = (*keys_of_weeks(asked), "opened_on")
    days = rows.select(*keys).distinct()  # few: weeks are looked up for each day, not for each child
    found = with_week_ended_before(days, "opened_on", into="last_week")
    found = found.mutate(first_week=found.last_week - ((asked.span("baseline_span") or 0) - 1))
    found = with_monday_of(with_monday_of(found, "first_week", into="baseline_from"), "last_week", into="baseline_to")
    found = found.select(*keys, "baseline_from", "baseline_to", baseline_begins=found.baseline_from)
    return beside_days(rows, found, keys)


@children_on_cases.adds(
    *("follow_up_from", "follow_up_to", "follow_up_ends", "attendance_to_come", "exclusions_to_come"),
    *(FINAL_ON, "followed_up"),
    reads=("calendar_at_closing", "closed_on"),
)
def follow_up_weeks(rows: Table, asked: Asked) -> Table:
    """Mondays of the school weeks of the follow-up of attendance, the Friday on which that of exclusions ends, and whether
    they run on.

    That of exclusions runs for so many weeks after closing. That of attendance ends at closing or starts after it, as the
    contract says. While one runs on, its weeks and its end are NULL. That of exclusions is final on the day after its end, which
    is known beforehand where the weeks are loaded.
    """
    beginning = {} if asked.calendar else {"calendar": rows.calendar_at_closing}
    days = rows.select("closed_on", **beginning).distinct()
    found = _follow_up(days, asked.span("follow_up_span") or 0)
    at_closure = asked.setting("follow_up_place") != STARTS_AT_CLOSURE
    found = found.mutate(
        first=found.from_week_before if at_closure else _unless(found.runs_on, found.closing_week + 1),
        last=found.week_at_closure if at_closure else _unless(found.runs_on, found.last_week),
    )
    found = with_monday_of(with_monday_of(found, "first", into="follow_up_from"), "last", into="follow_up_to")
    named = {} if asked.calendar else {"calendar_at_closing": found.calendar}
    found = found.select(
        "closed_on", "runs_on", "follow_up_from", "follow_up_to", **named,
        follow_up_ends=_unless(found.runs_on, days_after(found.last_monday, FRIDAY)),
        **{FINAL_ON: days_after(found.last_monday, FRIDAY + 1)},
    )  # fmt: skip
    found = beside_days(rows, found, (*named, "closed_on"))
    is_open, runs_on = found.closed_on.isnull(), found.runs_on.fill_null(False)
    return found.mutate(
        exclusions_to_come=is_open | runs_on,
        followed_up=~(is_open | runs_on),
        attendance_to_come=is_open if at_closure else is_open | runs_on,
    ).drop("runs_on")


def _follow_up(days: Table, span: int) -> Table:
    """Around each day of closing: the weeks up to it, those after it, and whether the latter have still to end.

    Where they are not loaded yet, they have not.
    """
    found = with_week_begun_by(days, "closed_on", into="closing_week")
    found = with_week_ended_by_today(found.mutate(last_week=found.closing_week + span), into="weeks_over")
    found = with_week_ended_before(with_monday_of(found, "last_week", into="last_monday"), "closed_on", into=AT_CLOSURE)
    return found.mutate(
        from_week_before=found[AT_CLOSURE] - (span - 1),
        runs_on=(found.weeks_over < found.last_week).fill_null(False),
    )


def _unless(held_back: Column, value: Column) -> Column:
    return held_back.ifelse(ibis.null(value.type()), value)


@children_on_cases.adds(
    *("sessions_possible_before", "sessions_attended_before", "weeks_known_before"),
    *("attendance_rate_before", "absence_rate_before"),
    *("sessions_possible_after", "sessions_attended_after", "weeks_known_after"),
    *("attendance_rate_after", "absence_rate_after"),
    reads=("child", *WEEKS),
)
def attendance(rows: Table, asked: Asked) -> Table:
    """Half-days possible and attended in the school weeks of both stretches, read together, and how many of the weeks are known.

    NULL where too few are: a rate over part of its weeks is not the rate of the whole.
    """
    spans = rows.mutate(
        first_week=ibis.least(rows.baseline_from, rows.follow_up_from),
        last_week=ibis.greatest(rows.baseline_to, rows.follow_up_to),
    )
    theirs = weeks_of(spans, "child", ("record", *WEEKS), ("first_week", "last_week"))
    stretches = {
        "before": theirs.monday.between(theirs.baseline_from, theirs.baseline_to),
        "after": theirs.monday.between(theirs.follow_up_from, theirs.follow_up_to),
    }
    sums = {
        f"sessions_{name}_{when}": theirs[name].sum(where=inside).cast("int64")
        for when, inside in stretches.items()
        for name in ("possible", "attended")
    }
    sums |= {
        f"weeks_known_{when}": theirs.count(where=inside & (theirs.possible > 0)) for when, inside in stretches.items()
    }
    found = beside(rows, theirs.group_by("record").agg(**sums), "record")
    return _with_rates(_with_rates(found, "before", asked), "after", asked)


SPANS = {"before": "baseline_span", "after": "follow_up_span"}


def _with_rates(rows: Table, when: str, asked: Asked) -> Table:
    names = [f"sessions_{name}_{when}" for name in ("possible", "attended")]
    asked_for = asked.span(SPANS[when]) or 0
    weeks = ibis.least(
        rows[f"weeks_known_{when}"], asked_for
    )  # at two schools a child may have more weeks than one has
    enough = (weeks * 100 >= asked_for * (asked.span("weeks_known_least") or 0)) & (weeks > 0)
    rows = rows.mutate(
        **{f"weeks_known_{when}": weeks.fill_null(0)},
        **{name: enough.ifelse(rows[name], ibis.null("int64")) for name in names},
    )
    possible, attended = (rows[name] for name in names)
    return rows.mutate(
        **{
            f"attendance_rate_{when}": percent(attended, possible),
            f"absence_rate_{when}": percent(possible - attended, possible),
        }
    )


_BOTH = ("sessions_possible_before", "sessions_possible_after", "sessions_attended_before", "sessions_attended_after")


@children_on_cases.adds("absence_change", "attendance_change", "attendance_points", reads=_BOTH)
def changes(rows: Table, asked: Asked) -> Table:
    """Each is one fraction of whole numbers: a fall from 15.0 to 10.5 % is then exactly 30 % of itself."""
    possible, possible_after = rows.sessions_possible_before, rows.sessions_possible_after
    attended, attended_after = rows.sessions_attended_before, rows.sessions_attended_after
    missed, missed_after = possible - attended, possible_after - attended_after
    gained = attended_after * possible - attended * possible_after
    return rows.mutate(
        absence_change=percent(missed_after * possible - missed * possible_after, missed * possible_after),
        attendance_change=percent(gained, attended * possible_after),
        attendance_points=percent(gained, possible * possible_after),
    )


@children_on_cases.tells_together("family_absence_change", "family_improvement_rank", unit="family", reads=_BOTH)
def family_changes(rows: Table) -> Table:
    """How absence of a family's children together changed, and the family's place by that: 0 the most improved, 100 the least."""
    both = rows.filter(rows.sessions_possible_before.notnull(), rows.sessions_possible_after.notnull())
    sums = both.group_by("family").agg(
        possible=both.sessions_possible_before.sum().cast("int64"),
        missed=(both.sessions_possible_before - both.sessions_attended_before).sum().cast("int64"),
        possible_after=both.sessions_possible_after.sum().cast("int64"),
        missed_after=(both.sessions_possible_after - both.sessions_attended_after).sum().cast("int64"),
    )
    changed = sums.select(
        "family",
        family_absence_change=percent(
            sums.missed_after * sums.possible - sums.missed * sums.possible_after, sums.missed * sums.possible_after
        ),
    )
    changed = changed.filter(changed.family_absence_change.notnull())
    place = ibis.rank().over(order_by=changed.family_absence_change)
    others = changed.count().over() - 1
    return changed.mutate(family_improvement_rank=percent(place, others).fill_null(0))


@children_on_cases.adds(
    *("exclusions_before", "exclusion_days_before", "excluded_at_opening"),
    *("exclusions_after", "exclusion_days_after", "excluded_after"),
    *("exclusions_since_opening", "excluded_since_opening"),
    *("exclusions_equal_span_before", "exclusions_fewer"),
    reads=("child", *DAYS),
)
def exclusions(rows: Table, asked: Asked) -> Table:
    """Fixed term exclusions and the days lost to them, in every stretch beside the case: they are read once for all.

    Before: from the baseline's first day to the day before opening. After: from the day after closing to the end of the
    follow-up. Since opening: from opening to that end. Equal span before: in as many days before opening. A number is NULL
    where a stretch has no end yet, its weeks are not loaded, or lists of the child's schools do not cover it. One exclusion on
    record is enough for a yes; only lists make a no.
    """
    found = with_listed(_with_days(rows), "child", LISTED).alias("with_stretches")
    theirs = exclusions_of(found, "child", ("record", *DAYS, "equal_span_begins"), FIXED_TERM)
    counts = {}
    for name, inside in _stretches(theirs).items():
        counts[f"exclusions_{name}"] = theirs.count(where=inside)
        counts[f"half_days_{name}"] = theirs.sessions.sum(where=inside).cast("int64")
    return _known_counts(beside(found, theirs.group_by("record").agg(**counts), "record"))


def _with_days(rows: Table) -> Table:
    """The first and last days of all stretches."""
    span = rows.follow_up_ends.delta(rows.opened_on, unit="day") + 1
    return rows.mutate(
        equal_span_begins=(rows.opened_on.cast("timestamp") - span.as_interval("D")).cast("date"),
        day_before_opening=days_after(rows.opened_on, -1),
        day_after_closing=days_after(rows.closed_on, 1),
    )


def _stretches(theirs: Table) -> dict[str, Column]:
    """In which of the stretches an exclusion began."""
    day = theirs.started_on
    before_opening = day < theirs.opened_on
    return {
        "before": (day >= theirs.baseline_begins) & before_opening,
        "after": (day > theirs.closed_on) & (day <= theirs.follow_up_ends),
        "since_opening": day.between(theirs.opened_on, theirs.follow_up_ends),
        "equal_span_before": (day >= theirs.equal_span_begins) & before_opening,
    }


def _known_counts(rows: Table) -> Table:
    """Nothing found in a stretch is none where lists cover it; elsewhere it is not known."""
    told, flags = {}, {}
    for name in LISTED:
        half_days = rows[f"half_days_{name}"].fill_null(0).cast("decimal") / ibis.literal(HALF_DAYS)
        count = rows[f"exclusions_{name}"].fill_null(0)
        told[f"exclusions_{name}"] = rows[name].ifelse(count, ibis.null("int64"))
        told[f"exclusion_days_{name}"] = rows[name].ifelse(half_days, ibis.null("decimal"))
        flags[name] = (count > 0).ifelse(ibis.literal(True), rows[name].ifelse(False, ibis.null("boolean")))
    found = rows.mutate(
        **told,
        excluded_at_opening=flags["before"],
        excluded_after=flags["after"],
        excluded_since_opening=flags["since_opening"],
    )
    return found.mutate(exclusions_fewer=found.exclusions_equal_span_before - found.exclusions_since_opening)
