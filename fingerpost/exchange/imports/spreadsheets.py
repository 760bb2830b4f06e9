"""What spreadsheets make of cells: days written in many ways, and text turned into numbers, days and marks of mistakes.

Nothing here knows what a column is about. `columns` asks for a day, and whether a text is still what somebody wrote.
"""

import re
from datetime import date, timedelta

LONGEST_DAY = 40
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
HOW_TO_WRITE = "Write it as 06/09/2010 or 2010-09-06."
FORMAT_AS_TEXT = "A spreadsheet may have changed it: format the column as text, and enter it again."

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_NUMBERS = {word: n for words in (_MONTHS, _LONG) for n, word in enumerate(words, start=1)} | {"sept": 9}
_SHORT_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?$", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", re.ASCII)
_DAY_FIRST_IN_WORDS = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ /.-]?([a-z]{{3,9}})[., /-]{{0,2}}(\d{{4}})",
    re.ASCII | re.IGNORECASE,
)
_MONTH_FIRST_IN_WORDS = re.compile(
    rf"{_WEEKDAY}([a-z]{{3,9}})[. -]{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?[, ]{{1,2}}(\d{{4}})", re.ASCII | re.IGNORECASE
)
_EIGHT_FIGURES = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(rf"\d{{1,2}}[/. -](?:\d{{1,2}}|{_SHORT_MONTH})[/. -]\d{{2}}", re.ASCII | re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_COUNTED_FROM = date(1899, 12, 30)  # the day that spreadsheets call 0, as they count from March 1900 on

_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]\d{2,3}", re.ASCII | re.IGNORECASE)
_MISTAKE = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|#{2,})|Err:\d{3}", re.IGNORECASE
)
_DAY_AND_MONTH = re.compile(rf"\d{{1,2}}-(?:{_SHORT_MONTH})|(?:{_SHORT_MONTH})-\d{{2}}", re.ASCII | re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9]\d{14}0+(?:\.0+)?", re.ASCII)  # 15 figures are all that a spreadsheet keeps of a number
_WITHOUT_ITS_ZERO = re.compile(r"[1-37-9]\d{8,9}(?:\.0+)?", re.ASCII)


class NoDay(ValueError):
    """The words are not one day. The message says why, and what to do."""


def day_of(words: str) -> date:
    """The day that the words mean beyond doubt. Raises NoDay."""
    shown = repr(words[:30])
    year, month, day = _parts(_MIDNIGHT.sub("", words[: LONGEST_DAY + 1]), shown)
    try:
        found = date(year, month, day)
    except ValueError:
        if day <= 12 < month <= 31:
            raise NoDay(f"{shown} has the month before the day. Write the day first, as 06/09/2010.") from None
        raise NoDay(f"{shown} is not a day of the calendar. {HOW_TO_WRITE}") from None
    if found < EARLIEST:
        raise NoDay(f"{shown} is too long ago. Check the year.")
    if found > LATEST:
        raise NoDay(f"{shown} is too far ahead. Check the year.")
    return found


def _parts(words: str, shown: str) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(words):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.fullmatch(words):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _EIGHT_FIGURES.fullmatch(words):
        # No eight figures can be read both ways: the month of one reading is the century of the other.
        is_day_first = EARLIEST.year <= int(words[4:]) <= LATEST.year
        return _day_first(words) if is_day_first else (int(found[1]), int(found[2]), int(found[3]))
    if (found := _DAY_FIRST_IN_WORDS.fullmatch(words)) and (month := _MONTH_NUMBERS.get(found[2].lower())):
        return int(found[3]), month, int(found[1])
    if (found := _MONTH_FIRST_IN_WORDS.fullmatch(words)) and (month := _MONTH_NUMBERS.get(found[1].lower())):
        return int(found[3]), month, int(found[2])
    raise NoDay(_why_no_day(words, shown))


def _day_first(figures: str) -> tuple[int, int, int]:
    return int(figures[4:]), int(figures[2:4]), int(figures[:2])


def _why_no_day(words: str, shown: str) -> str:
    if _SHORT_YEAR.fullmatch(words):
        return f"{shown} has a year of two figures. Write all four, as 06/09/2010."
    if (found := _SERIAL.fullmatch(words)) and 1 <= int(found[1]) < 90_000:
        counted = _COUNTED_FROM + timedelta(days=int(found[1]))
        return (
            f"{shown} is how a spreadsheet counts days: it may mean {counted:%d/%m/%Y}. "
            "Format the column as a date, and save the list again."
        )
    return f"{shown} is not a date. {HOW_TO_WRITE}"


def why_spoilt(words: str) -> str:
    """Why a text can hardly be what somebody wrote, and what to do; empty for a text that may be."""
    shown = repr(words[:30])
    if _MISTAKE.fullmatch(words):
        return f"{shown} is the mark of a mistake in a spreadsheet. Put the cell right, and save the list again."
    if _SCIENTIFIC.fullmatch(words) or _ROUNDED.fullmatch(words):
        return f"{shown} is a number cut short. {FORMAT_AS_TEXT}"
    if _DAY_AND_MONTH.fullmatch(words):
        return f"{shown} is a day of a month. {FORMAT_AS_TEXT}"
    return ""


def lost_its_zero(words: str) -> bool:
    """Whether a telephone number stands there as a number, without the zero that it began with."""
    return bool(_WITHOUT_ITS_ZERO.fullmatch(re.sub(r"\s", "", words)))
