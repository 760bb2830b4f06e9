"""Columns of a list: what they are called in the wild, and how a cell becomes a value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports import spreadsheets
from fingerpost.people.families import identity, names

SHORTEST_CUT = 8
LONGEST_MOMENT = 60
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # steering characters
    "\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"  # marks without width, and no characters at all
)
_TEXT_IN_FORMULA = re.compile(r'^="(.*)"$')


class Wrong(ValueError):
    """A cell that cannot be right. The message says why, and what to do."""


@dataclass(frozen=True)
class Column:
    """One column of a kind of list. `key` is how rows name it; `name` and `aliases` are how files do."""

    key: str
    name: str
    parse: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    required: bool = False  # a row must have it
    may_lie_ahead: bool = False  # a day that may be in the future
    spellings: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spellings", frozenset(bare(word) for word in (self.name, self.key, *self.aliases)))

    def read(self, words: str) -> Any:
        """What the words mean in this column. Raises Wrong, also for a text that a spreadsheet has changed."""
        try:
            value = self.parse(words)
        except Wrong:
            if self.parse not in (day, moment, clock_time) and (why := spreadsheets.why_spoilt(words)):
                raise Wrong(why) from None
            raise
        is_text = isinstance(value, str) or (isinstance(value, tuple) and any(isinstance(word, str) for word in value))
        if is_text and (why := spreadsheets.why_spoilt(words)):
            raise Wrong(why)
        return value

    def is_called(self, header: str) -> bool:
        """Whether a heading means this column, letter case, spaces and marks aside."""
        return bare(header) in self.spellings

    def may_be_cut_to(self, header: str) -> bool:
        """Whether a heading is the beginning of one of this column's names: exports cut long headings off."""
        short = bare(header)
        return len(short) >= SHORTEST_CUT and any(word.startswith(short) for word in self.spellings)


def bare(heading: str) -> str:
    """Letters and figures of a heading, in lower case."""
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def cell_text(cell: str) -> str:
    """A cell without spaces around it, and without what nobody can see or has typed.

    A formula is text like any other, but `="0012"` is how Excel writes the text 0012.
    """
    text = _UNSEEN.sub("", cell.replace("\u00a0", " ")).strip()
    if text[:1] == "'" and (text[1:2] in ("=", "+", "-", "@") or text[1:].isdigit()):
        return text[1:]  # how exports, and people who type, keep a spreadsheet from working it out
    if text.startswith('="') and (inside := _TEXT_IN_FORMULA.match(text)):
        return inside[1].strip()
    return text


BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_cell(text: str) -> str:
    """The other way round: words that a spreadsheet would work out get a quotation mark in front, which `cell_text` takes off."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


# --- Parsers: text that is not empty becomes a value, or Wrong says why not ---


def text(longest: int) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        tidied = names.tidy(cell)
        if len(tidied) > longest:
            raise Wrong(f"is longer than {longest} letters. Shorten it.")
        return tidied

    return parse


def prose(longest: int) -> Callable[[str], str]:
    """Free words with their line breaks."""

    def parse(cell: str) -> str:
        tidied = "\n".join(line.rstrip() for line in cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
        if len(tidied) > longest:
            raise Wrong(f"is longer than {longest} letters. Shorten it.")
        return tidied

    return parse


def phone(cell: str) -> str:
    """A telephone number as it was written."""
    written = text(40)(cell)
    if spreadsheets.lost_its_zero(written):
        raise Wrong(f"{written!r} has lost the zero it begins with. {spreadsheets.FORMAT_AS_TEXT}")
    return written


def day(cell: str) -> date:
    """A day as spreadsheets write it: 06/09/2010, 2010-09-06, 20100906, 6-Sep-2010, 6 September 2010."""
    try:
        return spreadsheets.day_of(cell)
    except spreadsheets.NoDay as fault:
        raise Wrong(str(fault)) from None


_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?(?: ?([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(r"(.{6,40}?)(?:T| (?:at )?)(\d{1,2}[:.]\d{2}\S*(?: [ap]\.?m\.?)?)", re.ASCII | re.IGNORECASE)


def clock_time(cell: str) -> time:
    """A time of day written 14:30, or 2.30 pm."""
    found = _TIME.fullmatch(cell)
    try:
        if not found:
            return time.fromisoformat(cell)
        hour = int(found[1])
        if found[3]:
            if not 1 <= hour <= 12:
                raise ValueError(cell)
            hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
        return time(hour, int(found[2]))
    except ValueError:
        raise Wrong(f"{cell[:20]!r} is not a time of day. Write it as 14:30.") from None


def moment(cell: str) -> date | datetime:
    """A day, or a day with a time: 06/09/2010 14:30. With a time it is a moment in the service's own zone."""
    found = None if len(cell) > LONGEST_MOMENT else _MOMENT.fullmatch(cell)
    if not found:
        return day(cell)
    return timezone.make_aware(datetime.combine(day(found[1]), clock_time(found[2])))


def number(cell: str) -> Decimal:
    """A number with a point, or none: 18.5."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        raise Wrong(f"{cell[:30]!r} is not a number. Write it in figures with a point, as 18.5.") from None
    if not value.is_finite() or abs(value) >= 100_000:
        raise Wrong(f"{cell[:30]!r} is not a number that can be right. Check it.")
    return value


def separated(cell: str) -> tuple[str, ...]:
    """Words with a semicolon or a bar between them."""
    return tuple(word for part in re.split(r"[;|]", cell) if (word := names.tidy(part)))


def whole_number(cell: str) -> int:
    if not re.fullmatch(r"\d{1,5}(\.0+)?", cell, re.ASCII):
        raise Wrong(f"{cell[:30]!r} is not a whole number. Write it in figures alone, as 12.")
    return int(cell.split(".")[0])


def one_of(words: dict[str, Any], what: str) -> Callable[[str], Any]:
    """One of some words, letter case and spaces aside."""
    known = {bare(word) or word: value for word, value in words.items()}

    def parse(cell: str) -> Any:
        key = bare(cell) or cell
        if key not in known:
            raise Wrong(f"{cell[:30]!r} is not {what}. Use one of: {', '.join(words)}.")
        return known[key]

    return parse


def _checked(check: Callable[[str], str]) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        try:
            return check(cell)
        except identity.Wrong as fault:
            raise Wrong(str(fault)) from None

    return parse


YES = ("Yes", "Y", "True", "1", "Present", "Attended")
NO = ("No", "N", "False", "0", "Absent", "Did not attend", "DNA")
yes_no = one_of({word: word in YES for word in (*YES, *NO)}, "an answer")

upn = _checked(identity.upn)
nhs = _checked(identity.nhs)
postcode = _checked(identity.postcode)


@dataclass(frozen=True)
class Header:
    """Which cell of a line holds which column."""

    places: dict[str, int]
    width: int
    ignored: tuple[str, ...] = ()


def match_header(headings: Sequence[str], columns: Sequence[Column]) -> tuple[Header, list[str]]:
    """Find the columns among the headings. Returns where each is, and what is wrong (nothing, as a rule)."""
    places: dict[str, int] = {}
    wrong: list[str] = []
    ignored = []
    for place, heading in enumerate(headings):
        column = _column_called(heading, columns)
        if column is None:
            ignored.append(heading.strip())
        elif column.key in places:
            wrong.append(f"The column {column.name} is there twice. Take one away.")
        else:
            places[column.key] = place
    return Header(places, len(headings), tuple(word for word in ignored if word)), wrong


def _column_called(heading: str, columns: Sequence[Column]) -> Column | None:
    for column in columns:
        if column.is_called(heading):
            return column
    cut = [column for column in columns if column.may_be_cut_to(heading)]
    return cut[0] if len(cut) == 1 else None
