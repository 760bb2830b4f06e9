"""Which schools a list names for a pupil, against those held: a move keeps both, each with its days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fingerpost.exchange.imports.faults import Fault
from fingerpost.people.schooling.models import Enrolment

Wanted = tuple[str, date | None, int]  # school, on roll since, line of the list


@dataclass
class Plan:
    """What to write: `new` places (school, since, until), `changes` of places held (row, field, value), and what is only named."""

    new: list[tuple[str, date | None, date | None]] = field(default_factory=list)
    changes: list[tuple[Enrolment, str, Any]] = field(default_factory=list)
    named: list[Fault] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        return bool(self.new or self.changes)


def planned(wanted: Sequence[Wanted], held: Sequence[Enrolment], today: date) -> Plan:
    """What the schools of a list mean for the places that a pupil has and had."""
    plan = Plan()
    standing = next((place for place in held if place.until is None), None)
    names_standing = standing is not None and any(school == standing.school_id for school, _, _ in wanted)
    coming: list[tuple[date | None, str, int]] = []
    for school, since, line in dict.fromkeys(wanted):
        there = [place for place in held if place.school_id == school]
        if not there or (since and all(place.until and since > place.until for place in there)):
            coming.append((since, school, line))
        elif standing is not None and standing in there:
            _begin(plan, standing, since, line)
        elif not since and not names_standing:
            why = "They were on this roll before. Fill in On roll since, if they went back."
            plan.named.append(Fault(line, "School", why, "warning"))
    _come(plan, coming, standing, today)
    return plan


def _begin(plan: Plan, standing: Enrolment, since: date | None, line: int) -> None:
    if since and standing.since is None:
        plan.changes.append((standing, "since", since))
    elif since and since != standing.since:
        why = f"We hold {standing.since:%d/%m/%Y}. The list did not change it."
        plan.named.append(Fault(line, "On roll since", why, "warning"))


def _come(plan: Plan, coming: list[tuple[date | None, str, int]], standing: Enrolment | None, today: date) -> None:
    """Put the places in order: what began before the one that stands is past; what began later ends it."""
    undated = date.min if standing is None else today
    in_order = [
        (since or (undated if place == 0 else today), since, school, line)
        for place, (since, school, line) in enumerate(coming)
    ]
    in_order.sort(key=lambda one: one[0])
    later = [one for one in in_order if standing is None or standing.since is None or one[0] > standing.since]
    for begins, since, school, line in in_order:
        if standing is not None and standing.since is not None and begins <= standing.since:
            if begins == standing.since:
                plan.named.append(Fault(line, "School", "We hold another school since that day.", "warning"))
            else:
                plan.new.append((school, since, _before(standing.since)))
    if later and standing is not None:
        plan.changes.append((standing, "until", _before(later[0][0])))
    for place, (begins, since, school, _) in enumerate(later):
        until = _before(later[place + 1][0]) if place + 1 < len(later) else None
        starts = since or (None if begins == date.min else begins)
        plan.new.append((school, starts if not (until and starts and starts > until) else None, until))


def _before(day: date) -> date:
    return day - timedelta(days=1)
