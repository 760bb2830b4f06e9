"""What lists of the voices of families share: whom a row speaks of, and that it is kept once."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from fingerpost.exchange.imports.columns import bare
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Load
from fingerpost.exchange.imports.kinds.lookups import Areas, Cases, Families, People, PersonFound, Runs, unknown

PERSON_SAYING = ("Person ref", "Person ID", "Own number", "Participant", "Respondent ref")


class Labelled(Protocol):
    """A kind of the contract, with the word that people read."""

    @property
    def label(self) -> str: ...


class Voices(Load):
    """What these lists share: cases, runs and people looked up, and each row kept once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.cases, self.runs, self.people = Cases(context), Runs(context), People(context)
        self.families, self.areas = Families(context), Areas(context)
        self._gathered: dict[tuple[Any, ...], tuple[Any, int]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.look_up(rows)
        for row in rows:
            if faults := self.strangers(row):
                yield from faults
            else:
                yield from self.one(row)

    @abstractmethod
    def one(self, row: dict[str, Any]) -> Iterable[Fault]:
        """Keep a row whose words are all known, or say what is wrong with it."""

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        """Read what the rows name."""
        self.cases.look_up(row.get("case") for row in rows)
        self.runs.look_up(row.get("run") for row in rows)
        self.people.look_up(row.get("person") for row in rows)
        self.people.look_up_families(row.get("person") for row in rows)
        self.families.read(case.on_case.family_id for row in rows if (case := self.cases.get(row.get("case"))))

    def person(self, row: dict[str, Any]) -> PersonFound | None:
        """The person of a row, by name too where their case says in which family."""
        case = self.cases.get(row.get("case"))
        return self.people.get(row.get("person"), self.families.by_id(case.on_case.family_id) if case else None)

    def strangers(self, row: dict[str, Any]) -> list[Fault]:
        """Everything the row names that is not known."""
        found = (
            ("case", "Case", "The case", self.cases.get(row.get("case"))),
            ("run", "Run", "The run", self.runs.get(row.get("run"))),
            ("person", "Person", "The person", self.person(row)),
            ("locality", "Locality", "The area", self.areas.get(row.get("locality"))),
        )
        return [
            unknown(row[LINE], column, what, row[key]) for key, column, what, it in found if row.get(key) and it is None
        ]

    def keep(self, key: tuple[Any, ...], given: Any, line: int) -> Iterable[Fault]:
        """Keep what a row gives, once."""
        if key in self._gathered:
            return [Fault(line, "", f"This is in the file already, on line {self._gathered[key][1]}. Keep one row.")]
        self._gathered[key] = (given, line)
        return ()

    def given(self, key: tuple[Any, ...]) -> Any:
        """What the row of this key gives; None where there is none."""
        return self._gathered[key][0] if key in self._gathered else None

    @property
    def kept(self) -> list[Any]:
        return [given for given, _ in self._gathered.values()]


def code_of(word: str, kinds: Mapping[str, Labelled]) -> str | None:
    """The kind of the contract that a list names by its code or its label; None where it is neither."""
    return {bare(name): code for code, words in kinds.items() for name in (code, words.label)}.get(bare(word))


def no_kind(row: dict[str, Any], kinds: Iterable[str]) -> Fault:
    """The fault of a row whose kind the contract does not have."""
    return Fault(row[LINE], "Kind", f"{row['kind'][:40]!r} is no kind of the contract. Use one of: {', '.join(kinds)}.")
