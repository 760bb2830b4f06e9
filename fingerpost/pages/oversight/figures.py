"""Figures as pages show them: in words, exact for the caseholding team, disclosed for everybody else.

Whoever may see the records counted sees figures as they are today. Others see what a return has frozen, small numbers hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.periods import NoPeriod, Period, period_on
from fingerpost.proof.disclosure.figures import disclosed_readings, disclosed_together, parents_of
from fingerpost.proof.measures.evaluate import evaluate, evaluate_several
from fingerpost.proof.measures.evaluate import under_readings as each_reading
from fingerpost.proof.returns.document import without_staff
from fingerpost.proof.returns.models import Figure, Return
from fingerpost.proof.returns.wording import VERDICTS, PrintedFigure, dimensions_of, printed


@dataclass(frozen=True)
class Shown:
    """One figure in words, with its numbers; `is_frozen` where a return has it so."""

    key: str
    words: PrintedFigure
    numbers: Mapping[str, Any]
    is_frozen: bool = False

    @property
    def result(self) -> str:
        return self.words["result"]

    @property
    def status_words(self) -> str:
        return VERDICTS.get(self.numbers["status"], "").lower() or "no target"

    @property
    def status(self) -> str:
        """A code of the kit's tags."""
        return str(self.numbers["status"]) if self.numbers.get("recorded", True) else "no_data"

    @property
    def is_agreed(self) -> bool:
        return all(one["agreed"] for one in self.numbers["readings"])

    @property
    def card(self) -> dict[str, Any]:
        """What the kit's card of a figure takes."""
        numbers = self.numbers
        return {
            "title": self.words["title"],
            "clause": self.words["clause"],
            "value": self.result,
            "numerator": numbers["numerator"] if numbers["denominator"] is not None else None,
            "denominator": numbers["denominator"],
            "not_known": numbers["not_known"] or 0,
            "pending": numbers["pending"] or 0,
            "target": self.words["target"] if self.words["target"] != "–" else "",
            "status": "" if self.status in ("no_target", "written", "none") else self.status,
            "reading": "; ".join(one["label"] for one in numbers["readings"]),
            "agreed": self.is_agreed,
        }


def sees_records(actor: Actor, agreement: Agreement) -> bool:
    """Whether figures open to records for this person; if not, they see only what returns have frozen."""
    return actor.can(Permission.VIEW_RECORDS_COUNTED, agreement)


def live(
    actor: Actor, held: Rules, key: str, period: Period, at: datetime, *, reading: Mapping[str, str] | None = None
) -> Shown:
    """A figure over a period as known now, exact. Raises Refused and NotAllowed."""
    figure = evaluate(held.service, key, actor=actor, period=period, as_known_at=at, reading=reading, rules=held)
    return shown(key, figure.as_dict(), held)


def live_all(actor: Actor, held: Rules, keys: Iterable[str], period: Period, at: datetime) -> list[Shown]:
    """Several figures over one period as known now, exact. Raises NotAllowed."""
    found = evaluate_several(keys, actor=actor, period=period, as_known_at=at, rules=held)
    return [shown(figure.indicator, figure.as_dict(), held) for figure in found]


def shown(key: str, numbers: Mapping[str, Any], held: Rules, *, is_frozen: bool = False) -> Shown:
    """A figure as it is kept, in words."""
    labels = {name: held.label(name).capitalize() for name in dimensions_of(numbers)}
    return Shown(key, printed(numbers, labels), numbers, is_frozen)


def hidden(figures: Mapping[str, Mapping[str, Any]], held: Rules) -> dict[str, dict[str, Any]]:
    """Figures as those outside the caseholding team see them together: small numbers hidden, no member of staff named."""
    inward = {key: without_staff(numbers) for key, numbers in figures.items()}
    return disclosed_together(inward, parents_of(held.contract.areas))


def last_sent(agreement: Agreement) -> Return | None:
    """The last return that was sent and whose figures are fixed."""
    return Return.objects.filter(agreement=agreement).exclude(figures_fixed_at=None).order_by("-due_on").first()


def frozen(sent: Return, held: Rules) -> list[Shown]:
    """The figures of a return that was sent, disclosed."""
    rows = Figure.objects.filter(return_made=sent).order_by("id")
    order = list(held.contract.indicators)
    kept = sorted(rows, key=lambda row: order.index(row.indicator) if row.indicator in order else len(order))
    told = hidden({row.indicator: row.numbers for row in kept}, held)
    return [shown(key, numbers, held, is_frozen=True) for key, numbers in told.items()]


def period_of(held: Rules, key: str, at_day: Any) -> Period:
    """The indicator's own period around a day. Raises Refused where there is none."""
    try:
        return period_on(held.contract, held.definition(key).figure.each, at_day)
    except NoPeriod as fault:
        raise Refused("No return covers that day. Choose another period.") from fault


def under_readings(
    actor: Actor, held: Rules, key: str, readings: Sequence[Mapping[str, str]], at: datetime
) -> list[Shown]:
    """What an indicator would give in each reading, over the period under way; small numbers hidden from those outside."""
    period = period_of(held, key, held.on)
    found = each_reading(held.service, key, readings, actor=actor, period=period, as_known_at=at, rules=held)
    told = [figure.as_dict() for figure in found]
    if not actor.can(Permission.VIEW_RECORDS_COUNTED, held):
        told = disclosed_readings([without_staff(one) for one in told], parents_of(held.contract.areas))
    return [shown(key, numbers, held) for numbers in told]
