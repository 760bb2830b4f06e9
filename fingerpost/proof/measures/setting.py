"""One indicator in the readings chosen, and what it is asked: checked before anything is worked out."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import SchoolWeek
from fingerpost.language import Definition
from fingerpost.language.periods import Period
from fingerpost.language.readings import by_question, question_key
from fingerpost.people.schooling.models import School
from fingerpost.proof.measures.asked import Asked


@dataclass(frozen=True)
class Setting:
    """One indicator in the readings chosen, and what it is asked."""

    rules: Rules
    definition: Definition
    asked: Asked

    @property
    def hash(self) -> str:
        """Names the definition with every dated value it was worked out with."""
        return hashlib.sha256(repr((self.definition, self.asked.standing)).encode()).hexdigest()


def set_up(
    service: str,
    indicator: str,
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    reading: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    permission: Permission = Permission.VIEW_FIGURES,
) -> Setting:
    """The indicator's definition in the readings chosen. Raises NotAllowed and Refused."""
    rules = rules or contracts.rules(service, period.end)
    actor.require(permission, rules)
    return _set_up(rules, indicator, reading or {}, period, as_known_at, shared_calendar())


def set_up_several(
    rules: Rules,
    wanted: Iterable[tuple[str, Mapping[str, str]]],
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
) -> list[Setting]:
    """Several indicators, each in the readings named, over one period. One query, however many. Raises as `set_up`."""
    actor.require(Permission.VIEW_FIGURES, rules)
    calendar = shared_calendar()
    return [_set_up(rules, indicator, reading, period, as_known_at, calendar) for indicator, reading in wanted]


def _set_up(
    rules: Rules,
    indicator: str,
    reading: Mapping[str, str],
    period: Period,
    as_known_at: datetime,
    calendar: str | None,
) -> Setting:
    if indicator not in rules.contract.indicators:
        raise Refused(f"There is no indicator {indicator}. Choose one of: {', '.join(rules.contract.indicators)}.")
    chosen = {_key_of(rules, indicator, name): letter for name, letter in reading.items()}
    unknown = [key for key in chosen if key not in rules.contract.questions]
    if unknown:
        raise Refused(f"{indicator} has no question {', '.join(unknown)}. Leave it out.", field="reading")
    try:
        definition = rules.definition(indicator, chosen)
    except ValueError as fault:
        raise Refused(f"{fault}.", field="reading") from None
    asked = Asked(
        rules.service,
        period,
        as_known_at,
        rules.contract.values,
        calendar=calendar,
        scorings=scorings_of(rules),
        levels=rules.contract.levels,
    )
    return Setting(rules, definition, asked)


def _key_of(rules: Rules, indicator: str, name: str) -> str:
    """The key of a question. A letter alone answers an indicator's first."""
    questions = by_question(rules.contract.indicators[indicator].readings)
    return question_key(indicator, next(iter(questions), "") if name == "" else name)


def scorings_of(rules: Rules) -> tuple[tuple[str, str, Decimal], ...]:
    """Key, good direction and stated error of every instrument that gives a score."""
    scored = ((key, words.scoring) for key, words in sorted(rules.contract.instruments.items()))
    return tuple((key, one.better, Decimal(one.stated_error or 0)) for key, one in scored if one is not None)


def shared_calendar() -> str | None:
    """The calendar of all schools and of all school weeks that are loaded; None where there are several, or none."""
    used = School.objects.values_list("calendar").union(SchoolWeek.objects.values_list("calendar"))
    found = list(used[:2])
    return str(found[0][0]) if len(found) == 1 else None
