"""Which criterion let a child in, where the list does not say: the referral's, or what their attendance and exclusions show.

Nothing is decided again. The contract's criteria are put to what the lists hold of their schooling before the case was opened,
all children at once.
"""

import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.exchange.imports.kinds.lookups import on_day
from fingerpost.ground.places.models import SchoolWeek
from fingerpost.language.answers import Answer
from fingerpost.language.conditions import evaluate
from fingerpost.language.decide import DecisionRule, define_decision
from fingerpost.language.readings import letters_of
from fingerpost.people.schooling.enrolled import Roll
from fingerpost.people.schooling.facts import LEAST, WINDOW
from fingerpost.people.schooling.models import AttendanceWeek, Exclusion
from fingerpost.people.schooling.queries import shared_calendar, until_monday
from fingerpost.work.casework.commands.bringing import CaseGiven
from fingerpost.work.referrals.models import Request

NONE = "none"


def with_routes(context: Context, cases: Sequence[CaseGiven]) -> list[CaseGiven]:
    """The cases with a way in for every child for whom one can be told. A handful of queries for a list."""
    requests = Request.objects.filter(pk__in={case.request_id for case in cases if case.request_id})
    known = {pk: (route, reason) for pk, route, reason in requests.values_list("id", "route", "forecast_reason")}
    told = [_from_request(case, known) for case in cases]
    without = {person for case in told for person, route in case.children if not route}
    if without and context.rules.contract.decision_on_requests:
        schooling = _Schooling(without)
        told = [_from_schooling(case, known, context, schooling) for case in told]
    return [_said_as_none(case) for case in told]


def _said_as_none(case: CaseGiven) -> CaseGiven:
    """A child of whom the list says that no criterion let them in came along with another."""
    if all(route != NONE for _, route in case.children):
        return case
    return replace(case, children=tuple((person, "" if route == NONE else route) for person, route in case.children))


def _from_request(case: CaseGiven, known: Mapping[uuid.UUID, tuple[str, str]]) -> CaseGiven:
    route = _said(case, known)[0]
    return replace(case, children=tuple((person, own or route) for person, own in case.children)) if route else case


def _said(case: CaseGiven, known: Mapping[uuid.UUID, tuple[str, str]]) -> tuple[str, str]:
    """The route of the case's request, and why attendance was said to fall."""
    return known.get(case.request_id, ("", "")) if case.request_id else ("", "")


def _from_schooling(
    case: CaseGiven, known: Mapping[uuid.UUID, tuple[str, str]], context: Context, schooling: "_Schooling"
) -> CaseGiven:
    if all(route for _, route in case.children):
        return case
    rules = context.rules_on(on_day(case.opened_at))
    reason = _said(case, known)[1]
    children = tuple(
        (person, route or _route(rules, schooling.facts(person, on_day(case.opened_at), rules, reason)))
        for person, route in case.children
    )
    return replace(case, children=children)


def _route(rules: Rules, facts: Mapping[str, Any]) -> str:
    """The way in of the first criterion that holds; empty where none does."""
    key = rules.contract.decision_on_requests
    words = rules.contract.decisions[key]
    rule: DecisionRule = define_decision(key, words, letters_of(key, words.readings, words.reading, rules.choices))
    for criterion in rule.criteria.values():
        route = getattr(criterion, "route", None)
        if route and evaluate(criterion.condition, facts, values=rules.contract.values, on=rules.on) is Answer.YES:
            return str(route)
    return ""


class _Schooling:
    """Attendance and exclusions of some children, read once."""

    def __init__(self, people: set[uuid.UUID]) -> None:
        self._weeks: dict[uuid.UUID, dict[date, tuple[int, int]]] = defaultdict(dict)
        rows = AttendanceWeek.objects.filter(person__in=people, superseded_at=None, counts=True, possible__gt=0)
        for person, monday, possible, attended in rows.values_list("person_id", "monday", "possible", "attended"):
            self._weeks[person][monday] = (possible, attended)
        self._excluded: dict[uuid.UUID, list[date]] = defaultdict(list)
        excluded = Exclusion.objects.filter(person__in=people, superseded_at=None, kind=Exclusion.Kind.FIXED_TERM)
        for person, started in excluded.values_list("person_id", "started_on"):
            self._excluded[person].append(started)
        self._roll, self._shared = Roll.of(people), shared_calendar()
        self._mondays: dict[str, list[date]] = {}

    def facts(self, person: uuid.UUID, on: date, rules: Rules, forecast_reason: str) -> dict[str, Any]:
        """The facts that the criteria may ask; one that is not known is absent: no exclusion on record is none known."""
        facts: dict[str, Any] = {}
        for name, length in (
            ("attendance_rate_12_weeks", "attendance_weeks"),
            ("attendance_rate_4_weeks", "trend_weeks"),
        ):
            rate = self._rate(person, on, rules, length)
            facts |= {} if rate is None else {name: rate}
        begins = self._window_begins(person, on, rules)
        excluded = sum(begins <= day <= on for day in self._excluded[person])
        facts |= {"fixed_term_exclusions": excluded} if excluded else {}
        return facts | ({"forecast_reason": forecast_reason} if forecast_reason else {})

    def _rate(self, person: uuid.UUID, on: date, rules: Rules, length: str) -> Fraction | None:
        if length not in rules.contract.values:
            return None
        asked = int(str(rules.value(length)))
        known = [self._weeks[person][m] for m in self._last_weeks(person, on, asked) if m in self._weeks[person]]
        least = rules.contract.values[LEAST].number_on(rules.on) if LEAST in rules.contract.values else 0
        if not known or 100 * len(known) < least * asked:
            return None
        return Fraction(sum(week[1] for week in known) * 100, sum(week[0] for week in known))

    def _window_begins(self, person: uuid.UUID, on: date, rules: Rules) -> date:
        weeks = rules.value(WINDOW) if WINDOW in rules.contract.values else None
        if not isinstance(weeks, int):
            return date.min
        mondays = self._last_weeks(person, on, weeks)
        return mondays[0] if len(mondays) == weeks else on - timedelta(weeks=weeks)

    def _last_weeks(self, person: uuid.UUID, on: date, how_many: int) -> list[date]:
        """Mondays of the last so many school weeks that had ended before the day."""
        mondays = self._weeks_of(self._roll.calendar(person, on) or self._shared)
        end = bisect_left(mondays, until_monday(on))
        return mondays[max(0, end - how_many) : end]

    def _weeks_of(self, calendar: str) -> list[date]:
        if calendar not in self._mondays:
            rows = SchoolWeek.objects.filter(calendar=calendar).order_by("monday")
            self._mondays[calendar] = list(rows.values_list("monday", flat=True))
        return self._mondays[calendar]
