"""Which schools a list names for a pupil, against those held: a move keeps both, each with its days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from fingerpost.exchange.imports.faults import Fault
from fingerpost.people.schooling.models import Enrolment


class Wanted(NamedTuple):
    """A place on a roll that a row names; `is_main` no for a subsidiary registration beside the main one."""

    school: str
    since: date | None
    until: date | None
    is_main: bool
    line: int


class NewPlace(NamedTuple):
    """A place to be written down."""

    school: str
    since: date | None
    until: date | None
    line: int
    is_main: bool = True


@dataclass
class Plan:
    """What to write: `new` places, `changes` of places held (row, field, value), and what is only named."""

    new: list[NewPlace] = field(default_factory=list)
    changes: list[tuple[Enrolment, str, Any]] = field(default_factory=list)
    named: list[Fault] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        return bool(self.new or self.changes)


def planned(wanted: Sequence[Wanted], places: Sequence[Enrolment], today: date) -> Plan:
    """What the schools of a list mean for the places that a pupil has and had, at main schools and beside them."""
    plan = Plan()
    for one in wanted:
        if one.until or not one.is_main:
            _as_said(plan, one, places)
    _main(plan, [one for one in wanted if one.is_main and not one.until], [p for p in places if p.is_main], today)
    return plan


def _as_said(plan: Plan, one: Wanted, places: Sequence[Enrolment]) -> None:
    """A place whose end the list gives, or one beside the main one: it ends no other."""
    there = [place for place in places if place.school_id == one.school]
    alike = [p for p in there if p.is_main == one.is_main and (p.since == one.since or None in (p.since, one.since))]
    standing = [place for place in there if place.until is None]
    if alike:
        _compare(plan, one, alike[0])
    elif standing and one.until is None:
        known = "main" if standing[0].is_main else "subsidiary"
        why = f"We hold a {known} registration there, since another day or of another kind. The list did not change it."
        plan.named.append(Fault(one.line, "Registration", why, "warning"))
    else:
        plan.new.append(NewPlace(one.school, one.since, one.until, one.line, one.is_main))


def _compare(plan: Plan, one: Wanted, held: Enrolment) -> None:
    if one.since and held.since is None:
        plan.changes.append((held, "since", one.since))
    if one.until and held.until is None and not (held.since and one.until < held.since):
        plan.changes.append((held, "until", one.until))
    elif one.until and one.until != held.until:
        stands = f"until {held.until:%d/%m/%Y}" if held.until else f"since {held.since:%d/%m/%Y}"
        why = f"We hold this place {stands}. The list did not change it."
        plan.named.append(Fault(one.line, "On roll until", why, "warning"))


def _main(plan: Plan, wanted: Sequence[Wanted], held: Sequence[Enrolment], today: date) -> None:
    standing = next((place for place in held if place.until is None), None)
    names_standing = standing is not None and any(one.school == standing.school_id for one in wanted)
    coming: list[tuple[date | None, str, int]] = []
    for school, since, _, _, line in dict.fromkeys(wanted):
        there = [place for place in held if place.school_id == school]
        if not there or (since and all(place.until and since > place.until for place in there)):
            coming.append((since, school, line))
        elif standing is not None and standing in there:
            _begin(plan, standing, since, line)
        elif not since and not names_standing:
            why = "They were on this roll before. Fill in On roll since, if they went back."
            plan.named.append(Fault(line, "School", why, "warning"))
    _come(plan, coming, standing, today)


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
                plan.new.append(NewPlace(school, since, _before(standing.since), line))
    if later and standing is not None:
        plan.changes.append((standing, "until", _before(later[0][0])))
    for place, (begins, since, school, line) in enumerate(later):
        until = _before(later[place + 1][0]) if place + 1 < len(later) else None
        starts = since or (None if begins == date.min else begins)
        plan.new.append(NewPlace(school, starts if not (until and starts and starts > until) else None, until, line))


def _before(day: date) -> date:
    return day - timedelta(days=1)
