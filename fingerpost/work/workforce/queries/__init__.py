"""Reads of staff, never of families."""

from fingerpost.work.workforce.queries.absence import (
    AreaCovered,
    Away,
    absence,
    absences,
    absences_of,
    away_on,
    coverage,
)
from fingerpost.work.workforce.queries.looking_after import (
    LookedAfter,
    Turn,
    actions_of,
    last_supervised,
    looked_after,
    my_action,
    reviews_of,
    supervision,
    supervisions_of,
    supervisors_of,
)
from fingerpost.work.workforce.queries.people import Member, holding_of, led_by, members, staff
from fingerpost.work.workforce.queries.posts import Advisor, Filled, advisors_of, filled_on, in_post, plain, posts
from fingerpost.work.workforce.queries.remodelling import Plan, plan

__all__ = [
    "Advisor",
    "AreaCovered",
    "Away",
    "Filled",
    "LookedAfter",
    "Member",
    "Plan",
    "Turn",
    "absence",
    "absences",
    "absences_of",
    "actions_of",
    "advisors_of",
    "away_on",
    "coverage",
    "filled_on",
    "holding_of",
    "in_post",
    "last_supervised",
    "led_by",
    "looked_after",
    "members",
    "my_action",
    "plain",
    "plan",
    "posts",
    "reviews_of",
    "staff",
    "supervision",
    "supervisions_of",
    "supervisors_of",
]
