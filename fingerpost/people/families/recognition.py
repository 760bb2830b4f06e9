"""Is somebody described one of those we know? The evidence weighed: the same, perhaps, or new. Nothing is written here.

Every door at which people are recognised asks this module: forms, lists, registers of groups, the pages of look-alikes. *The same*
needs a number that fits and nothing that contradicts it, or full name and birth date together with a shared home or a tie. With
any other evidence a person decides.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from fingerpost.people.families import names
from fingerpost.people.families.nicknames import are_nicknames

# How much each likeness weighs, of 100. A birth date or postcode that either side lacks weighs half.
NAME, BIRTH, POSTCODE = 60, 30, 10
POSSIBLE = 75
FEWEST_NAME_POINTS = 45

NUMBERS = {"upn": "unique pupil number", "nhs": "NHS number", "local": "own number"}


class Verdict(StrEnum):
    SAME = "same"
    PERHAPS = "perhaps"
    NEW = "new"


class NameFit(StrEnum):
    """How two names fit. Only the first two are no contradiction by themselves; no name alone is ever proof."""

    EQUAL = "the same name"
    SLIP = "a nickname or a slip of the pen"
    INSIDE = "one name inside the other"
    SWAPPED = "first and last name changed over"
    OTHER_SCRIPT = "the same sound in other letters"
    OTHER = "another name"


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody as a form or a list describes them. Numbers by kind, in their one form; `part` as in a family."""

    first_name: str
    last_name: str
    known_as: str = ""
    born_on: date | None = None
    postcode: str = ""
    lines: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    part: str = ""

    @property
    def name(self) -> str:
        return names.plain(f"{self.first_name} {self.last_name}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody we know, with what is held of them. `part` is what they are in the family that is compared."""

    id: uuid.UUID
    first_name: str
    last_name: str
    known_as: str = ""
    born_on: date | None = None
    postcode: str = ""
    lines: str = ""
    numbers: Mapping[str, Collection[str]] = field(default_factory=dict)
    part: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks for and against one candidate. `score`, of 100, only puts the likeliest first."""

    candidate: Candidate
    verdict: Verdict
    agrees: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    score: int = 0
    is_strong: bool = False  # a number fits, or name and birth date do

    @property
    def has_number(self) -> bool:
        return any(f"same {words}" in self.agrees for words in NUMBERS.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """Who somebody described is. `findings` holds every candidate that is the same or perhaps so, the likeliest first."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @property
    def same(self) -> uuid.UUID | None:
        return self.findings[0].candidate.id if self.verdict is Verdict.SAME else None


NOBODY = Answer(Verdict.NEW)


def recognise(
    described: Described,
    candidates: Iterable[Candidate],
    *,
    ties: Collection[uuid.UUID] = (),
    family: Collection[uuid.UUID] = (),
) -> Answer:
    """Which of the candidates this is.

    `ties` are people of a family of which somebody was recognised in the same request or group of rows. `family` are the people of
    the very family that the provider's own reference names: there full name and part are enough for whoever has no birth date.
    """
    findings = [weigh(described, one, has_tie=one.id in ties, is_of_family=one.id in family) for one in candidates]
    found = sorted((f for f in findings if f.verdict is not Verdict.NEW), key=lambda f: (not f.has_number, -f.score))
    found = _with_rivals(found)
    same = [finding for finding in found if finding.verdict is Verdict.SAME]
    same = [finding for finding in same if finding.has_number] or same
    if len(same) == 1:
        return Answer(Verdict.SAME, (same[0], *(f for f in found if f is not same[0])))
    if len(same) > 1:
        found = [_doubted(f, "more than one person fits") if f.verdict is Verdict.SAME else f for f in found]
    return Answer(Verdict.PERHAPS, tuple(found)) if found else NOBODY


def _with_rivals(found: list[Finding]) -> list[Finding]:
    """Numbers that point at two people prove neither; nor does a number where somebody else's name and birthday fit better."""
    holders = [finding for finding in found if finding.has_number]
    if len(holders) > 1:
        return [_doubted(f, "the numbers belong to two people") if f.has_number else f for f in found]
    exact = {f.candidate.id for f in found if {"same name", "same date of birth"} <= set(f.agrees)}
    return [
        _doubted(f, "somebody else has this very name and date of birth")
        if f.has_number and f.candidate.id not in exact and exact
        else f
        for f in found
    ]


def _doubted(finding: Finding, why: str) -> Finding:
    return Finding(
        finding.candidate,
        Verdict.PERHAPS,
        finding.agrees,
        (*finding.contradicts, why),
        finding.score,
        finding.is_strong,
    )


def weigh(described: Described, known: Candidate, *, has_tie: bool = False, is_of_family: bool = False) -> Finding:
    """What speaks for and against one candidate, and what it comes to."""
    fit = name_fit(described, known)
    fitting, clashing = _numbers(described, known)
    has_birth = described.born_on is not None and known.born_on is not None
    same_birth = has_birth and described.born_on == known.born_on
    same_part = bool(described.part) and described.part == known.part
    other_part = bool(described.part and known.part) and (described.part == "child") != (known.part == "child")
    home = _home(described, known)
    agrees = [f"same {NUMBERS[kind]}" for kind in fitting]
    agrees += ["same name"] if fit is NameFit.EQUAL else ["similar name"] if fit is not NameFit.OTHER else []
    agrees += ["same date of birth"] if same_birth else []
    agrees += [home] if home else []
    agrees += ["of the same family"] if has_tie or is_of_family else []
    contradicts = [f"another {NUMBERS[kind]}" for kind in clashing]
    contradicts += [str(fit)] if fit in (NameFit.OTHER, NameFit.OTHER_SCRIPT) else []
    contradicts += ["another date of birth"] if has_birth and not same_birth else []
    contradicts += ["one is a child and the other is not"] if other_part else []
    points = score(described.name, names.plain(f"{known.first_name} {known.last_name}"), described, known)
    is_strong = bool(fitting) or (same_birth and fit not in (NameFit.OTHER, NameFit.SLIP))
    verdict = Verdict.NEW
    if not contradicts and _is_proof(fit, bool(fitting), same_birth, bool(home) or has_tie, is_of_family and same_part):
        verdict = Verdict.SAME
    elif is_strong or _is_worth_a_look(fit, points, has_tie or is_of_family, has_birth, other_part):
        verdict = Verdict.PERHAPS
    total = 100 if fitting else round(sum(points))
    return Finding(known, verdict, tuple(agrees), tuple(contradicts), total, is_strong)


def _is_proof(fit: NameFit, has_number: bool, same_birth: bool, has_home_or_tie: bool, by_family: bool) -> bool:
    """Whether evidence that nothing contradicts is enough."""
    if has_number:
        return fit in (NameFit.EQUAL, NameFit.SLIP) or same_birth
    return fit is NameFit.EQUAL and ((same_birth and has_home_or_tie) or by_family)


def _is_worth_a_look(
    fit: NameFit, points: tuple[float, float, float], is_near: bool, has_birth: bool, other_part: bool
) -> bool:
    if other_part or fit is NameFit.OTHER_SCRIPT:
        return False  # without a number or the birth date: a father and a son, or two names that only sound alike
    if is_near and not has_birth:
        return fit in (NameFit.EQUAL, NameFit.SLIP)
    return points[0] >= FEWEST_NAME_POINTS and sum(points) >= POSSIBLE


def _numbers(described: Described, known: Candidate) -> tuple[list[str], list[str]]:
    """Kinds of number that both have: those that fit, and those that do not."""
    fitting: list[str] = []
    clashing: list[str] = []
    for kind, value in described.numbers.items():
        held = known.numbers.get(kind, ())
        if kind == "local":  # each service gives its own
            held = [other for other in held if other.partition("/")[0] == value.partition("/")[0]]
        if value and held:
            (fitting if value in held else clashing).append(kind)
    return fitting, clashing


def _home(described: Described, known: Candidate) -> str:
    if described.postcode and described.postcode == known.postcode:
        return "same postcode"
    lines = names.plain(described.lines)
    return "same address" if lines and not described.postcode and lines == names.plain(known.lines) else ""


def name_fit(one: Described | Candidate, other: Described | Candidate) -> NameFit:
    """How two names fit. A name without a letter fits nothing."""
    first, last = names.plain(one.first_name), names.plain(one.last_name)
    other_first, other_last = names.plain(other.first_name), names.plain(other.last_name)
    whole, other_whole = f"{first} {last}".strip(), f"{other_first} {other_last}".strip()
    if not whole or not other_whole:
        return NameFit.OTHER
    firsts = {first, names.plain(one.known_as) or first}
    other_firsts = {other_first, names.plain(other.known_as) or other_first}
    if whole == other_whole or (last == other_last and firsts & other_firsts):
        return NameFit.EQUAL
    words, other_words = whole.split(), other_whole.split()
    if sorted(words) == sorted(other_words):
        return NameFit.SWAPPED
    if _is_slip(firsts, other_firsts, last, other_last):
        return NameFit.SLIP
    if set(words) <= set(other_words) or set(other_words) <= set(words):
        return NameFit.INSIDE
    return NameFit.OTHER_SCRIPT if _sounds_alike(whole, other_whole) else NameFit.OTHER


def _sounds_alike(one: str, other: str) -> bool:
    if one.isascii() and other.isascii():
        return False
    return sorted(names.romanised(one).split()) == sorted(names.romanised(other).split())


def _is_slip(firsts: set[str], other_firsts: set[str], last: str, other_last: str) -> bool:
    is_last = last == other_last or _is_misspelt(last, other_last)
    if not is_last:
        return False
    if firsts & other_firsts:
        return True
    pairs = [(one, two) for one in firsts for two in other_firsts]
    return any(are_nicknames(one, two) or (last == other_last and _is_misspelt(one, two)) for one, two in pairs)


def _is_misspelt(one: str, other: str) -> bool:
    """One letter more, less, other or changed over in a name of five letters or more, the first letter the same."""
    if min(len(one), len(other)) < 5 or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=2) <= (2 if min(len(one), len(other)) >= 8 else 1)


def score(name: str, other_name: str, described: Described, known: Candidate) -> tuple[float, float, float]:
    """Points for name, birth date and postcode."""
    likeness = max(fuzz.token_sort_ratio(name, other_name), _known_name(name, known)) if name and other_name else 0
    born_on, other_born = described.born_on, known.born_on
    birth = 0.5 if born_on is None or other_born is None else likeness_of_days(born_on, other_born)
    same_place = 0.5 if not (described.postcode and known.postcode) else float(described.postcode == known.postcode)
    return NAME * likeness / 100, BIRTH * birth, POSTCODE * same_place


def _known_name(name: str, known: Candidate) -> float:
    """The name that a person is known by may stand in the place of the first."""
    if not known.known_as:
        return 0
    return fuzz.token_sort_ratio(name, names.plain(f"{known.known_as} {known.last_name}"))


def likeness_of_days(one: date, other: date) -> float:
    """1 for the same day; less for day and month swapped, or one part that differs; 0 otherwise."""
    if one == other:
        return 1
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return 0.85
    same = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return 0.6 if same == 2 else 0
