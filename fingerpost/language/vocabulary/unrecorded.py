"""What the vocabulary has words for and nothing in the product records yet: record sets, facts, breakdowns and units.

`tests/areas/test_what_is_served.py` holds it against the sets that have rows.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fingerpost.language.facts import SetSpec

WITHOUT_ROWS: Final = frozenset(
    {
        *("discharges", "enquiries", "entitlements", "goals", "library_use", "mailings", "maternities", "milestones"),
        *("requirements_held", "sessions", "staff_and_volunteers", "status_events", "young_people"),
    }
)
"""Record sets of which there are no rows."""

UNRECORDED: Final[Mapping[str, frozenset[str]]] = {
    "cases": frozenset(
        {
            *("income_support", "tenure", "tenure_at_entry", "entitled_child", "nursery_place_taken"),
            *("nursery_hours_used", "satisfaction_reply"),
            *("age_band", "agency", "child_age", "judge", "language", "level", "quintile"),
        }
    ),
    "children_on_cases": frozenset({"entered_care", "reentered_child_protection", "variant"}),
    "people_involved": frozenset(
        {
            *("additional_needs", "child_additional_needs", "first_time_parent", "english_second_language", "visits"),
            *("visits_12_months", "community_activities", "new_community_activities", "on_mailing_list"),
            *("age_band", "language", "need_type", "sex", "household"),
        }
    ),
    "encounters": frozenset(
        {
            *("delivered_by", "adult", "first_ever", "deprivation_fifth", "deprivation_fifth_local"),
            *("quintile_as_numbered", "event_kind", "formality", "level", "order_type", "quintile", "stage"),
        }
    ),
    "enrolments": frozenset({"formality", "stage"}),
    "effort": frozenset({"amount", "tier"}),
    "paired_scores": frozenset({"theme"}),
    "feedback": frozenset({"level", "line", "session"}),
    "referrals": frozenset(
        {
            *("purpose", "came_by", "hearing_check", "right_service_first_time", "assessed", "wait_days"),
            *("age_band", "agency", "hospital", "child", "pregnancy"),
        }
    ),
    "pupils": frozenset({"sen", "supported"}),
    "exclusions": frozenset({"sen"}),
}
"""Facts, breakdowns and units that no row of a set has, by set."""


def as_recorded(spec: SetSpec) -> SetSpec:
    """The set with what is recorded of it, and what is not."""
    unrecorded = UNRECORDED.get(spec.name, frozenset())
    if spec.name in WITHOUT_ROWS:
        return replace(spec, recorded=False)
    facts = {name: replace(fact, recorded=name not in unrecorded) for name, fact in spec.facts.items()}
    return replace(spec, facts=facts, unrecorded=unrecorded)
