"""Every write of outcomes: scores kept, events at school, people asked what they think and their replies."""

from fingerpost.work.outcomes.commands.answering import code_comment, respond, settle_worry
from fingerpost.work.outcomes.commands.asking import (
    ask,
    ask_again,
    ask_everybody,
    hand_out_cards,
    note_result,
)
from fingerpost.work.outcomes.commands.school import record_school_event, take_back_school_event
from fingerpost.work.outcomes.commands.scores import Given, administer, keep_scores, take_back_score

__all__ = [
    "Given",
    "administer",
    "ask",
    "ask_again",
    "ask_everybody",
    "code_comment",
    "hand_out_cards",
    "keep_scores",
    "note_result",
    "record_school_event",
    "respond",
    "settle_worry",
    "take_back_school_event",
    "take_back_score",
]
