"""What every check is given, and the few questions they share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from fingerpost.language.checks.codes import codes_given, with_codes
from fingerpost.language.conditions import Bound, Condition, Is, Not, OneOf, Test, Within
from fingerpost.language.conditions.tree import tests_of
from fingerpost.language.contract import Contract
from fingerpost.language.draft import Draft
from fingerpost.language.facts import FactSpec, Vocabulary
from fingerpost.language.faults import Severity
from fingerpost.language.read import Path_
from fingerpost.language.readings import by_question, proposed_by
from fingerpost.language.wording import nearest

WARNING, NOTE = Severity.WARNING, Severity.NOTE
MOST_COMBINATIONS = 64


@dataclass(frozen=True, slots=True)
class Checking:
    """One run of the checks over one contract."""

    draft: Draft
    contract: Contract
    vocabulary: Vocabulary

    def fault(
        self, file: str, path: Path_, message: str, advice: str = "", *, severity: Severity = Severity.ERROR
    ) -> None:
        """Note a fault at a place, once."""
        self.draft.fault(file, path, message, advice, severity=severity)

    def at(self, file: str, under: Path_, word: str) -> Path_:
        """Where a word stands below a place."""
        document = self.draft.documents.get(file)
        return document.find(under, word) if document else under

    def value_named(self, file: str, under: Path_, name: str, wanted_by: str) -> None:
        """A fault where a dated value is named and not given."""
        if name not in self.contract.values:
            message = f"{wanted_by} needs the dated value {name}, and no file gives it"
            known = self.contract.values
            advice = nearest(name, known) if known else ""
            if "Did you" not in advice:
                advice = f"Add it under values: {name}: [{{since: …, value: …}}]."
            self.fault(file, self.at(file, under, name), message, advice)

    def condition(
        self, file: str, under: Path_, condition: Condition, specs: Mapping[str, FactSpec], where: str
    ) -> None:
        """Faults of one condition: unknown facts, values that do not fit, dated values not given."""
        for test in tests_of(condition):
            spec = self.spec(file, under, test.fact, specs, where)
            if spec is None:
                continue
            own = specs is self.vocabulary.facts or any(specs is one.facts for one in self.vocabulary.sets.values())
            for problem, advice in misfits(test, with_codes(spec, codes_given(self.contract)) if own else spec):
                self.fault(file, self.at(file, under, test.fact), problem, advice)
            self.needs(file, self.at(file, under, test.fact), spec)
            for bound in _bounds(test):
                if isinstance(bound.limit, str):
                    self.value_named(file, under, bound.limit, f"{test.fact} {bound.comparison}")

    def spec(self, file: str, under: Path_, fact: str, specs: Mapping[str, FactSpec], where: str) -> FactSpec | None:
        """The fact's spec, or a fault and None."""
        if fact not in specs:
            self.fault(file, self.at(file, under, fact), f"{where} has no fact {fact}", nearest(fact, specs))
            return None
        return specs[fact]

    def needs(self, file: str, under: Path_, spec: FactSpec) -> None:
        """Faults for dated values that a fact needs."""
        for name in spec.values_needed:
            self.value_named(file, under, name, spec.name)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of the area scheme."""
        return self.contract.levels

    def level(self, file: str, path: Path_, level: str | None) -> None:
        """A fault where a level is not one of the scheme's."""
        if level is not None and level not in self.levels:
            advice = nearest(level, self.levels)
            if "Did you" not in advice:
                advice = f"Its levels are: {', '.join(self.levels) or 'none'}."
            self.fault(file, path, f"{level} is not a level of the area scheme", advice)


def misfits(test: Test, spec: FactSpec) -> Iterator[tuple[str, str]]:
    """What is wrong with asking this of a fact of that kind."""
    match test.question:
        case Within():
            if spec.kind not in ("number", "date"):
                yield f"{spec.name} is no number or day, so it has no more or less", "Name the values meant."
        case Is(value):
            yield from _misfit_values((value,), spec)
        case OneOf(several):
            yield from _misfit_values(several, spec)
        case _:
            return


def _misfit_values(wanted: Iterable[Any], spec: FactSpec) -> Iterator[tuple[str, str]]:
    for value in wanted:
        if spec.kind == "boolean" and not isinstance(value, bool):
            yield f"{spec.name} is yes or no, not {value}", "Write true or false."
        elif spec.kind in ("code", "codes") and not isinstance(value, str):
            yield f"{spec.name} is a code, not {value}", "Write the code."
        elif spec.kind == "number" and isinstance(value, bool | str):
            yield f"{spec.name} is a number, not {value}", "Use at_least, at_most, more_than or less_than."
        elif spec.codes is not None and value not in spec.codes:
            yield f"{spec.name} is never {value}", nearest(str(value), spec.codes)


def _bounds(test: Test) -> tuple[Bound, ...]:
    return test.question.bounds if isinstance(test.question, Within) else ()


def combinations(readings: Any) -> Iterator[dict[str, str]]:
    """Every choice of letters, one for each question; the first sixty-four where there are more."""
    questions = by_question(readings)
    every = product(*(answers for answers in questions.values()))
    for letters in islice(every, MOST_COMBINATIONS):
        yield dict(zip(questions, letters, strict=True))


def neighbours(words: Any) -> list[dict[str, str]]:
    """The readings proposed, and every choice that changes one of them."""
    proposed = proposed_by(words.reading)
    questions = by_question(words.readings)
    if set(proposed) != set(questions):
        return []
    changed = [
        {**proposed, question: letter}
        for question, answers in questions.items()
        for letter in answers
        if letter != proposed[question]
    ]
    return [proposed, *changed]


def tests_without_not(condition: Condition) -> Iterator[Test]:
    """Tests that must hold as they stand: those under `not` are left out."""
    if isinstance(condition, Test):
        yield condition
    elif not isinstance(condition, Not):
        for part in condition.parts:
            yield from tests_without_not(part)
