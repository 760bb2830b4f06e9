"""What the product has that a contract may name: records that serve a clause, lists of returns, events, letters, terms.

The areas of the product keep what stands here; `tests/areas/test_what_is_served.py` holds the two together.
"""

from typing import Final

RECORDS: Final[dict[str, str]] = {
    "absence": "workforce.Absence",
    "acknowledgement": "requirements.Acknowledgement",
    "agreement": "contracts.Agreement",
    "allocation": "casework.Allocation",
    "assessment": "assessments.Assessment",
    "attendance": "schooling.AttendanceWeek",
    "barrier": "quality.Barrier",
    "case": "casework.Case",
    "case_discussion": "casework.CaseDiscussion",
    "case_study": "returns.CaseStudy",
    "clause": "evidence.Link",
    "concern": "safeguarding.Concern",
    "consent": "consent.Consent",
    "contact": "casework.Contact",
    "cover_plan": "workforce.Cover",
    "decision": "contracts.Decision",
    "directory": "directory.Entry",
    "drop_in": "groups.Run",
    "enrolment": "schooling.Enrolment",
    "exclusion": "schooling.Exclusion",
    "feedback": "outcomes.Response",
    "group_run": "groups.Run",
    "instrument": "outcomes.Administration",
    "meeting": "meetings.Meeting",
    "message": "correspondence.Message",
    "participation": "community.Participation",
    "performance_review": "workforce.PerformanceReview",
    "plan_to_last": "workforce.PlanAction",
    "policy": "requirements.Policy",
    "post": "workforce.Post",
    "referral": "referrals.Request",
    "return": "returns.Return",
    "sample": "quality.Sample",
    "school_event": "outcomes.SchoolEvent",
    "supervision": "workforce.Supervision",
    "table_of_need": "places.NeedTable",
    "task": "tasks.Task",
}
"""Kinds of record that the product keeps, and the model that holds them: what `served_by` may name."""

LISTS: Final = frozenset({"barrier", "case_study", "drop_in", "group_run", "plan_to_last", "post"})
"""Lists that a return may print under a heading."""

EVENTS: Final = frozenset({"closed"})
"""What a task of the pathway may come after."""

LETTERS: Final = frozenset({"outcome_to_school"})
"""Letters that a task may prepare."""

RECIPIENTS: Final = frozenset({"school"})
"""Whom such a letter may go to."""

CONSENTS: Final = frozenset({"share_with_school", "share_with_agencies", "case_study"})
"""What families are asked to agree to."""

GROUPS: Final = frozenset({"programme", "workshop", "drop_in", "event"})
"""Kinds of group."""

SAMPLED: Final = frozenset({"session", "case", "group_run"})
"""What a random sample may be drawn of."""

DECIDED_OF: Final = frozenset({"referral", "case"})
"""What a decision may be about."""

TERMS: Final = frozenset({"worker"})
"""Terms that a contract may rename, besides its levels of area and what figures are broken down by."""
