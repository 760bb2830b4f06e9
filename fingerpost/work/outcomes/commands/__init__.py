"""Every write of outcomes: scores kept, events at school, people asked what they think and their replies."""

from fingerpost.work.outcomes.commands.scores import Given, administer, keep_scores

__all__ = ["Given", "administer", "keep_scores"]
