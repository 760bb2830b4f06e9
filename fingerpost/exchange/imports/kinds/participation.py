"""Parts that families took in shaping the service."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind
from fingerpost.exchange.imports.kinds.headings import DAY_NAMES, NOTE_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import PersonFound, on_day
from fingerpost.exchange.imports.kinds.said import PERSON_SAYING, Said, code_of, no_kind
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.community import bringing as community
from fingerpost.work.community.bringing import SayGiven


class Participations(Said):
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

    def write(self) -> Written:
        context = self.context
        occasions: dict[tuple[str, str, date], list[tuple[dict[str, Any], PersonFound]]] = {}
        for kind, row, person, title, on in self.kept:
            occasions.setdefault((kind, title, on), []).append((row, person))
        says = [self._say(key, rows) for key, rows in occasions.items()]
        added = community.bring_in(
            context.actor, context.scope, service=context.service, says=says, batch=context.batch, at=context.at
        )
        return Written(added=added, unchanged=len(self.kept) - added)

    def _say(self, key: tuple[str, str, date], rows: list[tuple[dict[str, Any], PersonFound]]) -> SayGiven:
        kind, title, on = key
        first = rows[0][0]
        people = tuple((person.id, self.people.family_of(person.id), person.scope) for _, person in rows)
        recorded = self.context.recorded(first["happened_on"], first.get("recorded"))
        said = next((row["said"] for row, _ in rows if row.get("said")), "")
        changed = next((row["changed"] for row, _ in rows if row.get("changed")), "")
        return SayGiven(kind, title, on, recorded, self.areas.get(first.get("locality")), people, said, changed)


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
