"""Events at school of the parents of a case."""

from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, NOTE_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import on_day, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.kinds.said import PERSON_SAYING, Voices, code_of, no_kind
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.outcomes import bringing
from fingerpost.work.outcomes.bringing import SchoolEventGiven
from fingerpost.work.outcomes.models import SchoolEvent


class SchoolEvents(Voices):
    """Events at school, gathered by parent, kind and day."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    def one(self, row: dict[str, Any]) -> Iterable[Fault]:
        kinds = self.context.rules.contract.pathway.school_events
        kind, person, case = code_of(row["kind"], kinds), self.person(row), self.cases.get(row.get("case"))
        if kind is None:
            return [no_kind(row, kinds)]
        if person is None:
            return [unknown(row[LINE], "Person", "The person", row["person"])]
        on = on_day(row["happened_on"])
        given = SchoolEventGiven(
            scope=case.scope if case else person.scope,
            family_id=case.on_case.family_id if case else self.people.family_of(person.id),
            person_id=person.id,
            episode_id=case.id if case else None,
            kind=kind,
            happened_on=on,
            recorded_at=self.context.recorded(row["happened_on"], row.get("recorded")),
            note=row.get("note") or "",
        )
        self._rows[person.id, kind, on] = row
        return self.keep((person.id, kind, on), given, row[LINE])

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of events that are on record. One query."""
        for held in SchoolEvent.objects.filter(person__in={given.person_id for given in self.kept}):
            key = (held.person_id, held.kind, held.happened_on)
            if (row := self._rows.get(key)) and (given := self.given(key)):
                said = [
                    Said("Case", given.episode_id, held.episode_id),
                    puts("Note", row.get("note"), held, "note"),
                    Said("Recorded", row.get("recorded") and given.recorded_at, held.recorded_at),
                ]
                self.on_record.compare(row[LINE], "This event", held, said)
        yield from super().finish()

    def write(self) -> Written:
        context, given = self.context, self.kept
        added = bringing.bring_in_school_events(
            context.actor, context.scope, service=context.service, events=given, batch=context.batch, at=context.at
        )
        changed = self.on_record.write()
        return Written(added=added, changed=changed, unchanged=len(given) - added - changed)


class SchoolEventList(Kind):
    name = "school_events"
    title = "Events at school"
    turn = 73
    file_names = ("school events", "engagement", "education events")
    columns = (
        Column("kind", "Kind", text(60), ("Event", "Event kind", "Type"), required=True),
        Column("happened_on", "Date", moment, (*DAY_NAMES, "Event date"), required=True),
        Column("person", "Person", text(120), (*PERSON_SAYING, "Parent"), required=True),
        Column("case", "Case", text(60), CASE_NAMES, required=True),
        Column("note", "Note", prose(2000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"kind", "happened_on", "person", "case"}),)
    load = SchoolEvents

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
