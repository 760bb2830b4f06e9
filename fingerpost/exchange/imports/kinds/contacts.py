"""Contacts on cases: one row a contact."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports.columns import (
    Column,
    Wrong,
    bare,
    clock_time,
    moment,
    number,
    prose,
    separated,
    text,
    yes_no,
)
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, NOTE_NAMES, RECORDED_NAMES, WORKER_NAMES
from fingerpost.exchange.imports.kinds.lookups import CaseFound, Cases, Staff, on_day, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.models import Reference
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework import commands
from fingerpost.work.casework.commands.bringing import ContactGiven
from fingerpost.work.casework.models import Contact

CONTACT = "contact"
MINUTES_OF_A_DAY = 24 * 60
ROWS_AT_ONCE = 20_000
KEY = ("case_id", "worker_id", "kind", "happened_at", "minutes")
SAID = ("attended", "mode", "topics", "note")
SAYS_OTHERWISE = "This contact is on record with other words. It was left as it is: correct it on the page of its case."


def minutes(cell: str) -> int:
    """Whole minutes of a contact, a day at the most."""
    value = number(cell)
    if value != int(value) or not 0 <= value <= MINUTES_OF_A_DAY:
        raise Wrong(f"{cell[:20]!r} is not a number of minutes, up to a day. Write it as 45.")
    return int(value)


def hours(cell: str) -> int:
    """Hours as minutes."""
    return minutes(str(round(number(cell) * 60)))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says of a contact besides when it was, of which kind and with whom."""
    return {
        "attended": row.get("attended") is not False,
        "mode": row.get("mode") or "",
        "topics": tuple(row.get("topics") or ()),
        "note": row.get("note") or "",
    }


def _digest(said: tuple[Any, ...]) -> bytes:
    """Of the same words, so that notes of a hundred thousand contacts need not be held at once."""
    attended, mode, topics, note = said
    return hashlib.blake2b(repr((attended, mode, sorted(set(topics)), note)).encode(), digest_size=16).digest()


class Contacts(Load):
    """Contacts checked against their cases; the same contact twice, word for word, is one."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._cases, self._staff = Cases(context), Staff(context)
        self._kinds: dict[date, dict[str, tuple[str, bool]]] = {}
        self._seen: dict[tuple[Any, ...], int] = {}
        self._standing: dict[tuple[Any, ...], uuid.UUID] = {}
        self._named: set[uuid.UUID] = set()  # those with a reference of their own: another reference is another contact
        self._read: set[Any] = set()
        self._gathered: list[ContactGiven] = []
        self._refs: dict[str, int] = {}
        self._otherwise: list[tuple[dict[str, Any], uuid.UUID, tuple[Any, ...]]] = []
        self._unchanged = 0

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._cases.look_up(row["case"] for row in rows)
        self._staff.look_up(row["worker"] for row in rows)
        self.context.references.look_up(CONTACT, (row.get("ref") for row in rows))
        self._read_standing(rows)
        for row in rows:
            yield from self._contact(row)

    def _read_standing(self, rows: list[dict[str, Any]]) -> None:
        """Contacts that the cases of these rows have already, and which have a reference. Two queries a block with new cases."""
        new = {case.id for row in rows if (case := self._cases.get(row["case"]))} - self._read
        if new:
            self._read |= new
            known = Contact.objects.filter(case_id__in=new).exclude(batch=self.context.batch)
            for row in known.values_list("id", *KEY, *SAID):
                self._standing[(*row[1 : len(KEY) + 1], _digest(row[len(KEY) + 1 :]))] = row[0]
            ids = self._standing.values()
            references = Reference.objects.filter(service=self.context.service, kind=CONTACT, record__in=ids)
            self._named |= set(references.values_list("record", flat=True))

    def _contact(self, row: dict[str, Any]) -> Iterable[Fault]:
        case, worker = self._cases.get(row["case"]), self._staff.get(row["worker"])
        if case is None:
            return [unknown(row[LINE], "Case", "The case", row["case"])]
        if worker is None:
            return [unknown(row[LINE], "Worker", "The worker", row["worker"])]
        happened = self._moment(row)
        if wrong := self._wrong(row, case, timezone.localdate(happened)):
            return [wrong]
        kind, counts = self._kind(row, timezone.localdate(happened))
        if not kind:
            offered = ", ".join(self.context.rules.contract.pathway.contacts)
            message = f"{row['kind'][:40]!r} is not a kind of contact of the contract. Use one of: {offered}."
            return [Fault(row[LINE], "Kind", message)]
        took = row.get("minutes") if row.get("minutes") is not None else row.get("hours")
        if took is None:
            return [Fault(row[LINE], "Minutes", "Minutes is empty. Fill it in.")]
        said = _digest(tuple(_said(row).values()))
        return self._keep(row, case, (case.id, worker, kind, happened, took, said), counts)

    def _keep(self, row: dict[str, Any], case: CaseFound, key: tuple[Any, ...], counts: bool) -> Iterable[Fault]:
        ref = row.get("ref")
        seen = (CONTACT, ref) if ref else key
        if self._seen.setdefault(seen, row[LINE]) != row[LINE]:
            earlier = self._seen[seen]
            return [Fault(row[LINE], "", f"This contact is in the file already, on line {earlier}. Keep one row.")]
        _, worker, kind, happened, took, _ = key
        known = self.context.references.get(CONTACT, ref)
        if known is None and (alike := self._standing.get(key)) and not (ref and alike in self._named):
            known = alike
        if known:
            self._unchanged += 1
            if key not in self._standing or row.get("recorded"):
                self._otherwise.append((row, known, key))
            return ()
        self._gathered.append(
            ContactGiven(
                case=case.on_case,
                worker_id=worker,
                kind=kind,
                happened_at=happened,
                recorded_at=self.context.recorded(happened, row.get("recorded")),
                minutes=took,
                counts_as_session=counts,
                **_said(row),
            )
        )
        if ref:
            self._refs[ref] = len(self._gathered) - 1
        return ()

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of contacts that are on record under their own reference. One query."""
        held = Contact.objects.select_related("worker").in_bulk([known for _, known, _ in self._otherwise])
        for row, known, (case, worker, kind, happened, took, _) in self._otherwise:
            if known not in held:  # its list came before references led to contacts
                yield Fault(row[LINE], "", SAYS_OTHERWISE, "warning")
                continue
            contact, said = held[known], _said(row)
            self.on_record.compare(
                row[LINE],
                "This contact",
                contact,
                [
                    Said(
                        "Recorded",
                        row.get("recorded") and self.context.recorded(happened, row["recorded"]),
                        contact.recorded_at,
                    ),
                    Said("Case", case, contact.case_id),
                    Said("Date", happened, contact.happened_at),
                    Said("Kind", kind, contact.kind),
                    Said("Worker", worker, contact.worker_id, words=(contact.worker.name, row["worker"])),
                    puts("Minutes", took, contact, "minutes"),
                    puts("Attended", row.get("attended"), contact, "attended"),
                    puts("Mode", said["mode"], contact, "mode"),
                    puts("Topics", sorted(set(said["topics"])), contact, "topics"),
                    puts("Note", said["note"], contact, "note"),
                ],
            )
        yield from super().finish()

    def _moment(self, row: dict[str, Any]) -> datetime:
        on: date | datetime = row["happened_on"]
        at: time | None = row.get("time")
        if at is not None:
            on = timezone.make_aware(datetime.combine(on_day(on), at))
        return self.context.moment(on)

    @staticmethod
    def _wrong(row: dict[str, Any], case: CaseFound, on: date) -> Fault | None:
        if on < case.opened_on:
            message = f"The contact was before the case was opened on {case.opened_on:%d/%m/%Y}. Check the days."
            return Fault(row[LINE], "Date", message)
        if case.closed_on and on > case.closed_on:
            message = f"The contact was after the case was closed on {case.closed_on:%d/%m/%Y}. Check the days."
            return Fault(row[LINE], "Date", message)
        return None

    def _kind(self, row: dict[str, Any], on: date) -> tuple[str, bool]:
        """The contract's kind on the day, and whether it counts as a casework session; empty for no kind of it."""
        if on not in self._kinds:
            kinds = self.context.rules_on(on).contract.pathway.contacts
            self._kinds[on] = {
                bare(word): (code, words.casework_session)
                for code, words in kinds.items()
                for word in (code, words.label)
            }
        return self._kinds[on].get(bare(row["kind"]), ("", False))

    def write(self) -> Written:
        context, refs = self.context, self._refs
        made: list[uuid.UUID] = []
        for start in range(0, len(self._gathered), ROWS_AT_ONCE):
            made += commands.bring_in_contacts(
                context.actor,
                context.scope,
                service=context.service,
                contacts=self._gathered[start : start + ROWS_AT_ONCE],
                batch=context.batch,
                at=context.at,
            )
        context.references.add(CONTACT, {ref: made[place] for ref, place in refs.items()})
        changed = self.on_record.write()
        return Written(added=len(self._gathered), changed=changed, unchanged=self._unchanged - changed)


class ContactList(Kind):
    name = "contacts"
    title = "Contacts"
    turn = 55
    file_names = ("contacts", "visits", "casework contacts", "contact log")
    columns = (
        Column("ref", "Contact", text(60), ("Contact ref", "Contact reference", "Contact ID", "Contact number")),
        Column("case", "Case", text(60), CASE_NAMES, required=True),
        Column(
            "happened_on",
            "Date",
            moment,
            (*DAY_NAMES, "Contact date", "Date of contact", "Happened", "Happened on", "Date and time"),
            required=True,
        ),
        Column("time", "Time", clock_time, ("Start time", "Contact time", "Time of contact")),
        Column("kind", "Kind", text(120), ("Type", "Contact type", "Kind of contact", "Method"), required=True),
        Column("minutes", "Minutes", minutes, ("Duration", "Length", "Duration minutes", "Minutes spent", "Mins")),
        Column("hours", "Hours", hours, ("Duration hours", "Hours spent")),
        Column("worker", "Worker", text(160), WORKER_NAMES, required=True),
        Column("attended", "Attended", yes_no, ("Family attended", "Took place", "Delivered", "Present", "Came")),
        Column("mode", "Mode", text(40), ("Where", "Setting")),
        Column("topics", "Topics", separated, ("Topic", "Subjects")),
        Column("note", "Note", prose(10_000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"case", "happened_on", "kind", "worker"}),)
    load = Contacts

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.take_out_contacts(context.actor, context.scope, batch=context.batch, at=context.at)
