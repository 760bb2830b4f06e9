"""What a figure counts, in words: 24 children of 18 families, 169 sessions in all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import overload

from fingerpost.language.definition import Mean, Sum
from fingerpost.language.facts import SetSpec
from fingerpost.pages.kit import words
from fingerpost.proof.measures.answers import Answer, fact_of
from fingerpost.proof.measures.records_by_unit import MAY_BELONG, WITHOUT_UNIT, CountedUnit, Tally, UnitPage
from fingerpost.proof.returns.wording import PLURALS, amount

OF_UNITS = (Answer.IN.value, Answer.OUT.value, Answer.NOT_KNOWN.value, Answer.PENDING.value)
MORE = (
    (MAY_BELONG, "Not known whether the figure is about them"),
    (WITHOUT_UNIT, "Apart, because it is not known whose they are"),
)
RECORD = ("record", "records")


class Units:
    """The units behind a figure as rows of a list, read a page at a time; the first read is of the page that is asked for.

    `read(skip, size)` gives a page. Whoever goes through all of them, to sort or search, reads them all at once.
    """

    def __init__(self, read: Callable[[int, int], UnitPage], skip: int, size: int) -> None:
        self._read, self._first = read, (skip, size)
        self.page = read(skip, size)
        if skip and not self.page.units:
            self._first = (0, size)
            self.page = read(0, size)

    def __len__(self) -> int:
        return self.page.total

    def __iter__(self) -> Iterator[CountedUnit]:
        return iter(self[: len(self)])

    @overload
    def __getitem__(self, wanted: int) -> CountedUnit: ...

    @overload
    def __getitem__(self, wanted: slice) -> tuple[CountedUnit, ...]: ...

    def __getitem__(self, wanted: int | slice) -> CountedUnit | tuple[CountedUnit, ...]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        first, last, _ = wanted.indices(len(self))
        skip, size = self._first
        if skip <= first and last <= skip + size:
            return self.page.units[first - skip : last - skip]
        return self._read(first, last - first).units


@dataclass(frozen=True)
class UnitsInWords:
    """The units of a figure and their records, as a reader calls them."""

    found: UnitPage
    spec: SetSpec | None

    @property
    def record_words(self) -> tuple[str, str]:
        """What a row is called: a record, where the unit has that name already and several rows."""
        called = self.spec.called if self.spec else RECORD
        return RECORD if called[0] == self.found.figure.count and not self.are_rows else called

    @property
    def unit_words(self) -> tuple[str, str]:
        unit = self.found.figure.count
        return (unit, PLURALS.get(unit, f"{unit}s")) if unit else self.record_words

    @property
    def are_rows(self) -> bool:
        """Whether each unit is one record, so that nothing is said twice."""
        return all(tally.units == tally.records for tally in self.found.tallies.values())

    def caption(self, wanted: str) -> str:
        """24 children of 18 families; and apart from them those that answer for no unit."""
        of_units = self.found.tally(*([wanted] if wanted in OF_UNITS else [] if wanted else OF_UNITS))
        rest = self._apart(wanted)
        told = [self._said(of_units)] if of_units.records or not rest else []
        return ", and ".join((*told, *(self.records(tally.records) + f" {say}" for say, tally in rest)))

    def _apart(self, wanted: str) -> list[tuple[str, Tally]]:
        tallies = self.found.tallies
        told = {Answer.OUTSIDE.value: "outside it", MAY_BELONG: "perhaps outside it", WITHOUT_UNIT: "of nobody known"}
        with_it = {
            "": tuple(told),
            Answer.OUTSIDE.value: (Answer.OUTSIDE.value,),
            Answer.NOT_KNOWN.value: (MAY_BELONG,),
        }
        return [(told[part], tallies[part]) for part in with_it.get(wanted, ()) if part in tallies]

    def _said(self, tally: Tally) -> str:
        if self.are_rows:
            return self.units(tally.units)
        return f"{self.records(tally.records)} of {self.units(tally.units)}"

    def records(self, how_many: int) -> str:
        return words.plural(how_many, *self.record_words)

    def units(self, how_many: int) -> str:
        return words.plural(how_many, *self.unit_words)

    def rows(self, answers: Iterable[tuple[Answer, str]]) -> list[tuple[str, str, Tally]]:
        """The parts of the figure: (answer, words, how many). The parts that only some figures have have no answer."""
        told = [(answer.value, say, self.found.tally(answer.value)) for answer, say in answers]
        return told + [("", say, self.found.tally(part)) for part, say in MORE if part in self.found.tallies]

    @property
    def together(self) -> str:
        """What those counted in come to where the figure adds a number up: 169 sessions in 23 cases."""
        fact = fact_of(self.found.figure)
        if fact is None or self.found.amount is None or not isinstance(self.found.figure.form, Sum | Mean):
            return ""
        unit = (self.spec.facts[fact].unit or "") if self.spec and fact in self.spec.facts else ""
        told = f"{amount(str(self.found.amount))} {unit.replace('_', ' ')}".strip()
        return f"{told} in {self.units(self.found.tally(Answer.IN.value).units)}"
