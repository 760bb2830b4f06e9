"""Parts that families took in shaping the service."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind
from fingerpost.exchange.imports.kinds.headings import DAY_NAMES, NOTE_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import PersonFound, on_day
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.kinds.said import PERSON_SAYING, Voices, code_of, no_kind
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.community import bringing as community
from fingerpost.work.community.bringing import SayGiven
from fingerpost.work.community.models import Say

Occasion = tuple[str, str, date]  # kind, title, day


class Participations(Voices):
    """Parts taken, gathered by occasion."""

    def one(self, row: dict[str, Any]) -> Iterable[Fault]:
        kinds = self.context.rules.contract.pathway.participation
        kind = code_of(row["kind"], kinds)
        if kind is None:
            return [no_kind(row, kinds)]
        person = self.person(row)
        on = on_day(row["happened_on"])
        title = row.get("title") or row["kind"]
        return self.keep(
            (kind, title, on, person.id if person else row[LINE]), (kind, row, person, title, on), row[LINE]
        )

    @property
    def _occasions(self) -> dict[Occasion, list[tuple[dict[str, Any], PersonFound]]]:
        occasions: dict[Occasion, list[tuple[dict[str, Any], PersonFound]]] = {}
        for kind, row, person, title, on in self.kept:
            occasions.setdefault((kind, title, on), []).append((row, person))
        return occasions

    def finish(self) -> Iterator[Fault]:
        """What rows of one occasion say otherwise of it, and what the list says otherwise of those on record. One query."""
        occasions = self._occasions
        for rows in occasions.values():
            yield from _at_odds([row for row, _ in rows])
        days = {on for _, _, on in occasions}
        for held in Say.objects.filter(service=self.context.service, happened_on__in=days).select_related("area"):
            if spoken := occasions.get((held.kind, held.title, held.happened_on)):
                self._compare(held, [row for row, _ in spoken])
        yield from super().finish()

    def _compare(self, held: Say, rows: list[dict[str, Any]]) -> None:
        asked = {key: next((row[key] for row in rows if row.get(key)), None) for key in ("said", "changed", "locality")}
        area = self.areas.get(asked["locality"])
        recorded = next((row for row in rows if row.get("recorded")), None)
        known = recorded and self.context.recorded(recorded["happened_on"], recorded["recorded"])
        told = {"changed": asked["changed"], "changed_on": held.changed_on or held.happened_on}
        said = [
            Said("Locality", area, held.area_id, {"area_id": area}, ("area_id",), self._areas_named(held, asked)),
            puts("Said", asked["said"], held, "said"),
            Said("Changed", asked["changed"], held.changed, told, ("changed",)),
            Said("Recorded", known, held.recorded_at),
        ]
        self.on_record.compare(rows[0][LINE], "This occasion", held, said)

    @staticmethod
    def _areas_named(held: Say, asked: dict[str, Any]) -> tuple[str, str]:
        return (held.area.name if held.area else "", asked["locality"] or "")

    def write(self) -> Written:
        context = self.context
        says = [self._say(key, rows) for key, rows in self._occasions.items()]
        added = community.bring_in(
            context.actor, context.scope, service=context.service, says=says, batch=context.batch, at=context.at
        )
        changed = self.on_record.write()
        return Written(added=added, changed=changed, unchanged=max(0, len(self.kept) - added - changed))

    def _say(self, key: Occasion, rows: list[tuple[dict[str, Any], PersonFound]]) -> SayGiven:
        kind, title, on = key
        first = rows[0][0]
        people = tuple((person.id, self.people.family_of(person.id), person.scope) for _, person in rows)
        recorded = self.context.recorded(first["happened_on"], first.get("recorded"))
        said = next((row["said"] for row, _ in rows if row.get("said")), "")
        changed = next((row["changed"] for row, _ in rows if row.get("changed")), "")
        return SayGiven(kind, title, on, recorded, self.areas.get(first.get("locality")), people, said, changed)


def _at_odds(rows: list[dict[str, Any]]) -> Iterator[Fault]:
    """Words of later rows that are not those of the first row which says anything."""
    for key, column in (("locality", "Locality"), ("said", "Said"), ("changed", "Changed")):
        told = [row for row in rows if row.get(key)]
        for row in told[1:]:
            if row[key] != told[0][key]:
                message = (
                    f"Line {told[0][LINE]} says something else of this occasion, and was taken. Put one of them right."
                )
                yield Fault(row[LINE], column, message, "warning")


class ParticipationList(Kind):
    name = "participation"
    title = "Parts taken in shaping the service"
    turn = 72
    file_names = ("participation", "participations", "having a say", "involvement")
    columns = (
        Column("kind", "Kind", text(60), ("Type", "Participation kind"), required=True),
        Column("title", "Title", text(160), ("What", "Occasion", "Event")),
        Column("happened_on", "Date", moment, (*DAY_NAMES, "Happened on"), required=True),
        Column("person", "Person", text(120), PERSON_SAYING, required=True),
        Column("locality", "Locality", text(120), ("Area",)),
        Column("said", "Said", prose(5000), ("What they said", *NOTE_NAMES, "Note")),
        Column("changed", "Changed", prose(5000), ("What changed",)),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"kind", "happened_on", "person"}),)
    load = Participations

    @classmethod
    def undo(cls, context: Context) -> int:
        return community.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
