"""Numbers and postcodes that others gave: read as people type them, checked, and kept in one form."""

import re
from datetime import date

import nhs_number
from stdnum.gb import upn as upn_standard

NO_FIXED_ABODE = "ZZ993VZ"
# The forms that Royal Mail gives out (BS 7666): A9 9AA, A99, AA9, AA99, A9A and AA9A, each place with the letters it may have.
_POSTCODE = re.compile(
    r"(?:[A-PR-UWYZ](?:[1-9][0-9]?|[1-9][A-HJKPSTUW])|[A-PR-UWYZ][A-HK-Y](?:[0-9]|[1-9][0-9]|[1-9][ABEHMNPRV-Y]))"
    r"[0-9][ABD-HJLNP-UW-Z]{2}"
)
_UPN = re.compile(r"^[A-HJ-NP-RT-Z]\d{11}[A-HJ-NP-RT-Z0-9]$", re.ASCII)


class Wrong(ValueError):
    """The number or postcode cannot be right. The message says why, and what to do."""


def upn(words: str) -> str:
    """A unique pupil number in capitals without spaces; empty for nothing. Raises Wrong."""
    number = re.sub(r"\s", "", words).upper()
    if not number:
        return ""
    if not _UPN.match(number):
        raise Wrong(
            f"{_shown(words)} is not a unique pupil number. It has a letter, 11 figures and a figure or letter."
        )
    if upn_standard.calc_check_digit(number[1:]) != number[0]:
        raise Wrong(
            f"The check letter of the unique pupil number {number} is wrong. Compare it with the school's list."
        )
    return number


def upn_with_check_letter(digits: str) -> str:
    """The whole number for the 12 figures after the check letter."""
    return f"{upn_standard.calc_check_digit(digits)}{digits}"


def nhs(words: str) -> str:
    """An NHS number as ten figures; empty for nothing. Raises Wrong."""
    number = re.sub(r"[\s-]", "", words)
    if not number:
        return ""
    if not re.fullmatch(r"\d{10}", number, re.ASCII):
        raise Wrong(f"{_shown(words)} is not an NHS number. It has 10 figures.")
    if not nhs_number.is_valid(number):
        raise Wrong(f"The last figure of the NHS number {number} does not fit the others. Check it.")
    return number


def postcode(words: str) -> str:
    """A postcode in capitals with its space; empty for nothing. Raises Wrong."""
    key = re.sub(r"\s", "", words).upper()
    if not key:
        return ""
    if key != NO_FIXED_ABODE and not _POSTCODE.fullmatch(key):
        raise Wrong(f"{_shown(words)} is not a postcode. Write it like CO15 4JX, or leave it empty.")
    return f"{key[:-3]} {key[-3:]}"


def _shown(words: str) -> str:
    return words.strip()[:40]


def age_on(born: date | None, day: date) -> int | None:
    """Whole years on a day; None when the birth date is not known."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
