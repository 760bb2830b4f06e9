"""Which criterion let a child in, where the list does not say: the referral's, or what her attendance and exclusions show.

Nothing is decided again. The contract's criteria are put to what the lists hold of her schooling before the case was opened,
all children at once.
"""

import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
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
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, Exclusion
from fingerpost.people.schooling.queries import shared_calendar, until_monday
from fingerpost.work.casework.commands.bringing import CaseGiven
from fingerpost.work.referrals.commands import DECISION
from fingerpost.work.referrals.models import Request

NONE = "none"


def with_routes(context: Context, cases: Sequence[CaseGiven]) -> list[CaseGiven]:
    """The cases with a way in for every child for whom one can be told. A handful of queries for a list."""
    requests = Request.objects.filter(pk__in={case.request_id for case in cases if case.request_id})
    known = {pk: (route, reason) for pk, route, reason in requests.values_list("id", "route", "forecast_reason")}
    told = [_from_request(case, known) for case in cases]
    without = {person for case in told for person, route in case.children if not route}
    if without and DECISION in context.rules.contract.decisions:
        schooling = _Schooling(without)
        told = [_from_schooling(case, known, context, schooling) for case in told]
    return [_said_as_none(case) for case in told]


def _said_as_none(case: CaseGiven) -> CaseGiven:
    """A child of whom the list says that no criterion let her in came along with another."""
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
    words = rules.contract.decisions[DECISION]
    rule: DecisionRule = define_decision(
        DECISION, words, letters_of(DECISION, words.readings, words.reading, rules.choices)
    )
    for criterion in rule.criteria.values():
        route = getattr(criterion, "route", None)
        if route and evaluate(criterion.condition, facts, values=rules.contract.values, on=rules.on) is Answer.YES:
            return str(route)
    return ""


class _Schooling:
    """Attendance and exclusions of some children, read once."""

    def __init__(self, people: set[uuid.UUID]) -> None:
        self._weeks: dict[uuid.UUID, dict[int, tuple[int, int]]] = defaultdict(dict)
        rows = AttendanceWeek.objects.filter(person__in=people, superseded_at=None, possible__gt=0)
        for person, week, possible, attended in rows.values_list("person_id", "week", "possible", "attended"):
            self._weeks[person][week] = (possible, attended)
        self._excluded: dict[uuid.UUID, list[date]] = defaultdict(list)
        excluded = Exclusion.objects.filter(person__in=people, superseded_at=None, kind=Exclusion.Kind.FIXED_TERM)
        for person, started in excluded.values_list("person_id", "started_on"):
            self._excluded[person].append(started)
        on_roll = Enrolment.objects.filter(person__in=people, until=None)
        self._calendar = dict(on_roll.values_list("person_id", "school__calendar"))
        self._shared = shared_calendar()
        self._mondays: dict[str, tuple[list[date], list[int]]] = {}

    def facts(self, person: uuid.UUID, on: date, rules: Rules, forecast_reason: str) -> dict[str, Any]:
        """The facts that the criteria may ask; one that is not known is absent."""
        facts: dict[str, Any] = {}
        for name, length in (
            ("attendance_rate_12_weeks", "attendance_weeks"),
            ("attendance_rate_4_weeks", "trend_weeks"),
        ):
            if length in rules.contract.values:
                rate = self._rate(person, on, int(str(rules.contract.values[length].on(rules.on))))
                facts |= {} if rate is None else {name: rate}
        facts["fixed_term_exclusions"] = sum(day <= on for day in self._excluded[person])
        return facts | ({"forecast_reason": forecast_reason} if forecast_reason else {})

    def _rate(self, person: uuid.UUID, on: date, weeks: int) -> Fraction | None:
        mondays, numbers = self._weeks_of(self._calendar.get(person) or self._shared)
        end = bisect_left(mondays, until_monday(on))
        known = [self._weeks[person][n] for n in numbers[max(0, end - weeks) : end] if n in self._weeks[person]]
        possible = sum(week[0] for week in known)
        return Fraction(sum(week[1] for week in known) * 100, possible) if possible else None

    def _weeks_of(self, calendar: str) -> tuple[list[date], list[int]]:
        if calendar not in self._mondays:
            rows = SchoolWeek.objects.filter(calendar=calendar).order_by("number")
            pairs = list(rows.values_list("monday", "number"))
            self._mondays[calendar] = [monday for monday, _ in pairs], [number for _, number in pairs]
        return self._mondays[calendar]
