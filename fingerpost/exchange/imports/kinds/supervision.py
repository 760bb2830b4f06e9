"""Supervision meetings, and what each decided of a case: one row a case, or one row a meeting where no case is named."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, one_of, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, NOTE_NAMES, RECORDED_NAMES, WORKER_NAMES
from fingerpost.exchange.imports.kinds.lookups import CaseFound, Cases, Staff, on_day, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.commands.bringing import DiscussionGiven
from fingerpost.work.casework.models import CaseDiscussion
from fingerpost.work.workforce import bringing
from fingerpost.work.workforce.bringing import SupervisionGiven
from fingerpost.work.workforce.models import Supervision

DECISIONS = {
    "Close": "close", "Closed": "close", "Go on for longer": "extend", "Extend": "extend", "Extended": "extend",
    "Continue": "extend", "Refer to another service": "refer_on", "Refer on": "refer_on", "Referred on": "refer_on",
}  # fmt: skip
Meeting = tuple[uuid.UUID, uuid.UUID, date]  # worker, supervisor, day


class Supervisions(Load):
    """Meetings gathered by worker, supervisor and day, each with the cases it spoke of."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._cases, self._staff = Cases(context), Staff(context)
        self._meetings: dict[Meeting, SupervisionGiven] = {}
        self._spoken: dict[tuple[Meeting, uuid.UUID], tuple[dict[str, Any], CaseFound]] = {}
        self._bare: dict[Meeting, int] = {}
        self._recorded: dict[Meeting, datetime] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._cases.look_up(row.get("case") for row in rows)
        self._staff.look_up(row[key] for row in rows for key in ("worker", "supervisor"))
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        worker, supervisor = self._staff.get(row["worker"]), self._staff.get(row["supervisor"])
        if worker is None:
            return [unknown(row[LINE], "Worker", "The worker", row["worker"])]
        if supervisor is None:
            return [unknown(row[LINE], "Supervisor", "The supervisor", row["supervisor"])]
        if worker == supervisor:
            return [Fault(row[LINE], "Supervisor", "Nobody can supervise themselves. Name another person.")]
        meeting = (worker, supervisor, on_day(row["held_on"]))
        if row.get("case"):
            return self._about_case(row, meeting)
        if row.get("decided"):
            return [Fault(row[LINE], "Case", "A decision is about a case. Name the case.")]
        if self._bare.setdefault(meeting, row[LINE]) != row[LINE]:
            return [
                Fault(row[LINE], "", f"This meeting is in the file already, on line {self._bare[meeting]}. Keep one.")
            ]
        self._note(meeting, row)
        if row.get("recorded"):
            self._recorded[meeting] = self.context.recorded(row["held_on"], row["recorded"])
        return ()

    def _about_case(self, row: dict[str, Any], meeting: Meeting) -> Iterable[Fault]:
        case, on = self._cases.get(row["case"]), meeting[2]
        if case is None:
            return [unknown(row[LINE], "Case", "The case", row["case"])]
        if not row.get("decided"):
            return [Fault(row[LINE], "Decided", "Say what was decided of the case: close, extend or refer on.")]
        if on < case.opened_on or (case.closed_on and on > case.closed_on):
            return [Fault(row[LINE], "Date", "The case was not open on the day of this meeting. Check the day.")]
        key = (meeting, case.id)
        if key in self._spoken:
            earlier = self._spoken[key][0][LINE]
            return [
                Fault(row[LINE], "Case", f"The meeting's word on this case is on line {earlier} already. Keep one.")
            ]
        self._spoken[key] = (row, case)
        self._note(meeting, row)
        return ()

    def _note(self, meeting: Meeting, row: dict[str, Any]) -> None:
        worker, supervisor, on = meeting
        recorded = self.context.recorded(row["held_on"], row.get("recorded"))
        note = "" if row.get("case") else row.get("note") or ""
        standing = self._meetings.get(meeting)
        if standing is None or (note and not standing.note):
            team = self._staff.team_of(worker)
            self._meetings[meeting] = SupervisionGiven(worker, supervisor, on, recorded, team, note)

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of meetings that are on record, and of what they decided. Two queries."""
        workers = {worker for worker, _, _ in self._meetings}
        meetings: dict[uuid.UUID, Meeting] = {}
        for held in Supervision.objects.filter(service=self.context.service, worker__in=workers):
            meeting = (held.worker_id, held.supervisor_id, held.held_on)
            if meeting in self._meetings:
                meetings[held.pk] = meeting
                self._compare(held, meeting)
        for spoken in CaseDiscussion.objects.filter(supervision__in=meetings):
            if found := self._spoken.get((meetings[spoken.supervision_id], spoken.case_id)):
                self._compare_word(spoken, found[0])
        yield from super().finish()

    def _compare(self, held: Supervision, meeting: Meeting) -> None:
        line, recorded = self._bare.get(meeting, 0), self._recorded.get(meeting)
        said = [puts("Note", self._meetings[meeting].note, held, "note"), Said("Recorded", recorded, held.recorded_at)]
        self.on_record.compare(line, "This meeting", held, said)

    def _compare_word(self, held: CaseDiscussion, row: dict[str, Any]) -> None:
        known = row.get("recorded") and self.context.recorded(row["held_on"], row["recorded"])
        said = [
            puts("Decided", row["decided"], held, "decided"),
            puts("Note", row.get("note"), held, "note"),
            Said("Recorded", known, held.recorded_at),
        ]
        self.on_record.compare(row[LINE], "What this meeting decided of the case", held, said)

    def write(self) -> Written:
        context = self.context
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        ids, added = bringing.bring_in_supervisions(
            context.actor, context.scope, service=context.service, meetings=list(self._meetings.values()), **told
        )
        known = set(
            CaseDiscussion.objects.filter(supervision__in=ids.values()).values_list("supervision_id", "case_id")
        )
        given = [
            DiscussionGiven(
                case=case.on_case,
                supervision_id=ids[meeting],
                discussed_on=meeting[2],
                decided=row["decided"],
                recorded_at=context.recorded(row["held_on"], row.get("recorded")),
                note=row.get("note") or "",
            )
            for (meeting, _), (row, case) in self._spoken.items()
        ]
        new = [one for one in given if (one.supervision_id, one.case.id) not in known]
        casework.bring_in_discussions(context.actor, context.scope, discussions=new, **told)
        changed = self.on_record.write()
        known_before = len(self._bare.keys() | self._meetings.keys()) - added + len(given) - len(new)
        return Written(added=added + len(new), changed=changed, unchanged=max(0, known_before - changed))


class SupervisionList(Kind):
    name = "supervision"
    title = "Supervision"
    turn = 56
    file_names = ("supervision", "supervisions", "supervision meetings")
    columns = (
        Column("worker", "Worker", text(160), (*WORKER_NAMES, "Supervisee"), required=True),
        Column(
            "supervisor",
            "Supervisor",
            text(160),
            ("Supervised by", "Senior", "Manager", "Supervisor email"),
            required=True,
        ),
        Column(
            "held_on",
            "Date",
            moment,
            (*DAY_NAMES, "Held on", "Supervision date", "Meeting date", "Discussed on"),
            required=True,
        ),
        Column("case", "Case", text(60), CASE_NAMES),
        Column("decided", "Decided", one_of(DECISIONS, "a decision"), ("Decision", "Outcome", "Agreed")),
        Column("note", "Note", prose(5000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"worker", "supervisor", "held_on"}),)
    load = Supervisions

    @classmethod
    def undo(cls, context: Context) -> int:
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        spoken = casework.take_out_discussions(context.actor, context.scope, **told)
        return spoken + bringing.take_out(context.actor, context.scope, **told)
