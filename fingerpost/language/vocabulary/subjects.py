"""Facts about one referral or case, which eligibility, gates and tasks may use, and the times that clocks may use.

They are filled by the areas that hold the records; a fact that nobody fills is not known.
"""

from fingerpost.language.facts import FactSpec
from fingerpost.language.vocabulary import how_counted as how

NEEDS = frozenset(
    (
        *("parenting_support", "health", "learning", "feelings_and_behaviour", "family_relationships"),
        *("safety_and_care", "housing", "money_and_work", "community"),
    )
)
"""Headings of the form of a common assessment."""

DECIDED = frozenset({"close", "extend", "refer_on"})
"""What supervision may decide of a case."""

SUBJECT_FACTS = (
    FactSpec(
        "attendance_rate_12_weeks",
        "number",
        "Attendance over the last school weeks of the window",
        "percent",
        needs=("attendance_weeks",),
        counted=how.STRETCH,
    ),
    FactSpec(
        "attendance_rate_4_weeks",
        "number",
        "Attendance over the last school weeks of the trend",
        "percent",
        needs=("trend_weeks",),
    ),
    FactSpec(
        "attendance_weeks_known",
        "number",
        "School weeks of the window that are on record",
        needs=("attendance_weeks",),
    ),
    FactSpec("trend_weeks_known", "number", "School weeks of the trend that are on record", needs=("trend_weeks",)),
    FactSpec("forecast_reason", "text", "The worker's reason why attendance is likely to fall into the range"),
    FactSpec("fixed_term_exclusions", "number", "Fixed term exclusions", "exclusions", counted=how.EXCLUDED_OF_LATE),
    FactSpec("exclusions_listed", "boolean", "Lists of exclusions cover the child's schools in the time looked at"),
    FactSpec("fixed_term_exclusion_dates", "text", "Dates of the fixed term exclusions"),
    FactSpec("assessed_need", "codes", "Needs that the common assessment found", codes=NEEDS),
    FactSpec("assessment_date", "date", "Day of the common assessment"),
    FactSpec("home_area", "code", "Area of the parent's home"),
    FactSpec("school_area", "code", "Area of the school"),
    FactSpec("vulnerable_groups", "codes", "Vulnerable groups the child or parent belongs to"),
    FactSpec("accepted_for_casework", "boolean", "Accepted under the criteria"),
    FactSpec("supervision_decision", "code", "What supervision decided of the case", codes=DECIDED),
    FactSpec("days_since_supervision", "number", "Days since supervision discussed the case", "days"),
    FactSpec("outcome_recorded", "boolean", "The outcome is recorded"),
    FactSpec("consent_to_share_with_school", "boolean", "Consent to tell the school the outcome"),
    FactSpec("coordinator_agreed_on", "date", "Day the parenting coordinator agreed"),
)

TIMES = (
    FactSpec("absence_started_on", "date", "First day of a worker's absence"),
    FactSpec("absence_ended_on", "date", "Last day of a worker's absence"),
    FactSpec("cover_planned_at", "date", "Time the cover plan was recorded"),
    FactSpec("referred_at", "date", "Time the referral came in"),
    FactSpec("opened_at", "date", "Time the case was opened"),
    FactSpec("allocated_at", "date", "Time a worker was allocated"),
    FactSpec("closed_at", "date", "Time the case was closed"),
    FactSpec("outcome_sent_at", "date", "Time the outcome was sent"),
    FactSpec("concern_raised_at", "date", "Time a safeguarding concern was raised"),
    FactSpec("concern_decided_at", "date", "Time the safeguarding lead decided on it"),
    FactSpec("supervised_on", "date", "Day of the last supervision"),
    FactSpec("reviewed_on", "date", "Day of the last performance review"),
    FactSpec("notified_at", "date", "Time the notice of discharge or birth was received"),
    FactSpec("discharged_at", "date", "Time of discharge, or of a birth at home"),
    FactSpec("first_attempt_at", "date", "Time contact was first attempted"),
    FactSpec("first_contact_at", "date", "Time contact was first made"),
)
