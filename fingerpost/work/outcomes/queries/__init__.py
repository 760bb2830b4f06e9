"""Reads of outcomes: events at school, who was asked what they think, and what came of it."""

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
from fingerpost.work.outcomes.queries.school import school_events_of

__all__ = [
    "Heard",
    "Summary",
    "by_token",
    "get",
    "heard",
    "of_occasions",
    "open_worries",
    "reply_to",
    "school_events_of",
    "summaries",
]
