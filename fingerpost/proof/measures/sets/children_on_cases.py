"""`children_on_cases`: one referred child on one case, with attendance and exclusions before and after."""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, Exclusion, School
from fingerpost.proof.measures.asked import Asked, known
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
from fingerpost.proof.measures.tables import Column, Table, days_after, percent, table_of
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
EXCLUSION, ONLY_EXCLUSION = "exclusion", "exclusion_only"
FIXED_TERM = "fixed_term"
HALF_DAYS = 2
LONG_AGO = "1900-01-01"
AT_CLOSURE = "week_at_closure"
WEEKS = ("baseline_from_week", "baseline_to_week", "follow_up_from_week", "follow_up_to_week")
DAYS = ("baseline_begins", "opened_on", "closed_on", "follow_up_ends")

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
)
_EXCLUSIONS_AFTER = (
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
    several=frozenset({"vulnerable_group"}),
    own=frozenset({"line", "closure_reason", "worker", "entry_route"}),
)


@children_on_cases.rows
def rows(asked: Asked, when: str | None) -> Table:
    """The way in `exclusion` means that no other criterion held, so it is told as `exclusion_only`."""
    cases, children = cases_known(), known(table_of(CaseChild))
    found = cases.join(children, cases.case == children.case_id)
    found = with_entry_in_use(found, Person, "person_id", into="child")
    route = found.entry_route.nullif("")
    calendar = {} if asked.calendar is None else {"calendar": ibis.literal(asked.calendar)}
    return found.select(
        *cases.columns,
        **calendar,
        record=found.id,
        child=found.child,
        entry_route=(route == EXCLUSION).ifelse(ONLY_EXCLUSION, route),
        from_on=found.opened_on,
        until_on=found.closed_on,
    )


@children_on_cases.adds("one_year_after_end_on", reads=("closed_on",))
def one_year_after_end_on(rows: Table, asked: Asked) -> Table:
    a_year_later = rows.closed_on.cast("timestamp") + ibis.interval(years=1)
    return rows.mutate(one_year_after_end_on=a_year_later.cast("date"))


@children_on_cases.adds("locality", "quadrant", reads=("locality_code",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows)


@children_on_cases.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


@children_on_cases.adds("vulnerable_group", reads=("child", "request"))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    return with_vulnerable_groups(rows, rows.select("record", person=rows.child))


@children_on_cases.adds("school", "school_phase", "calendar", reads=("child", "opened_on", "request"))
def schools(rows: Table, asked: Asked) -> Table:
    """The school at opening; failing that, the next; failing that, the one that referred.

    Where no school is known, the calendar is that of all schools, if they share one.
    """
    enrolled, entries = known(table_of(Enrolment)), entries_of(rows, "child", "record", "opened_on")
    theirs = entries.join(enrolled, entries.entry == enrolled.person_id)
    theirs = theirs.filter(theirs.until.isnull() | (theirs.until >= theirs.opened_on))
    since = theirs.since.fill_null(ibis.literal(LONG_AGO).cast("date"))
    theirs = theirs.select("record", begun_on=since, enrolled_at=theirs.school_id)
    first = first_of_each(theirs, ("record",), ("begun_on", "enrolled_at"))  # of two on one day the lower number
    found = beside(rows, first.drop("begun_on"), "record")
    asked_by, at = table_of(Request), table_of(School)
    found = beside(found, asked_by.select(request=asked_by.id, asked_by_school=asked_by.school_id), "request")
    found = found.mutate(school=found.enrolled_at.coalesce(found.asked_by_school))
    return beside(found, at.select(school=at.code, school_phase=at.phase, school_calendar=at.calendar), "school")


@children_on_cases.adds("calendar", reads=("school_calendar",))
def calendar(rows: Table, asked: Asked) -> Table:
    """The school's calendar; where no school is known, that of all school weeks, if they have one."""
    return rows.mutate(calendar=rows.school_calendar.coalesce(calendar_of_all_weeks()))


@children_on_cases.adds("baseline_from_week", "baseline_to_week", "baseline_begins", reads=("calendar", "opened_on"))
def baseline_weeks(rows: Table, asked: Asked) -> Table:
    """Numbers of the school weeks of the baseline, which ends with the last that had ended before the case was opened;
    and its first day.
    """
    keys = (*keys_of_weeks(asked), "opened_on")
    days = rows.select(*keys).distinct()  # few: weeks are looked up for each day, not for each child
    found = with_week_ended_before(days, "opened_on", into="baseline_to_week")
    found = found.mutate(baseline_from_week=found.baseline_to_week - ((asked.span("baseline_span") or 0) - 1))
    found = with_monday_of(found, "baseline_from_week", into="baseline_begins")
    return beside_days(rows, found, keys)


@children_on_cases.adds(
    *("follow_up_from_week", "follow_up_to_week", "follow_up_ends", "attendance_to_come", "exclusions_to_come"),
    reads=("calendar", "closed_on"),
)
def follow_up_weeks(rows: Table, asked: Asked) -> Table:
    """School weeks of the follow-up of attendance, the Friday on which that of exclusions ends, and whether they run on.

    That of exclusions runs for so many weeks after closing. That of attendance ends at closing or starts after it, as the
    contract says. While one runs on, its weeks and its end are NULL.
    """
    keys = (*keys_of_weeks(asked), "closed_on")
    found = _follow_up(rows.select(*keys).distinct(), asked.span("follow_up_span") or 0)
    at_closure = asked.setting("follow_up_place") != STARTS_AT_CLOSURE
    found = found.select(
        *keys,
        "runs_on",
        follow_up_ends=_unless(found.runs_on, days_after(found.last_monday, FRIDAY)),
        follow_up_from_week=found.from_week_before if at_closure else _unless(found.runs_on, found.closing_week + 1),
        follow_up_to_week=found.week_at_closure if at_closure else _unless(found.runs_on, found.last_week),
    )
    found = beside_days(rows, found, keys)
    is_open, runs_on = found.closed_on.isnull(), found.runs_on.fill_null(False)
    return found.mutate(
        exclusions_to_come=is_open | runs_on, attendance_to_come=is_open if at_closure else is_open | runs_on
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
    *("sessions_possible_before", "sessions_attended_before", "attendance_rate_before", "absence_rate_before"),
    *("sessions_possible_after", "sessions_attended_after", "attendance_rate_after", "absence_rate_after"),
    reads=("child", *WEEKS),
)
def attendance(rows: Table, asked: Asked) -> Table:
    """Half-days possible and attended in the school weeks of both stretches, read together; NULL where none is loaded."""
    spans = rows.mutate(
        first_week=ibis.least(rows.baseline_from_week, rows.follow_up_from_week),
        last_week=ibis.greatest(rows.baseline_to_week, rows.follow_up_to_week),
    )
    weeks = known(table_of(AttendanceWeek))
    entries = entries_of(spans, "child", "record", *WEEKS, "first_week", "last_week")
    of_entry = [entries.entry == weeks.person_id, weeks.week.between(entries.first_week, entries.last_week)]
    theirs = entries.join(weeks, of_entry)
    before = theirs.week.between(theirs.baseline_from_week, theirs.baseline_to_week)
    after = theirs.week.between(theirs.follow_up_from_week, theirs.follow_up_to_week)
    sums = {
        f"sessions_{name}_{when}": theirs[name].sum(where=inside).cast("int64")
        for when, inside in (("before", before), ("after", after))
        for name in ("possible", "attended")
    }
    return _with_rates(_with_rates(beside(rows, theirs.group_by("record").agg(**sums), "record"), "before"), "after")


def _with_rates(rows: Table, when: str) -> Table:
    possible, attended = rows[f"sessions_possible_{when}"], rows[f"sessions_attended_{when}"]
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
    *("exclusions_after", "exclusion_days_after", "exclusions_since_opening"),
    *("exclusions_equal_span_before", "exclusions_fewer"),
    reads=("child", "entry_route", *DAYS),
)
def exclusions(rows: Table, asked: Asked) -> Table:
    """Fixed term exclusions and the days lost to them, in every stretch beside the case: they are read once for all.

    Before: from the baseline's first day to the day before opening. After: from the day after closing to the end of the
    follow-up. Since opening: from opening to that end. Equal span before: in as many days before opening. NULL where a
    stretch has no end yet, or its weeks are not loaded.
    """
    span = rows.follow_up_ends.delta(rows.opened_on, unit="day") + 1
    begins = (rows.opened_on.cast("timestamp") - span.as_interval("D")).cast("date")
    found = rows.mutate(equal_span_begins=begins).alias("with_equal_span")
    entries = entries_of(found, "child", "record", *DAYS, "equal_span_begins")
    given = known(table_of(Exclusion))
    theirs = entries.join(given.filter(given.kind == FIXED_TERM), entries.entry == given.person_id)
    counts = {}
    for name, inside in _stretches(theirs).items():
        counts[f"exclusions_{name}"] = theirs.count(where=inside)
        counts[f"half_days_{name}"] = theirs.sessions.sum(where=inside).cast("int64")
    return _with_derived(_known_counts(beside(found, theirs.group_by("record").agg(**counts), "record")))


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
    """Nothing found in a stretch is none; in a stretch without an end it is not known."""
    told = {}
    for name in ("before", "after", "since_opening", "equal_span_before"):
        known_end = rows.baseline_begins if name == "before" else rows.follow_up_ends
        half_days = rows[f"half_days_{name}"].fill_null(0).cast("decimal") / ibis.literal(HALF_DAYS)
        count = rows[f"exclusions_{name}"].fill_null(0)
        told[f"exclusions_{name}"] = known_end.notnull().ifelse(count, ibis.null("int64"))
        told[f"exclusion_days_{name}"] = known_end.notnull().ifelse(half_days, ibis.null("decimal"))
    return rows.mutate(**told)


def _with_derived(rows: Table) -> Table:
    came_by_exclusion = (rows.entry_route == ONLY_EXCLUSION).fill_null(False)
    return rows.mutate(
        excluded_at_opening=came_by_exclusion | (rows.exclusions_before > 0),
        exclusions_fewer=rows.exclusions_equal_span_before - rows.exclusions_since_opening,
    )
