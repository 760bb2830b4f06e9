"""Conditions on named facts: trees of few, closed words."""
