"""Absence of staff: one row an absence."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from fingerpost.exchange.imports.columns import Column, day, moment, one_of, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import NOTE_NAMES, RECORDED_NAMES, WORKER_NAMES
from fingerpost.exchange.imports.kinds.lookups import Staff, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.workforce import bringing
from fingerpost.work.workforce.bringing import AbsenceGiven
from fingerpost.work.workforce.models import Absence

REASONS = {
    "Sickness": "sickness", "Sick": "sickness", "Sick leave": "sickness", "Illness": "sickness",
    "Family": "family", "Leave for family reasons": "family", "Compassionate leave": "family",
    "Parental": "parental", "Maternity, paternity or adoption leave": "parental", "Maternity": "parental",
    "Maternity leave": "parental", "Paternity leave": "parental", "Adoption leave": "parental",
    "Annual": "annual", "Annual leave": "annual", "Holiday": "annual", "Leave": "annual",
    "Training": "training", "Training or study": "training", "Study leave": "training",
    "Other": "other", "Another reason": "other",
}  # fmt: skip


class Absences(Load):
    """Absences gathered by worker; two of one worker must not overlap."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._staff = Staff(context)
        self._spans: dict[uuid.UUID, list[tuple[date, date, int]]] = defaultdict(list)
        self._known: dict[tuple[uuid.UUID, date], Absence] = {}
        self._read = False
        self._gathered: list[AbsenceGiven] = []
        self._unchanged = 0

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._staff.look_up(row["worker"] for row in rows)
        self._read_known()
        for row in rows:
            yield from self._one(row)

    def _read_known(self) -> None:
        if self._read:
            return
        self._read = True
        standing = Absence.objects.filter(service=self.context.service)
        for absence in standing:
            self._known[absence.worker_id, absence.started_on] = absence
            self._spans[absence.worker_id].append((absence.started_on, absence.ended_on or date.max, 0))

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        worker, line = self._staff.get(row["worker"]), row[LINE]
        if worker is None:
            return [unknown(line, "Worker", "The worker", row["worker"])]
        first, last = row["started_on"], row.get("ended_on") or date.max
        if last < first:
            return [Fault(line, "Last day", "The absence ends before it begins. Check the days.")]
        held = self._known.get((worker, first))
        if held and not row.get("ended_on"):
            last = held.ended_on or date.max
        for began, ended, where in self._spans[worker]:
            if held and (where, began) == (0, first):
                continue  # itself
            if began <= last and first <= ended:
                other = f"on line {where}" if where else "in the records"
                return [
                    Fault(line, "First day", f"This absence overlaps another of the same worker, {other}. Check it.")
                ]
        if held:
            return self._on_record(row, held)
        self._spans[worker].append((first, last, line))
        recorded = self.context.recorded(first, row.get("recorded"))
        note, team = row.get("note") or "", self._staff.team_of(worker)
        self._gathered.append(
            AbsenceGiven(worker, first, recorded, row.get("reason") or "other", row.get("ended_on"), team, note)
        )
        return ()

    def _on_record(self, row: dict[str, Any], held: Absence) -> Iterable[Fault]:
        self._unchanged += 1
        if row.get("ended_on"):
            spans = self._spans[held.worker_id]
            spans.remove((held.started_on, held.ended_on or date.max, 0))
            spans.append((held.started_on, row["ended_on"], row[LINE]))
        said = [
            puts("Last day", row.get("ended_on"), held, "ended_on"),
            puts("Reason", row.get("reason"), held, "reason"),
            puts("Note", row.get("note"), held, "note"),
            Said(
                "Recorded",
                row.get("recorded") and self.context.recorded(held.started_on, row["recorded"]),
                held.recorded_at,
            ),
        ]
        self.on_record.compare(row[LINE], "This absence", held, said)
        del self._known[held.worker_id, held.started_on]  # a second row of it overlaps the first
        return ()

    def write(self) -> Written:
        context = self.context
        changed = self.on_record.write()
        added = bringing.bring_in_absences(
            context.actor,
            context.scope,
            service=context.service,
            absences=self._gathered,
            batch=context.batch,
            at=context.at,
        )
        return Written(added=added, changed=changed, unchanged=self._unchanged - changed)


class AbsenceList(Kind):
    name = "absence"
    title = "Absence of staff"
    turn = 13
    file_names = ("absence", "absences", "staff absence", "sickness")
    columns = (
        Column("worker", "Worker", text(160), WORKER_NAMES, required=True),
        Column(
            "started_on",
            "First day",
            day,
            ("Started", "Started on", "Start", "Start date", "From", "Absent from"),
            required=True,
        ),
        Column(
            "ended_on",
            "Last day",
            day,
            ("Ended", "Ended on", "End", "End date", "To", "Absent to", "Until"),
            may_lie_ahead=True,
        ),
        Column("reason", "Reason", one_of(REASONS, "a reason"), ("Absence reason", "Type", "Kind")),
        Column("note", "Note", prose(2000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"worker", "started_on"}),)
    load = Absences

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
