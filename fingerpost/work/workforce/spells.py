"""Absences that follow each other without a working day between them are one spell away, however many lines tell of it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fingerpost.language.calendars import WorkingCalendar, working_days_between
from fingerpost.work.workforce.models import Absence


@dataclass(frozen=True)
class Spell:
    """One time away: its absences in order of time."""

    absences: tuple[Absence, ...]

    @property
    def started_on(self) -> date:
        return self.absences[0].started_on

    @property
    def ended_on(self) -> date | None:
        """The last day away; None while nobody knows it."""
        return self.absences[-1].ended_on


def spells_of(service: str, workers: Iterable[uuid.UUID], calendar: WorkingCalendar) -> list[Spell]:
    """Every spell of these workers, in order of time for each. One query."""
    rows = Absence.objects.filter(service=service, worker__in=set(workers)).select_related("worker", "team")
    by_worker: dict[uuid.UUID, list[Absence]] = defaultdict(list)
    for absence in rows.order_by("started_on"):
        by_worker[absence.worker_id].append(absence)
    return [spell for absences in by_worker.values() for spell in _joined(absences, calendar)]


def _joined(absences: Iterable[Absence], calendar: WorkingCalendar) -> list[Spell]:
    spells: list[list[Absence]] = []
    for absence in absences:
        if spells and _follows(spells[-1][-1], absence, calendar):
            spells[-1].append(absence)
        else:
            spells.append([absence])
    return [Spell(tuple(spell)) for spell in spells]


def _follows(before: Absence, absence: Absence, calendar: WorkingCalendar) -> bool:
    """Whether no working day lies between the two."""
    if before.ended_on is None:
        return False
    first, last = before.ended_on + timedelta(days=1), absence.started_on - timedelta(days=1)
    return first > last or working_days_between(calendar, first, last) == 0
