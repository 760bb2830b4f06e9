"""On which day a task of the contract is due."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.places import queries as places
from fingerpost.language.answers import Unknown
from fingerpost.language.calendars import WorkingCalendar, school_weeks_after, working_days_after
from fingerpost.language.clocks import deadline
from fingerpost.language.dated import number_named
from fingerpost.language.schema.pathway import DueWords, TaskWords


def due_day(held: Rules, task: TaskWords, event: str, began: datetime) -> date:
    """The last day for a task whose event, named as clocks name it, happened at `began`; that day where no time is given."""
    calendar = places.working_days_of(held.contract.agreement.jurisdiction)
    if task.clock:
        ends = deadline(held.contract, task.clock, {event: began}, calendar, held.choices)
        return timezone.localdate(began if isinstance(ends, Unknown) else ends)
    return _after(timezone.localdate(began), task.due or DueWords(), held, calendar)


def _after(day: date, due: DueWords, held: Rules, calendar: WorkingCalendar) -> date:
    def number(word: object) -> int:
        return int(number_named(word, held.contract.values, day))  # type: ignore[arg-type]

    if due.working_days is not None:
        return working_days_after(calendar, day, number(due.working_days))
    if due.school_weeks is not None:
        weeks = school_weeks_after(calendar, day, number(due.school_weeks))
        return weeks[-1] + timedelta(days=4) if weeks else day
    return day + timedelta(days=number(due.days or 0))
