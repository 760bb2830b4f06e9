"""Words that would give a family away: names, schools, places, numbers and days. Looked for before a story leaves the house.

A trace is named with the words that were found, so that the writer can find and change them. It is better to ask for another word
than to let a name out, so a name counts wherever it stands, and everyday words that are names as well ("Rose", "Field") count
where they are written with a capital.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """Something that must not be in the text: what it is ("a name of the family") and its words."""

    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found, as it stands in the text."""

    what: str
    words: str

    def __str__(self) -> str:
        return f"“{self.words}” ({self.what})"


_NAMES_AND_WORDS = """
amber april art august autumn baker ball banks bell best bill black brook brooks brown bush chance chase church cook crystal daisy
dawn day drew eve faith field fields fisher ford frank grace grant gray green grey guy heather hill holly hope hunter iris ivy jack
jasmine jay joy june king knight lane lily long love mark mason may melody miles mills north olive page park parker parks pat pearl
pool price ray reed rich rivers rob rose ruby sandy short sky south star stone street sue summer sunny taylor turner violet walker
waters wells west white will winter wood woods young
"""
_OF_ALL_SCHOOLS = """
academy c.e. catholic ce church cofe college community county endowed england first free girls' boys' grammar high infant infants
junior middle nursery of primary rc school secondary st st. the upper
"""
EVERYDAY = frozenset(_NAMES_AND_WORDS.split())
SCHOOL_WORDS = frozenset(_OF_ALL_SCHOOLS.split())
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_STREETS = "Road|Rd|Street|Lane|Avenue|Ave|Close|Drive|Way|Court|Crescent|Gardens|Terrace|Place|Grove|Walk|Mews"
_PATTERNS = (
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("a reference", re.compile(r"\b[A-Z]{1,2}-[0-9A-HJKMNP-TV-Z]{6}\b")),
    ("a pupil number", re.compile(r"\b[A-Z]\d{11}[\dA-Z]\b", re.IGNORECASE)),
    ("a phone number", re.compile(r"(?<![\w+])(?:\+44|0)(?:[\s()-]?\d){8,}\b")),
    ("an NHS number", re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")),
    (
        "an exact day",
        re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\b\.?(?:\s+\d{{4}})?", re.IGNORECASE),
    ),
    ("an exact day", re.compile(rf"\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)")),
    ("an exact day", re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")),
    ("an exact day", re.compile(r"\b\d{4}-\d{2}-\d{2}\b")),
    ("an address", re.compile(rf"\b\d+[a-z]?\s+(?:[A-Z][\w']+\s+){{1,3}}(?:{_STREETS})\b")),
)


def traces(text: str, known: Iterable[Known] = ()) -> list[Trace]:
    """What in the text could give somebody away, in the order of the text, each once. Empty where nothing was found."""
    plain = _folded(text)
    found = [*_of_patterns(text, plain)]
    for one in known:
        found += _of_words(text, plain, one)
    first: dict[tuple[str, str], tuple[int, Trace]] = {}
    for place, trace in sorted(found, key=lambda pair: pair[0]):
        first.setdefault((trace.what, trace.words.lower()), (place, trace))
    return [trace for _, trace in first.values()]


def names_of(words: Iterable[str], what: str) -> list[Known]:
    """Each part of each name, as something that must not be in the text: "Smith-Jones" is two."""
    parts = {part for name in words for part in re.split(r"[\s\-]+", name) if len(part) > 1}
    return [Known(what, part) for part in sorted(parts)]


def school_named(name: str) -> list[Known]:
    """A school by its whole name, and by what is left without the words that all schools have."""
    core = [word for word in name.split() if word.lower().strip(",.") not in SCHOOL_WORDS]
    told = [name, " ".join(core)] if core and len(" ".join(core)) > 2 else [name]
    return [Known("the name of a school", words) for words in dict.fromkeys(told)]


def places_of(lines: str) -> list[Known]:
    """An address by its parts, without the number of the house."""
    parts = (re.sub(r"^\d+\w?\s+", "", part.strip()) for part in lines.split(","))
    return [Known("where the family lives", part) for part in parts if len(part) > 3]


def _of_patterns(text: str, plain: str) -> Iterator[tuple[int, Trace]]:
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            yield match.start(), Trace(what, text[match.start() : match.end()].strip())


def _of_words(text: str, plain: str, known: Known) -> Iterator[tuple[int, Trace]]:
    wanted = re.escape(_folded(known.words.strip()))
    if not wanted:
        return
    for match in re.finditer(rf"(?<!\w){wanted}s?(?!\w)", plain, re.IGNORECASE):
        said = text[match.start() : match.end()]
        if said[:1].isupper() or known.words.strip().lower() not in EVERYDAY:
            yield match.start(), Trace(known.what, said)


def _folded(text: str) -> str:
    """The text without accents, letter for letter, so that places in it stay the same."""
    return "".join(unicodedata.normalize("NFKD", letter)[0] for letter in text.replace("’", "'"))
