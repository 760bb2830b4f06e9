"""Reusable filters of persons and families. `visible_to(actor)` comes first."""

from fingerpost.ground.access.scope import ScopedQuerySet


class PersonQuerySet(ScopedQuerySet):
    def current(self) -> "PersonQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)


class FamilyQuerySet(ScopedQuerySet):
    def current(self) -> "FamilyQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)
