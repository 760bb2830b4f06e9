"""Reads of outcomes: scores before and after, who was asked what she thinks, and what came of it."""

from fingerpost.work.outcomes.queries.feedback import (
    Heard,
    Summary,
    by_token,
    get,
    heard,
    of_occasions,
    open_worries,
    reply_to,
    summaries,
)
from fingerpost.work.outcomes.queries.scores import Change, changes, school_events_of

__all__ = [
    "Change",
    "Heard",
    "Summary",
    "by_token",
    "changes",
    "get",
    "heard",
    "of_occasions",
    "open_worries",
    "reply_to",
    "school_events_of",
    "summaries",
]
