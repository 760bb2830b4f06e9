"""Figures for those who may not open the records behind them: as a return fixed them, or live where the contract allows it.

Of a period whose return is fixed everybody outside reads what was sent, never two versions of it. Only whole periods of the
calendar are shown: of days chosen freely two answers would tell of the few between them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.language.periods import Period, year_to_date
from fingerpost.pages.oversight.figures import Shown, frozen, hidden, shown
from fingerpost.proof.disclosure.figures import disclosed_with_parts
from fingerpost.proof.measures.assembling import population_of
from fingerpost.proof.measures.evaluate import evaluate_several
from fingerpost.proof.returns.document import without_staff
from fingerpost.proof.returns.models import Figure, Return

LIVE = "live"


@dataclass(frozen=True)
class Outside:
    """What somebody outside may read of an agreement's figures, as known at a moment."""

    actor: Actor
    agreement: Agreement
    held: Rules
    at: datetime
    today: date

    @property
    def sees_live(self) -> bool:
        return self.held.contract.agreement.commissioner_sees == LIVE

    @property
    def fixed(self) -> dict[date, Return]:
        """The returns whose figures are fixed, by the last day of their period."""
        made = Return.objects.filter(agreement=self.agreement).exclude(figures_fixed_at=None)
        return {one.period_to: one for one in made.order_by("period_to")}

    def periods(self) -> list[Period]:
        """The periods of the calendar that are open to them."""
        fixed = self.fixed
        return [
            due.period
            for due in self.held.returns_due
            if due.period.end in fixed or (self.sees_live and due.period.start <= self.today)
        ]

    def period_around(self, day: date) -> Period | None:
        """The open period that holds the day; the last one there is where none does."""
        found = self.periods()
        return next((one for one in found if day in one), found[-1] if found else None)

    def figures(self, period: Period, keys: Iterable[str] | None = None) -> list[Shown]:
        """The figures of one open period, small numbers hidden; only those named, if any are."""
        sent = self.fixed.get(period.end)
        wanted = set(keys) if keys is not None else None
        if sent is not None:
            found = frozen(sent, self.held)
        else:
            found = self._hidden(self._live(period, self._told_with(wanted)))
        return [one for one in found if wanted is None or one.key in wanted]

    def year_to_date(self, period: Period, keys: Sequence[str]) -> tuple[Period, list[Shown]] | None:
        """The figures of the year up to the period's end; None where the period is all there is of it.

        Each is hidden where it would tell of a period what that period itself hides.
        """
        year = year_to_date(self.held.contract, period)
        parts = [one for one in self.periods() if one.start >= year.start and one.end <= period.end]
        if year == period or not parts:
            return None
        by_period = [(self._exact(one, keys), {s.key: s.numbers for s in self.figures(one, keys)}) for one in parts]
        found = []
        for key, numbers in self._live(year, keys).items():
            told = [(exact[key], seen[key]) for exact, seen in by_period if key in exact and key in seen]
            if len(told) == len(parts):
                found.append(shown(key, disclosed_with_parts(numbers, told), self.held))
        return year, found

    def _exact(self, period: Period, keys: Sequence[str]) -> dict[str, dict]:
        sent = self.fixed.get(period.end)
        if sent is None:
            return self._live(period, keys)
        rows = Figure.objects.filter(return_made=sent, indicator__in=keys)
        return {row.indicator: row.numbers for row in rows}

    def _told_with(self, keys: set[str] | None) -> list[str]:
        """The indicators named, and those over the same records: they are hidden together."""
        every = list(self.held.contract.indicators)
        if keys is None:
            return every
        of = {key: population_of(self.held.definition(key).figure) for key in every}
        theirs = {of[key] for key in keys if of.get(key)}
        return [key for key in every if key in keys or of[key] in theirs]

    def _live(self, period: Period, keys: Iterable[str]) -> dict[str, dict]:
        found = evaluate_several(keys, actor=self.actor, period=period, as_known_at=self.at, rules=self.held)
        return {one.indicator: without_staff(one.as_dict()) for one in found}

    def _hidden(self, figures: dict[str, dict]) -> list[Shown]:
        return [shown(key, numbers, self.held) for key, numbers in hidden(figures, self.held).items()]
