"""Two rows of one list about one person: kept where the second adds to the first, refused where it repeats or contradicts it."""

from collections.abc import Iterator
from typing import Any

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.people_known import NUMBERS, Entry
from fingerpost.people.families import recognition
from fingerpost.people.families.recognition import NameFit

ADDS = ("family", "school", "on_roll_since", "on_roll_until", "registration")


class Repeated:
    """The rows seen so far, by what tells people apart."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, ...], Entry] = {}

    def fault_of(self, entry: Entry) -> Fault | None:
        """The fault of a row that should not stand beside an earlier one. One that adds to it is noted as repeating it."""
        keys = list(self._keys(entry))
        for key in keys:
            earlier = self._seen.get(key)
            if earlier is None or (key[0] not in NUMBERS and _are_two(entry, earlier)):
                continue
            if at_odds := _at_odds(entry, earlier):
                words = f"Line {earlier.line} gives the same {recognition.NUMBERS.get(key[0], 'person')} to {at_odds}."
                return Fault(entry.line, "", f"{words} Correct one of the two.")
            if not (_may_be_one(entry, earlier, key[0]) and adds_to(entry, earlier)):
                return Fault(
                    entry.line, "", f"This person is in the file already, on line {earlier.line}. Keep one row."
                )
            entry.repeats = earlier.repeats or earlier
        for key in keys:
            self._seen.setdefault(key, entry)
        return None

    @staticmethod
    def _keys(entry: Entry) -> Iterator[tuple[Any, ...]]:
        yield from entry.described.numbers.items()
        if entry.row.get("local") or not entry.name:
            return  # the provider's own number says who is who: two of one name may share a birth date
        if entry.row.get("born_on"):
            yield "born", entry.name, entry.row["born_on"]
        elif entry.row.get("family"):
            yield "family", entry.name, entry.household, entry.row["part"]


def _are_two(entry: Entry, earlier: Entry) -> bool:
    """Two of one name and birth date whose numbers say that they are two."""
    own, others = entry.described.numbers, earlier.described.numbers
    return any(kind in others and others[kind] != value for kind, value in own.items())


def _at_odds(entry: Entry, earlier: Entry) -> str:
    """Why two rows of one number cannot be one person; empty where they can."""
    if recognition.name_fit(entry.described, earlier.described) is NameFit.OTHER:
        return "somebody of another name"
    born_on, other = entry.described.born_on, earlier.described.born_on
    return "somebody born on another day" if born_on and other and born_on != other else ""


def adds_to(entry: Entry, earlier: Entry) -> bool:
    """Whether a row about the same person says something besides: another family, another school."""
    first = earlier.repeats or earlier
    return any(entry.row.get(key) and entry.row.get(key) != first.row.get(key) for key in ADDS)


def _may_be_one(entry: Entry, earlier: Entry, key: str) -> bool:
    """Without a number the home or the family must be shared."""
    shares_home = bool(entry.described.postcode) and entry.described.postcode == earlier.described.postcode
    return key in NUMBERS or shares_home or entry.household == earlier.household
