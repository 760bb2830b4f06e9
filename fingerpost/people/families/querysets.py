"""Reusable filters of persons and families. `visible_to(actor)` comes first."""

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import ScopedQuerySet


class PersonQuerySet(ScopedQuerySet):
    def current(self) -> "PersonQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)


class FamilyQuerySet(ScopedQuerySet):
    def current(self) -> "FamilyQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)


class CheckQuerySet(ScopedQuerySet):
    def open(self) -> "CheckQuerySet":
        return self.filter(decided_at=None)

    def decidable_by(self, actor: Actor) -> "CheckQuerySet":
        """Those that the actor may decide: about people within reach, and about restricted ones as safeguarding lead alone.

        Somebody who is merely named on a restricted family does not learn that it was referred again.
        """
        if actor.is_system:
            return self.all()
        lead = sorted(key for key in actor.keys(Permission.DECIDE_CONCERN) if not key.startswith("named:"))
        within = Q(restricted=False) | Q(restricted=True, scope_keys__overlap=lead)
        return self.visible_to(actor, Permission.CHECK_PEOPLE).filter(within)


def short_name(of: str = "") -> Coalesce:
    """In a query: the first name; of somebody with one name only, that one. `of` is the way to the person."""
    way = f"{of}__" if of else ""
    return Coalesce(NullIf(f"{way}first_name", Value("")), NullIf(f"{way}known_as", Value("")), F(f"{way}last_name"))
