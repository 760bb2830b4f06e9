"""Families by the provider's own reference, before their people are named."""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError

from fingerpost.exchange.imports.columns import Column, moment, text, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import FAMILY
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.exchange.imports.kinds.restricted import restrict_as_listed
from fingerpost.exchange.imports.references import folded
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands, names
from fingerpost.people.families.models import Family
from fingerpost.people.families.writing import HouseholdGiven
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.referrals import restricting


class Families(Load):
    """Families gathered by reference."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: dict[str, dict[str, Any]] = {}
        self._to_restrict: list[Family] = []

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

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of families held, as far as whoever loads it may meet them."""
        references = self.context.references
        references.look_up(FAMILY, self._rows)
        ids = {found: row for row in self._rows.values() if (found := references.get(FAMILY, row["family"]))}
        held = Family.objects.visible_to(self.context.actor).in_bulk(list(ids))
        for pk, family in held.items():
            row = ids[pk]
            if row.get("restricted") and not family.restricted:
                self._to_restrict.append(family)
            if names.plain(row["name"]) != names.plain(family.name) and not family.restricted:
                why = f"We hold the name {family.name}. The list did not change it."
                yield Fault(row[LINE], "Family name", why, "warning")
            known = row.get("recorded") and self.context.recorded(None, row["recorded"])
            self.on_record.compare(row[LINE], "This family", family, [Said("Recorded", known, family.recorded_at)])
        yield from super().finish()

    def write(self) -> Written:
        context, references = self.context, self.context.references
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        restrict_as_listed(context, self._to_restrict)
        new = [row for row in self._rows.values() if references.get(FAMILY, row["family"]) is None]
        households = [self._household(row) for row in new]
        commands.settle_many(context.actor, context.scope, households=households, **told)
        made = {row["family"]: home.family.pk for row, home in zip(new, households, strict=True) if home.family}
        references.add(FAMILY, made)
        changed = len(self._to_restrict)
        return Written(added=len(new), changed=changed, unchanged=len(self._rows) - len(new) - changed)

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
            restricting.lift_many(context.actor, context.scope, batch=context.batch, at=context.at)
            commands.undo(context.actor, context.scope, batch=context.batch, at=context.at)
        except IntegrityError as clash:
            raise Refused("Something was recorded about these families since, so the list cannot be undone.") from clash
        return families
