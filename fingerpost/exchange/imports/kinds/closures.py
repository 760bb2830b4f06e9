"""Closings: one row a case that ended."""

import uuid
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, one_of, prose, text, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.cases import CLOSED_BY_LIST
from fingerpost.exchange.imports.kinds.closing import OUTCOMES_MET, Closing
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, NOTE_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import Cases, unknown
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.exchange.imports.models import List, Reference
from fingerpost.exchange.imports.references import records_of
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case

CLOSING = "closing"


class Closings(Load):
    """Closings gathered by case."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._cases, self._closing = Cases(context), Closing(context)
        self._gathered: dict[Any, tuple[dict[str, Any], Any]] = {}
        self._held: dict[uuid.UUID, Case] = {}
        self._lines: dict[uuid.UUID, int] = {}
        self._closed_along: set[uuid.UUID] = set()
        self._unchanged = self._written = 0

    @cached_property
    def _together(self) -> set[uuid.UUID]:
        """The lists of the folder that this one lies in. One query."""
        folder = List.objects.filter(pk=self.context.batch, folder__isnull=False).values("folder")
        return set(List.objects.filter(folder__in=folder).values_list("pk", flat=True))

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._cases.look_up(row["case"] for row in rows)
        self._closing.look_up(rows)
        closed = {case.id for row in rows if (case := self._cases.get(row["case"])) and case.closed_on}
        held = Case.objects.filter(pk__in=closed - self._held.keys()).select_related("destination")
        self._held.update((case.pk, case) for case in held)
        along = Reference.objects.filter(kind=CLOSED_BY_LIST, list_received__in=self._together, record__in=closed)
        self._closed_along |= set(along.values_list("record", flat=True))
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        case = self._cases.get(row["case"])
        if case is None:
            return [unknown(row[LINE], "Case", "The case", row["case"])]
        if case.id in self._lines:
            earlier = self._lines[case.id]
            return [Fault(row[LINE], "Case", f"This case is in the file already, on line {earlier}. Keep one row.")]
        if faults := list(self._closing.faults(row, case.opened_on)):
            return faults
        if case.closed_on:
            held = self._held[case.id]
            # With its case, which was not to stand open beside another of the family.
            is_of_this_folder = held.batch in self._together or case.id in self._closed_along
            self._written += is_of_this_folder
            self._unchanged += not is_of_this_folder
            said = [Said("Closed", row["closed_on"], held.closed_at), *self._closing.said(row, held)]
            self.on_record.compare(row[LINE], "This closing", held, said)
            self._lines[case.id] = row[LINE]
            return ()
        self._gathered[case.id], self._lines[case.id] = (row, case), row[LINE]
        return ()

    def write(self) -> Written:
        context = self.context
        closings = [(case, self._closing.given(row)) for case, (row, _) in self._gathered.items()]
        closed = commands.bring_in_closings(context.actor, context.scope, closings=closings, at=context.at)
        context.references.add(CLOSING, {str(case): case for case, _ in closings})
        return Written(added=closed + self._written, unchanged=self._unchanged)


class ClosingList(Kind):
    name = "closures"
    title = "Closings"
    turn = 58
    file_names = ("closures", "closings", "closed cases")
    columns = (
        Column("case", "Case", text(60), (*CASE_NAMES, "Reference"), required=True),
        Column(
            "closed_on",
            "Closed",
            moment,
            ("Closed on", "Date closed", "End", "End date", "Ended", "Date"),
            required=True,
        ),
        Column(
            "closure_reason",
            "Closing reason",
            text(120),
            ("Closure reason", "Reason closed", "Reason for closing", "Reason"),
            required=True,
        ),
        Column("outcomes_met", "Needs met", one_of(OUTCOMES_MET, "an answer"), ("Outcomes met", "Outcome")),
        Column("destination", "Referred to", text(160), ("Destination", "Referred on to", "Moved to")),
        Column("destination_accepted", "Taken on there", yes_no, ("Destination accepted",)),
        Column("closing_note", "Closing note", prose(5000), ("Closing summary", *NOTE_NAMES)),
        Column("closing_recorded", "Closing recorded", moment, ("Closure recorded", *RECORDED_NAMES, "Recorded")),
    )
    layouts = (frozenset({"case", "closed_on", "closure_reason"}),)
    load = Closings

    @classmethod
    def undo(cls, context: Context) -> int:
        cases = records_of(context.batch, CLOSING)
        return commands.take_out_closings(context.actor, context.scope, cases=cases, at=context.at)
