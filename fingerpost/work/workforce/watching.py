"""Duties towards staff that are missed or may be, as signals; and where posts, cover, supervision and the rest stand.

Counts alone: the pages behind them name people, to those who lead them.
"""

from collections.abc import Callable, Iterator
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.agreements.contracts.standing import Standing, stands_for
from fingerpost.agreements.requirements import queries as policies
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places import need
from fingerpost.work.workforce import queries
from fingerpost.work.workforce.days import ABSENCE
from fingerpost.work.workforce.models import Absence, Cover, PerformanceReview, Supervision
from fingerpost.work.workforce.queries.looking_after import REVIEW, SUPERVISION, LookedAfter, Turn

WATCHER = Actor.system("Watch over staff")
Clauses = str | tuple[str, ...]


def _rules(agreement: Agreement, on: date) -> Rules:
    return rules(agreement.key, max(on, agreement.starts_on))


def _first(clause: Clauses) -> str:
    return clause if isinstance(clause, str) else clause[0]


def _cover_clause(held: Rules) -> str:
    """The clause that asks for cover; empty where none does."""
    for duty in held.contract.workforce.duties.values():
        if ABSENCE in ((duty.served_by,) if isinstance(duty.served_by, str) else duty.served_by):
            return _first(duty.clause)
    return ""


@watches("cover")
def absences_without_cover(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Absences that must be covered by now and are not; areas below the minimum that was agreed. Eight queries."""
    held = _rules(agreement, on)
    clause = _cover_clause(held)
    if not clause:
        return
    bare = [one for one in queries.absences(WATCHER, held) if one.needs_cover]
    if bare:
        days = max(one.working_days for one in bare)
        said = f"{_counted(len(bare), 'absence')} without cover, the longest for {_counted(days, 'working day')}."
        yield Signal(clause, Severity.MISSED, said, "practice:absences")
    short = [area.name for area in queries.coverage(held) if area.minimum is not None and area.is_uncovered]
    if short:
        said = f"Fewer people than was agreed in {', '.join(short)}."
        yield Signal(clause, Severity.MISSED, said, "practice:staff_areas")


@watches("looked_after")
def supervision_and_reviews_overdue(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Supervision and reviews that are late. Five queries."""
    held = _rules(agreement, on)
    asked = held.contract.workforce.supervision
    people = queries.looked_after(held, queries.staff(held, on)) if asked else []
    for kind, turn_of in TURNS.items():
        late = sum(turn_of(one).is_overdue for one in people)
        if kind in asked and late:
            words = asked[kind]
            said = f"{words.label} is overdue for {_counted(late, 'member')} of staff."
            yield Signal(_first(words.clause), Severity.AT_RISK, said, "practice:supervision")


TURNS: dict[str, Callable[[LookedAfter], Turn]] = {
    SUPERVISION: lambda one: one.supervision,
    REVIEW: lambda one: one.review,
}


@stands_for("post")
def posts_filled(agreement: Agreement, on: date) -> Standing:
    """How far each funded role is filled. Two queries."""
    filled = queries.filled_on(agreement.key, max(on, agreement.starts_on))
    words = "; ".join(f"{one.label}: {one.words}" for one in filled)
    return Standing(words or "no post funded", "oversight:staffing", (agreement.key,))


@stands_for("absence")
def absences_recorded(agreement: Agreement, on: date) -> Standing:
    """How many were recorded by the day, and how many are away on it. Two queries."""
    found = Absence.objects.filter(service=agreement.key, started_on__lte=on).count()
    away = len(queries.away_on(agreement.key, on))
    return Standing(f"{found} recorded, {away} away today", "practice:absences")


@stands_for("cover_plan")
def cover_planned(agreement: Agreement, on: date) -> Standing:
    """How many plans of cover began by the day. One query."""
    found = Cover.objects.filter(absence__service=agreement.key, since__lte=on).count()
    return Standing(f"{found} planned", "practice:absences")


@stands_for("table_of_need")
def need_ranked(agreement: Agreement, on: date) -> Standing | None:
    """The version in force and how many areas are out of step with it. Three queries."""
    found = need.in_force(agreement.key, on)
    if found is None:
        return None
    flagged = sum(bool(one.flag) for one in queries.placed(_rules(agreement, on), found))
    words = f"version {found.table.version} of {day_in_words(found.table.since)}, {flagged} of {len(found.rows)} out of step"
    return Standing(words, "oversight:need", (agreement.key,))


@stands_for("acknowledgement")
def policies_read(agreement: Agreement, on: date) -> Standing | None:
    """Each policy in force with how many have read it. Two queries."""
    people = queries.staff(_rules(agreement, on), on)
    found = policies.register(agreement.key, on, [one.user_id for one in people])
    words = "; ".join(f"{one.issue.policy.title}: {one.words}" for one in found)
    return Standing(words, "oversight:policies", (agreement.key,)) if found else None


@stands_for("supervision")
def supervision_held(agreement: Agreement, on: date) -> Standing:
    """How many meetings were held by the day, and when the last. Two queries."""
    return _held(Supervision, agreement, on)


@stands_for("performance_review")
def reviews_held(agreement: Agreement, on: date) -> Standing:
    """How many reviews were held by the day, and when the last. Two queries."""
    return _held(PerformanceReview, agreement, on)


def _held(model: type[Supervision] | type[PerformanceReview], agreement: Agreement, on: date) -> Standing:
    days = model._default_manager.filter(service=agreement.key, held_on__lte=on).order_by("-held_on")
    number, last = days.count(), days.values_list("held_on", flat=True).first()
    return Standing(f"{number} held{f', the last on {day_in_words(last)}' if last else ''}", "practice:supervision")


@stands_for("plan_to_last")
def plan_under_way(agreement: Agreement, on: date) -> Standing:
    """How much of the plan is done. Two queries."""
    return Standing(queries.plan(agreement.key, on).words, "oversight:plan", (agreement.key,))


def _counted(number: int, what: str) -> str:
    return f"{number} {what if number == 1 else what + 's'}"
