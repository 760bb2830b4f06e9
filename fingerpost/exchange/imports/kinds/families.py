"""Families by the provider's own reference, before their people are named."""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError

from fingerpost.exchange.imports.columns import Column, moment, text, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import FAMILY
from fingerpost.exchange.imports.references import folded
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands
from fingerpost.people.families.models import Family
from fingerpost.people.families.writing import HouseholdGiven
from fingerpost.people.schooling.superseding import Written


class Families(Load):
    """Families gathered by reference."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: dict[str, dict[str, Any]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        for row in rows:
            key = folded(row["family"])
            if key in self._rows:
                earlier = self._rows[key][LINE]
                yield Fault(
                    row[LINE], "Family", f"This family is in the file already, on line {earlier}. Keep one row."
                )
            else:
                self._rows[key] = row

    def write(self) -> Written:
        context, references = self.context, self.context.references
        references.look_up(FAMILY, self._rows)
        new = [row for row in self._rows.values() if references.get(FAMILY, row["family"]) is None]
        households = [self._household(row) for row in new]
        commands.settle_many(context.actor, context.scope, households=households, batch=context.batch, at=context.at)
        made = {row["family"]: home.family.pk for row, home in zip(new, households, strict=True) if home.family}
        references.add(FAMILY, made)
        return Written(added=len(new), unchanged=len(self._rows) - len(new))

    def _household(self, row: dict[str, Any]) -> HouseholdGiven:
        scope = Scope(self.context.scope.keys, restricted=bool(row.get("restricted")))
        recorded = self.context.recorded(None, row.get("recorded"))
        return HouseholdGiven(row["name"], scope, [], None, recorded)


class FamilyList(Kind):
    name = "families"
    title = "Families"
    turn = 19
    file_names = ("families", "households")
    columns = (
        Column("family", "Family", text(60), (*FAMILY_NAMES, "Reference", "Ref"), required=True),
        Column("name", "Family name", text(160), ("Name", "Surname", "Title"), required=True),
        Column("restricted", "Restricted", yes_no, ("Is restricted", "Restricted record")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"family", "name"}),)
    load = Families

    @classmethod
    def undo(cls, context: Context) -> int:
        families = Family.objects.filter(batch=context.batch).count()
        try:
            commands.undo(context.actor, context.scope, batch=context.batch, at=context.at)
        except IntegrityError as clash:
            raise Refused("Something was recorded about these families since, so the list cannot be undone.") from clash
        return families
