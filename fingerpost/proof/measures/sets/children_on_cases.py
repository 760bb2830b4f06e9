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
    with_areas,
    with_family_reference,
    with_vulnerable_groups,
)
from fingerpost.proof.measures.tables import Column, Table, days_after, percent, table_of
from fingerpost.proof.measures.weeks import (
    FRIDAY,
    shared_calendar,
    with_monday_of,
    with_week_begun_by,
    with_week_ended_before,
    with_week_ended_by_today,
)
from fingerpost.work.casework.models import CaseChild
from fingerpost.work.referrals.models import Request

STARTS_AT_CLOSURE = "starts_at_closure"
EXCLUSION, ONLY_EXCLUSION = "exclusion", "exclusion_only"
LONG_AGO = "1900-01-01"

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
    people = table_of(Person)
    found = found.join(people.select(person_id=people.id, into=people.merged_into_id), "person_id")
    route = found.entry_route.nullif("")
    return found.select(
        *cases.columns,
        record=found.id,
        child=found.into.coalesce(found.person_id),
        entry_route=(route == EXCLUSION).ifelse(ONLY_EXCLUSION, route),
        from_on=found.opened_on,
        until_on=found.closed_on,
        one_year_after_end_on=(found.closed_on.cast("timestamp") + ibis.interval(years=1)).cast("date"),
    )


@children_on_cases.adds("locality", "quadrant")
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows)


@children_on_cases.adds("family_reference")
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


@children_on_cases.adds("vulnerable_group")
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    return with_vulnerable_groups(rows, rows.select("record", person=rows.child))


@children_on_cases.adds("school", "school_phase", "calendar")
def schools(rows: Table, asked: Asked) -> Table:
    """The school at opening; failing that, the next; failing that, the one that referred.

    Where no school is known, the calendar is that of all schools, if they share one.
    """
    enrolled, entries = known(table_of(Enrolment)), entries_of(rows)
    theirs = entries.join(enrolled, entries.person == enrolled.person_id)
    theirs = theirs.filter(theirs.until.isnull() | (theirs.until >= theirs.opened_on))
    since = theirs.since.fill_null(ibis.literal(LONG_AGO).cast("date"))
    first = theirs.group_by("record").agg(enrolled_at=theirs.school_id.argmin(since))
    found = beside(rows, first, "record")
    asked_by, at = table_of(Request), table_of(School)
    found = beside(found, asked_by.select(request=asked_by.id, asked_by_school=asked_by.school_id), "request")
    found = found.mutate(school=found.enrolled_at.coalesce(found.asked_by_school))
    found = beside(found, at.select(school=at.code, school_phase=at.phase, calendar=at.calendar), "school")
    return found.mutate(calendar=found.calendar.coalesce(shared_calendar()))


def entries_of(rows: Table) -> Table:
    """Every entry under which a child may have been written down: her own, and those merged into it."""
    people = table_of(Person)
    own = rows.select("record", "opened_on", person=rows.child)
    merged = rows.join(people, people.merged_into_id == rows.child)
    return ibis.union(own, merged.select("record", "opened_on", person=merged.id))


@children_on_cases.adds("baseline_from_week", "baseline_to_week", reads=("calendar",))
def baseline_weeks(rows: Table, asked: Asked) -> Table:
    """Numbers of the school weeks of the baseline: the last that had ended before the case was opened."""
    found = with_week_ended_before(rows, "opened_on", into="baseline_to_week")
    return found.mutate(baseline_from_week=found.baseline_to_week - ((asked.span("baseline_span") or 0) - 1))


@children_on_cases.adds("closing_week", "last_week", "weeks_over", reads=("calendar",))
def weeks_after(rows: Table, asked: Asked) -> Table:
    """The school week begun by closing, the last of the follow-up after it, and the last that is over today."""
    found = with_week_begun_by(rows, "closed_on", into="closing_week")
    found = found.mutate(last_week=found.closing_week + (asked.span("follow_up_span") or 0))
    return with_week_ended_by_today(found, into="weeks_over")


@children_on_cases.adds("exclusions_to_come", reads=("last_week",))
def exclusions_to_come(rows: Table, asked: Asked) -> Table:
    return rows.mutate(exclusions_to_come=_to_come(rows))


@children_on_cases.adds("follow_up_from_week", "follow_up_to_week", "attendance_to_come", reads=("last_week",))
def follow_up_weeks(rows: Table, asked: Asked) -> Table:
    """Numbers of the school weeks of the follow-up, which ends at closing or starts after it, as the contract says."""
    span = asked.span("follow_up_span") or 0
    if asked.setting("follow_up_place") == STARTS_AT_CLOSURE:
        return rows.mutate(
            follow_up_from_week=rows.closing_week + 1,
            follow_up_to_week=rows.last_week,
            attendance_to_come=_to_come(rows),
        )
    found = with_week_ended_before(rows, "closed_on", into="follow_up_to_week")
    return found.mutate(
        follow_up_from_week=found.follow_up_to_week - (span - 1), attendance_to_come=found.closed_on.isnull()
    )


def _to_come(rows: Table) -> Column:
    """The follow-up has not ended; where its school weeks are not loaded yet, it has not."""
    return rows.closed_on.isnull() | (rows.weeks_over < rows.last_week).fill_null(False)


@children_on_cases.adds(
    "sessions_possible_before",
    "sessions_attended_before",
    "attendance_rate_before",
    "absence_rate_before",
    reads=("baseline_to_week",),
)
def attendance_before(rows: Table, asked: Asked) -> Table:
    found = _with_sessions(rows, "baseline_from_week", "baseline_to_week", "before")
    return _with_rates(found, "before")


@children_on_cases.adds(
    "sessions_possible_after",
    "sessions_attended_after",
    "attendance_rate_after",
    "absence_rate_after",
    reads=("follow_up_to_week",),
)
def attendance_after(rows: Table, asked: Asked) -> Table:
    found = _with_sessions(rows, "follow_up_from_week", "follow_up_to_week", "after")
    final = {
        name: found.attendance_to_come.ifelse(ibis.null("int64"), found[name])
        for name in ("sessions_possible_after", "sessions_attended_after")
    }
    return _with_rates(found.mutate(**final), "after")


def _with_sessions(rows: Table, first: str, last: str, when: str) -> Table:
    """Adds the half-days possible and attended in the school weeks between two columns; NULL where none is loaded."""
    weeks = known(table_of(AttendanceWeek))
    spans = _spans(rows, rows[first], rows[last])
    inside = spans.join(weeks, [spans.person == weeks.person_id, weeks.week.between(spans.first, spans.last)])
    sums = inside.group_by("record").agg(
        **{
            f"sessions_possible_{when}": inside.possible.sum().cast("int64"),
            f"sessions_attended_{when}": inside.attended.sum().cast("int64"),
        }
    )
    return beside(rows, sums, "record")


def _spans(rows: Table, first: Column, last: Column) -> Table:
    """The stretch that each row asks about, for every entry of its child."""
    stretches = rows.select("record", "child", "opened_on", first=first, last=last)
    entries = entries_of(stretches)
    return entries.join(stretches.select("record", "first", "last"), "record").select(
        "record", "person", "first", "last"
    )


def _with_rates(rows: Table, when: str) -> Table:
    possible, attended = rows[f"sessions_possible_{when}"], rows[f"sessions_attended_{when}"]
    return rows.mutate(
        **{
            f"attendance_rate_{when}": percent(attended, possible),
            f"absence_rate_{when}": percent(possible - attended, possible),
        }
    )


_BOTH = ("sessions_possible_before", "sessions_possible_after")


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


@children_on_cases.adds("family_absence_change", "family_improvement_rank", reads=_BOTH)
def family_changes(rows: Table, asked: Asked) -> Table:
    """Absence of a family's children together, and the family's place among all by the change: 0 the most improved."""
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
    ranked = changed.mutate(family_improvement_rank=percent(place, others).fill_null(0))
    return beside(rows, ranked, "family")


@children_on_cases.adds("baseline_begins", reads=("baseline_from_week",))
def baseline_begins(rows: Table, asked: Asked) -> Table:
    return with_monday_of(rows, "baseline_from_week", into="baseline_begins")


@children_on_cases.adds("follow_up_ends", reads=("exclusions_to_come",))
def follow_up_ends(rows: Table, asked: Asked) -> Table:
    """The Friday on which the follow-up of exclusions ends; NULL while it has not."""
    found = with_monday_of(rows, "last_week", into="last_monday")
    ends = days_after(found.last_monday, FRIDAY)
    return found.mutate(follow_up_ends=found.exclusions_to_come.ifelse(ibis.null("date"), ends))


@children_on_cases.adds("exclusions_before", "exclusion_days_before", "excluded_at_opening", reads=("baseline_begins",))
def exclusions_before(rows: Table, asked: Asked) -> Table:
    """Exclusions from the first day of the baseline to the day before the case was opened."""
    found = _with_exclusions(rows, rows.baseline_begins, days_after(rows.opened_on, -1), "before")
    came_by_exclusion = found.entry_route == ONLY_EXCLUSION
    return found.mutate(excluded_at_opening=came_by_exclusion.fill_null(False) | (found.exclusions_before > 0))


@children_on_cases.adds("exclusions_after", "exclusion_days_after", reads=("follow_up_ends",))
def exclusions_after(rows: Table, asked: Asked) -> Table:
    """Exclusions from the day after closing to the end of the follow-up."""
    return _with_exclusions(rows, days_after(rows.closed_on, 1), rows.follow_up_ends, "after")


@children_on_cases.adds(
    "exclusions_since_opening", "exclusions_equal_span_before", "exclusions_fewer", reads=("follow_up_ends",)
)
def exclusions_since_opening(rows: Table, asked: Asked) -> Table:
    """Exclusions from opening to the end of the follow-up, and in as many days before opening."""
    found = _with_exclusions(rows, rows.opened_on, rows.follow_up_ends, "since_opening").alias("since_opening")
    days = found.follow_up_ends.delta(found.opened_on, unit="day") + 1
    span_begins = (found.opened_on.cast("timestamp") - days.as_interval("D")).cast("date")
    found = _with_exclusions(found, span_begins, days_after(found.opened_on, -1), "equal_span_before")
    return found.mutate(exclusions_fewer=found.exclusions_equal_span_before - found.exclusions_since_opening)


def _with_exclusions(rows: Table, first: Column, last: Column, when: str) -> Table:
    """Adds how many fixed term exclusions began between two days, and the days lost; NULL where a day is not known."""
    given = known(table_of(Exclusion))
    given = given.filter(given.kind == "fixed_term")
    spans = _spans(rows, first, last)
    inside = spans.join(given, [spans.person == given.person_id, given.started_on.between(spans.first, spans.last)])
    counts = inside.group_by("record").agg(begun=inside.count(), half_days=inside.sessions.sum().cast("int64"))
    found = beside(rows.mutate(span_known=first.notnull() & last.notnull()), counts, "record")
    half_days = found.half_days.fill_null(0).cast("decimal") / ibis.literal(2)
    return found.mutate(
        **{
            f"exclusions_{when}": found.span_known.ifelse(found.begun.fill_null(0), ibis.null("int64")),
            f"exclusion_days_{when}": found.span_known.ifelse(half_days, ibis.null("decimal")),
        }
    ).drop("begun", "half_days", "span_known")
