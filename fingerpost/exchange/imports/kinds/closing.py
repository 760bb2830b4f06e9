"""How cases ended, whether the list of cases says so or a list of its own."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from fingerpost.exchange.imports.columns import bare
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context
from fingerpost.exchange.imports.kinds.lookups import on_day
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.work.casework.commands.bringing import ClosingGiven
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Entry

OUTCOMES_MET = {
    "Fully": "fully", "All needs met": "fully", "All": "fully", "Full": "fully", "Met": "fully", "Yes": "fully",
    "Partly": "partly", "Some needs met": "partly", "Partially": "partly", "Partial": "partly", "Some": "partly",
    "Not": "not", "Needs not met": "not", "Not met": "not", "None": "not", "No": "not",
}  # fmt: skip
COLUMNS_OF_CLOSING = (
    "closed_on", "closure_reason", "outcomes_met", "destination", "destination_accepted", "closing_note", "closing_recorded",
)  # fmt: skip


class Closing:
    """The columns of closing of a row, checked against the contract and turned into what the command takes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._entries: dict[str, Entry] = {}

    @cached_property
    def _reasons(self) -> dict[str, str]:
        """Codes of the contract's reasons, by code and by label."""
        reasons = self._context.rules.contract.pathway.closure_reasons
        return {bare(word): code for code, words in reasons.items() for word in (code, words.label)}

    def look_up(self, rows: Iterable[dict[str, Any]]) -> None:
        """Read the services that families were referred to: one query a block."""
        named = {row["destination"] for row in rows if row.get("destination")} - self._entries.keys()
        if named:
            found = Entry.objects.filter(service=self._context.service, name__in=named)
            self._entries.update((entry.name, entry) for entry in found)

    def faults(self, row: dict[str, Any], opened_on: date) -> Iterator[Fault]:
        """What is wrong with how the case of the row ended."""
        if on_day(row["closed_on"]) < opened_on:
            yield Fault(
                row[LINE], "Closed", f"The case closed before it opened on {opened_on:%d/%m/%Y}. Check the days."
            )
        reason = row.get("closure_reason")
        if not reason:
            yield Fault(row[LINE], "Closing reason", "A closed case needs the reason why it ended. Fill it in.")
        elif bare(reason) not in self._reasons:
            offered = ", ".join(self._context.rules.contract.pathway.closure_reasons)
            message = f"{reason[:40]!r} is not a reason of the contract. Use one of: {offered}."
            yield Fault(row[LINE], "Closing reason", message)

    def given(self, row: dict[str, Any]) -> ClosingGiven:
        """The closing of a row without faults."""
        context, closed = self._context, row["closed_on"]
        entry = self._entry(row.get("destination"))
        return ClosingGiven(
            closed_at=context.moment(closed, 17),
            recorded_at=context.recorded(closed, row.get("closing_recorded")),
            reason=self._reasons[bare(row["closure_reason"])],
            outcomes_met=row.get("outcomes_met") or "",
            destination_id=entry.pk if entry else None,
            destination_accepted=row.get("destination_accepted") if entry else None,
            note=row.get("closing_note") or "",
        )

    def said(self, row: dict[str, Any], held: Case) -> list[Said]:
        """What the row says of a closing that is on record, column by column."""
        reason = row.get("closure_reason")
        destination = held.destination.name if held.destination else ""
        known = row.get("closing_recorded") and self._context.recorded(
            row.get("closed_on") or held.closed_at, row["closing_recorded"]
        )
        return [
            Said("Closing reason", self._reasons.get(bare(reason)) if reason else None, held.closure_reason),
            Said("Needs met", row.get("outcomes_met"), held.outcomes_met),
            Said("Referred to", row.get("destination"), destination),
            Said("Taken on there", row.get("destination_accepted"), held.destination_accepted),
            Said("Closing note", row.get("closing_note"), held.closing_note),
            Said("Closing recorded", known, held.closure_recorded_at),
        ]

    def _entry(self, name: str | None) -> Entry | None:
        """The service that the family was referred to; one that the directory lacks is added to it."""
        if not name:
            return None
        if name not in self._entries:
            context = self._context
            self._entries[name] = directory.add(
                context.actor, context.scope, service=context.service, name=name, at=context.at
            )
        return self._entries[name]
