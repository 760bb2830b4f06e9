"""Values that hold from a day: thresholds, lengths, baselines. A changed law is a new row, never an edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Number = int | Decimal
Scalar = int | Decimal | str | bool | date


@dataclass(frozen=True, slots=True)
class Spell:
    """One value from a day, to a day or open, with its unit and the clause it comes from.

    `entered` says that the value is typed on screen in use; until then there is none.
    """

    since: date
    value: Scalar | None
    until: date | None = None
    unit: str | None = None
    clause: str | None = None
    entered: bool = False

    def covers(self, day: date) -> bool:
        """Whether the spell runs on this day; both ends count."""
        return self.since <= day and (self.until is None or day <= self.until)


class NoValue(LookupError):
    """A dated value has nothing to say on the day asked."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A named value over time, earliest spell first."""

    name: str
    spells: tuple[Spell, ...]

    def on(self, day: date) -> Scalar:
        """The value on this day. Raises NoValue before the first spell, or while a value still has to be entered."""
        value = self.spell_on(day).value
        if value is None:
            raise NoValue(f"{self.name} has still to be entered for {day}")
        return value

    def number_on(self, day: date) -> Number:
        """The value on this day, which must be a number."""
        value = self.on(day)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise NoValue(f"{self.name} is not a number: {value}")
        return value

    def spell_on(self, day: date) -> Spell:
        """The spell that covers this day. Raises NoValue where none does."""
        for spell in self.spells:
            if spell.covers(day):
                return spell
        raise NoValue(f"{self.name} has no value on {day}")

    def with_entered(self, value: Scalar) -> "Dated":
        """The same dated value once somebody has typed what was left to be entered."""
        spells = tuple(
            Spell(s.since, value, s.until, s.unit, s.clause) if s.entered and s.value is None else s
            for s in self.spells
        )
        return Dated(self.name, spells)

    @property
    def is_complete(self) -> bool:
        """Whether every spell holds a value."""
        return all(spell.value is not None for spell in self.spells)


Values = Mapping[str, Dated]


def number_named(wanted: Number | str, values: Values, on: date) -> Number:
    """A number as it stands, or the dated value of that name on this day. Raises NoValue for a name not held."""
    if not isinstance(wanted, str):
        return wanted
    if wanted not in values:
        raise NoValue(f"There is no dated value called {wanted}")
    return values[wanted].number_on(on)
