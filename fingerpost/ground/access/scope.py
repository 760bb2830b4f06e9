"""Scope: where a record lies. Every row about a person carries its scope as columns, so no read needs a join to be safe.

A scope is a set of keys (`organisation:…`, `service:…`, `area:service/code`, `team:…`, `user:…`). A person may meet a row
when one of the keys their grants give them for the permission in question is among the row's keys. A restricted row needs,
besides, one of their keys for `VIEW_RESTRICTED`, or names them: `named:…` is the key of somebody who was told of this one record.
While a family is restricted, `told:…` keeps who was named on such a record before; nobody holds it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import MEETS_ROWS, Permission
from fingerpost.ground.history.sight import seeing_everything


@dataclass(frozen=True)
class Scope:
    """What access knows of a record."""

    keys: frozenset[str]
    restricted: bool = False

    @classmethod
    def of(
        cls,
        *,
        service: str = "",
        organisation: uuid.UUID | None = None,
        area: str = "",
        team: uuid.UUID | None = None,
        users: Iterable[uuid.UUID] = (),
        named: Iterable[uuid.UUID] = (),
        restricted: bool = False,
    ) -> "Scope":
        """The scope with a key for each place named; `area` is an area's key, which holds its service.

        A service alone is the widest that a family's record can have.
        """
        keys = {f"user:{u}" for u in users if u} | {f"named:{n}" for n in named if n}
        for kind, value in (("service", service), ("organisation", organisation), ("area", area), ("team", team)):
            if value:
                keys.add(f"{kind}:{value}")
        return cls(frozenset(keys), restricted)

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(self.keys | other.keys, self.restricted or other.restricted)


PLATFORM = Scope(frozenset({"platform"}))


class ScopedQuerySet(models.QuerySet[Any]):
    """Reads of people begin here."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_FAMILY) -> Self:
        """Only rows that the actor may meet for this permission. Raises ValueError for one by which nobody is met."""
        if permission not in MEETS_ROWS:
            raise ValueError(f"nobody meets rows by {permission}: the database would show none")
        if actor.is_system:
            return self.all()
        seen = self.filter(scope_keys__overlap=sorted(actor.keys(permission)))
        restricted_keys = sorted(actor.keys(Permission.VIEW_RESTRICTED))
        if not restricted_keys:
            return seen.filter(restricted=False)
        return seen.filter(models.Q(restricted=False) | models.Q(scope_keys__overlap=restricted_keys))


class CountingQuerySet(models.QuerySet[Any]):
    """Rows about nobody, which may have numbers of people beside them."""

    _counts_everybody = False

    def counting_everybody(self) -> Self:
        """The numbers beside the rows are those of everybody, whoever asks."""
        found: Self = self._chain()  # type: ignore[attr-defined]
        found._counts_everybody = True
        return found

    def _clone(self) -> Self:
        found: Self = super()._clone()  # type: ignore[misc]
        found._counts_everybody = self._counts_everybody
        return found

    def _fetch_all(self) -> None:
        if not self._counts_everybody or self._result_cache is not None:
            return super()._fetch_all()  # type: ignore[misc,no-any-return]
        with seeing_everything(why="how many places are taken does not depend on who asks, and names nobody"):
            return super()._fetch_all()  # type: ignore[misc,no-any-return]


def visible_in_sql(
    actor: Actor, table: str, permission: Permission = Permission.VIEW_FAMILY
) -> tuple[str, dict[str, list[str]]]:
    """What `visible_to` asks, for a statement written by hand: the condition on the table's rows, and its parameters."""
    if actor.is_system:
        return "true", {}
    condition = (
        f"{table}.scope_keys && %(keys)s::text[] "
        f"AND (NOT {table}.restricted OR {table}.scope_keys && %(restricted_keys)s::text[])"
    )
    restricted = sorted(actor.keys(Permission.VIEW_RESTRICTED))
    return condition, {"keys": sorted(actor.keys(permission)), "restricted_keys": restricted}


class Scoped(models.Model):
    """A row about a person: its scope stands beside its facts.

    A table that `keeps_own_scope` does not follow the family when it moves: who may know was settled row by row.
    `belongs_through` names the model that says what a row belongs to, its field for the row and that for what it belongs to: the
    history of a row that was removed follows that.
    """

    keeps_own_scope: ClassVar[bool] = False
    belongs_through: ClassVar[tuple[str, str, str] | None] = None

    scope_keys = ArrayField(models.TextField(), default=list)
    restricted = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(self.scope_keys), self.restricted)

    @scope.setter
    def scope(self, scope: Scope) -> None:
        self.scope_keys, self.restricted = sorted(scope.keys), scope.restricted


class WalledQuerySet(ScopedQuerySet):
    """Reads of rows that may be for some roles alone."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_FAMILY) -> Self:
        """Only rows that the actor may meet: where a row names roles, in one of those, and otherwise for this permission."""
        if actor.is_system:
            return self.all()
        asked = models.Func(
            "seen_by", "scope_keys", function="keys_in_roles", output_field=ArrayField(models.TextField())
        )
        met = self.alias(met_by=asked).filter(met_by__overlap=sorted(actor.keys_in_roles(permission)))
        restricted_keys = sorted(actor.keys(Permission.VIEW_RESTRICTED))
        may_meet = models.Q(restricted=False, is_sealed=False)
        return met.filter(may_meet | models.Q(scope_keys__overlap=restricted_keys) if restricted_keys else may_meet)


class Walled(Scoped):
    """A row that may be for some roles alone, within their own reach, whatever the family's scope becomes.

    `seen_by` names the roles; none for whoever may meet the row. `is_sealed` hides it as a restriction would, and no lifting of a
    family's restriction opens it.
    """

    seen_by = ArrayField(models.TextField(), default=list)
    is_sealed = models.BooleanField(default=False)

    objects: ClassVar[Any] = WalledQuerySet.as_manager()

    class Meta:
        abstract = True
