"""Record sets about families and what is done with them: what one row is, and the facts it offers.

How the rows are read from the database is said on the floor that owns the figures.
"""

from fingerpost.language.facts import FactSpec, Kind, Reach, Scale, SetSpec, named
from fingerpost.language.vocabulary import how_counted as how

Words = tuple[str, ...]


def number(name: str, label: str, unit: str | None = None, **more: object) -> FactSpec:
    """A number fact."""
    return _fact(name, "number", label, unit, **more)


def code(name: str, label: str, **more: object) -> FactSpec:
    """A fact with one code."""
    return _fact(name, "code", label, None, **more)


def flag(name: str, label: str, **more: object) -> FactSpec:
    """A fact that is yes, no or not known."""
    return _fact(name, "boolean", label, None, **more)


def day(name: str, label: str, **more: object) -> FactSpec:
    """A date fact."""
    return _fact(name, "date", label, None, **more)


def _fact(name: str, kind: Kind, label: str, unit: str | None, **more: object) -> FactSpec:
    return FactSpec(name, kind, label, unit, **more)  # type: ignore[arg-type]


def record_set(
    name: str,
    row: str,
    facts: tuple[FactSpec, ...],
    *,
    units: str,
    by: str = "",
    areas: bool = False,
    interval: bool = False,
    called: tuple[str, str] = ("record", "records"),
) -> SetSpec:
    """A record set. Every date fact may join it to a period, and every code is a breakdown too.

    With `areas` its rows lie in areas: every level of the contract's scheme is a breakdown.
    """
    codes = tuple(fact.name for fact in facts if fact.kind in ("code", "codes"))
    return SetSpec(
        name=name,
        row_label=row,
        facts=named(facts),
        dates=tuple(fact.name for fact in facts if fact.kind == "date"),
        units=tuple(units.split()),
        breakdowns=tuple(dict.fromkeys((*by.split(), *codes))),
        areas=areas,
        interval=interval,
        called=called,
    )


PERSON = frozenset({"child", "parent", "other"})
OVER, LAST = "over_period", "on_last_day"
FOLLOW_UP = "follow_up_span"
FINAL = "exclusions_final_on"
FOLLOWED: dict[str, object] = {"final_after": FOLLOW_UP, "final_on": FINAL}
BASE = ("baseline_span",)
PLACE = ("follow_up_place",)

CASES = record_set(
    "cases",
    "one family's episode on one service line, opened to closed",
    (
        code("line", "Service line"),
        code("closure_reason", "Reason it was closed"),
        code("destination", "Service that the family moved to"),
        flag("destination_accepted", "That service took the family on"),
        day("opened_on", "Day it was opened"),
        day("accepted_on", "Day it was accepted"),
        day("closed_on", "Day it was closed"),
        number("casework_sessions", "Casework sessions held", "sessions"),
        flag("extension_supervised", "Supervision decided to extend it"),
        number("delivered_contacts", "Contacts delivered", "contacts", timing=OVER),
        number("weeks_involved", "Weeks involved", "weeks", timing=OVER),
        flag("ended_in_period", "Ended in the period", timing=OVER),
        flag("income_support", "Income support", timing=OVER),
        code("tenure", "Tenure", timing=LAST),
        code("tenure_at_entry", "Tenure at entry"),
        flag("entitled_child", "Has a child entitled to a nursery place", timing=OVER),
        flag("nursery_place_taken", "Takes the nursery place", timing=OVER),
        number("nursery_hours_used", "Nursery hours used", "hours a week", timing=OVER),
        code("outcomes_met", "Outcomes met", codes=frozenset({"fully", "partly", "not"})),
        code(
            "satisfaction_reply",
            "Reply to the satisfaction survey",
            timing=OVER,
            codes=frozenset({"replied", "declined", "not_asked"}),
        ),
        number("wellbeing_before", "Well-being at the start", "points"),
        number("wellbeing_after", "Well-being at the end", "points"),
        number("wellbeing_change", "Change of well-being", "points"),
        number("least_wellbeing_change", "Least change of well-being of anybody on the case", "points"),
    ),
    units="case family",
    by="worker level agency age_band judge quintile child_age language entry_route vulnerable_group",
    areas=True,
    interval=True,
    called=("case", "cases"),
)

CHILDREN_ON_CASES = record_set(
    "children_on_cases",
    "one referred child on one case",
    (
        code("line", "Service line"),
        code("entry_route", "Way in", codes=frozenset({"attendance", "forecast", "exclusion", "exclusion_only"})),
        day("opened_on", "Day the case was opened"),
        day("closed_on", "Day the case was closed"),
        day("one_year_after_end_on", "A year after the case ended"),
        day(FINAL, "First day on which exclusions have been followed up", needs=("follow_up_span",)),
        flag("followed_up", "Exclusions have been followed up to the end"),
        number("attendance_rate_before", "Attendance before", "percent", needs=BASE, counted=how.BEFORE_CASE),
        number("absence_rate_before", "Absence before", "percent", needs=BASE, counted=how.BEFORE_CASE),
        number(
            "absence_rate_after", "Absence after", "percent", final_after=FOLLOW_UP, needs=PLACE, counted=how.AFTER_CASE
        ),
        number(
            "attendance_rate_after",
            "Attendance after",
            "percent",
            final_after=FOLLOW_UP,
            needs=PLACE,
            counted=how.AFTER_CASE,
        ),
        number(
            "absence_change",
            "Change of absence, of itself",
            "percent of itself",
            final_after=FOLLOW_UP,
            counted=how.BEFORE_CASE + how.AFTER_CASE,
        ),
        number(
            "attendance_change",
            "Change of attendance, of itself",
            "percent of itself",
            final_after=FOLLOW_UP,
            best_reachable=Reach("attendance_rate_before", at_entry="attendance_rate_12_weeks"),
            counted=how.BEFORE_CASE + how.AFTER_CASE,
        ),
        number(
            "attendance_points",
            "Change of attendance",
            "points",
            final_after=FOLLOW_UP,
            best_reachable=Reach("attendance_rate_before", form="points", at_entry="attendance_rate_12_weeks"),
            counted=how.BEFORE_CASE + how.AFTER_CASE,
        ),
        number(
            "family_absence_change",
            "Change of the family's absence, of itself",
            "percent",
            final_after=FOLLOW_UP,
            needs=PLACE,
            counted=how.BEFORE_CASE + how.AFTER_CASE + how.POOLED,
        ),
        number(
            "family_improvement_rank",
            "Rank of the family's improvement, 0 the most",
            "percent",
            timing=OVER,
            final_after=FOLLOW_UP,
            counted=how.BEFORE_CASE + how.AFTER_CASE + how.POOLED,
        ),
        number("sessions_possible_before", "Half-days possible before", "half-days", counted=how.BEFORE_CASE),
        number("sessions_attended_before", "Half-days attended before", "half-days", counted=how.BEFORE_CASE),
        number(
            "sessions_possible_after",
            "Half-days possible after",
            "half-days",
            final_after=FOLLOW_UP,
            counted=how.AFTER_CASE,
        ),
        number(
            "sessions_attended_after",
            "Half-days attended after",
            "half-days",
            final_after=FOLLOW_UP,
            counted=how.AFTER_CASE,
        ),
        number(
            "weeks_known_before",
            "School weeks before that are on record",
            "school weeks",
            needs=BASE,
            counted=how.BEFORE_CASE,
        ),
        number(
            "weeks_known_after",
            "School weeks after that are on record",
            "school weeks",
            final_after=FOLLOW_UP,
            counted=how.AFTER_CASE,
        ),
        flag(
            "excluded_at_opening",
            "Excluded for a fixed term in the school weeks before the case opened",
            needs=BASE,
            counted=how.EXCLUDED_BEFORE,
        ),
        flag("excluded_after", "Excluded for a fixed term after", counted=how.EXCLUDED_AFTER, **FOLLOWED),
        flag(
            "excluded_since_opening",
            "Excluded for a fixed term since the case opened",
            counted=how.EXCLUDED_SINCE,
            **FOLLOWED,
        ),
        number("exclusions_before", "Exclusions before", "exclusions", counted=how.EXCLUDED_BEFORE),
        number("exclusions_after", "Exclusions after", "exclusions", counted=how.EXCLUDED_AFTER, **FOLLOWED),
        number("exclusion_days_before", "Days lost to exclusion before", "days", counted=how.EXCLUDED_BEFORE),
        number("exclusion_days_after", "Days lost to exclusion after", "days", counted=how.EXCLUDED_AFTER, **FOLLOWED),
        number(
            "exclusions_since_opening",
            "Exclusions since the case opened",
            "exclusions",
            counted=how.EXCLUDED_SINCE,
            **FOLLOWED,
        ),
        number(
            "exclusions_equal_span_before",
            "Exclusions in the equal span before",
            "exclusions",
            counted=how.EQUAL_SPAN,
            **FOLLOWED,
        ),
        number(
            "exclusions_fewer",
            "Exclusions fewer than in the equal span before",
            "exclusions",
            counted=how.EXCLUDED_SINCE + how.EQUAL_SPAN,
            **FOLLOWED,
        ),
        flag("entered_care", "Entered care", final_after="follow_up_year"),
        flag("reentered_child_protection", "Entered child protection again", final_after="follow_up_year"),
    ),
    units="child case family",
    by="school school_phase vulnerable_group variant worker",
    areas=True,
    called=("child", "children"),
)

PEOPLE_INVOLVED = record_set(
    "people_involved",
    "one person's tie to the service: a place on a case, or a registration",
    (
        code("tie", "Kind of tie", codes=frozenset({"case", "registration"})),
        code("group_kind", "Kind of group"),
        code("line", "Service line"),
        code("person_kind", "Kind of person", codes=PERSON),
        number("age", "Age", "years", timing=LAST),
        flag("additional_needs", "Has additional needs"),
        flag("child_additional_needs", "Has a child with additional needs"),
        flag("first_time_parent", "First-time parent"),
        flag("english_second_language", "English is a second language"),
        day("first_attended_on", "Day of first attendance"),
        number("visits", "Visits", "visits", timing=OVER),
        number("visits_12_months", "Visits in the last 12 months", "visits", timing=LAST),
        number("participations", "Parts taken in shaping the service", "participations", timing=OVER),
        number("education_events", "Events of school taken part in", "events", timing=OVER),
        number("community_activities", "Community activities", "activities", timing=OVER),
        number("new_community_activities", "New community activities", "activities", timing=OVER),
        flag("on_mailing_list", "On the mailing list", timing=LAST),
        _fact("participation_kinds", "codes", "Kinds of part taken", None, timing=OVER),
        _fact("vulnerable_groups", "codes", "Vulnerable groups", None),
    ),
    units="person parent child family household",
    by="need_type language age_band sex",
    areas=True,
    interval=True,
    called=("person", "people"),
)

FIFTHS = Scale("deprivation", low="the most deprived", high="the least deprived")

ENCOUNTERS = record_set(
    "encounters",
    "one person expected or present at one contact, visit, session or event",
    (
        day("happened_on", "Day it happened"),
        code("mode", "Kind of meeting", codes=frozenset({"casework", "group", "event", "centre_visit"})),
        code("group_kind", "Kind of group"),
        code("person_kind", "Kind of person", codes=PERSON),
        code("delivered_by", "Delivered by"),
        flag("delivered", "Took place"),
        flag("invited", "Was invited"),
        flag("adult", "Is an adult"),
        flag("first_ever", "The first ever"),
        number("deprivation_fifth", "Fifth of deprivation in the nation, by rank", scale=FIFTHS),
        number("deprivation_fifth_local", "Fifth of deprivation in the area, by rank", scale=FIFTHS),
        number("quintile_as_numbered", "Quintile as the edition numbers it", scale=FIFTHS),
    ),
    units="encounter person parent family session",
    by="quintile level event_kind session stage formality order_type",
    areas=True,
    called=("encounter", "encounters"),
)

SESSIONS = record_set(
    "sessions",
    "one planned group session or event",
    (
        code("kind", "Kind"),
        code("stage", "Stage"),
        code("formality", "Formal or informal"),
        day("planned_on", "Day it was planned for"),
        flag("held", "Was held"),
        flag("feedback_offered", "Feedback was asked for"),
        number("places_offered", "Places offered", "places"),
        number("places_taken", "Places taken", "places"),
        number("people_attending", "People attending", "people"),
        number("adults_attending", "Adults attending", "people"),
        number("feedback_replies", "Replies", "replies"),
    ),
    units="session",
    by="session school_term",
    areas=True,
    called=("session", "sessions"),
)

ENROLMENTS = record_set(
    "enrolments",
    "one person on one run of a programme",
    (
        flag("evidence_based", "The programme rests on evidence"),
        flag("attended", "Attended at least once"),
        flag("completed", "Completed", needs=("completed_share",)),
        code("formality", "Formal or informal"),
        code("person_kind", "Kind of person", codes=PERSON),
        day("first_attended_on", "Day of first attendance"),
        day("run_ended_on", "Day the run ended"),
    ),
    units="person",
    by="programme parent_role stage",
    areas=True,
    called=("place", "places"),
)

EFFORT = record_set(
    "effort",
    "one piece of a worker's time, or of money spent",
    (
        day("worked_on", "Day"),
        number("hours", "Hours", "hours", counted=how.HOURS),
        number("amount", "Money", "pounds"),
        code("mode", "Kind of work", codes=frozenset({"casework", "group", "other"})),
        code("group_kind", "Kind of group"),
        code("tier", "Targeted or universal", codes=frozenset({"targeted", "universal"})),
    ),
    units="session",
    by="worker",
    areas=True,
    called=("piece of work", "pieces of work"),
)

GOALS = record_set(
    "goals",
    "one goal whose review falls due",
    (
        day("due_on", "Day the review is due"),
        code("owner_kind", "Whose goal"),
        flag("achieved", "Achieved"),
        flag("group_attender", "Comes to a group"),
    ),
    units="parent goal",
    by="level",
    areas=True,
    called=("goal", "goals"),
)

SETS = (CASES, CHILDREN_ON_CASES, PEOPLE_INVOLVED, ENCOUNTERS, SESSIONS, ENROLMENTS, EFFORT, GOALS)
