"""Every write about staff: their posts, absence and cover, supervision and reviews, and the plan to last."""

from fingerpost.work.workforce.commands.absence import (
    agree_minimum,
    correct_absence,
    end_absence,
    plan_cover,
    record_absence,
)
from fingerpost.work.workforce.commands.posts import appoint, change_post, end_post, fill, vacate
from fingerpost.work.workforce.commands.remodelling import change_action, plan_action, plan_post_change
from fingerpost.work.workforce.commands.supervision import (
    agree_action,
    complete_action,
    correct_supervision,
    review,
    supervise,
    tick_off,
)

__all__ = [
    "agree_action",
    "agree_minimum",
    "appoint",
    "change_action",
    "change_post",
    "complete_action",
    "correct_absence",
    "correct_supervision",
    "end_absence",
    "end_post",
    "fill",
    "plan_action",
    "plan_cover",
    "plan_post_change",
    "record_absence",
    "review",
    "supervise",
    "tick_off",
    "vacate",
]
