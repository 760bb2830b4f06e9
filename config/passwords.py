"""Which passwords are too easy to guess, and what to do instead. Length is what counts: several words make a good one.

Beside Django's list of common passwords: what repeats itself or runs along the keyboard, and what is little more than the name of
the product, of a service, of an organisation or of whoever chooses it.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

FEWEST_DIFFERENT = 5
SHORTEST_NAME = 4
MOST_NAMES = 5000  # of a kind
FEWEST_OF_ONES_OWN = 8
"""Letters and figures that must be left when every name and every row of the keyboard is taken out."""

PRODUCT = (
    "fingerpost",
    "password",
    "passwort",
    "passphrase",
    "letmein",
    "welcome",
    "administrator",
    "changeme",
    "iloveyou",
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_LOOK_ALIKE = str.maketrans("01345@$!7", "oieasasit")
_COMMON_WORDS = frozenset(
    {"council", "county", "service", "services", "school", "primary", "borough", "district", "unitary", "team"}
)


class NotRepeated:
    """Refuses `aaaaaaaaaaaa`, `abcabcabcabc`, `123456789012` and `qwertyuiopas`."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = _bare(password)
        if len(set(letters)) < FEWEST_DIFFERENT or _repeats(letters):
            raise ValidationError(
                "This password repeats itself. Use three words that do not belong together.", code="password_repeats"
            )
        if len(_without_rows(letters)) < FEWEST_OF_ONES_OWN and len(_without_rows(letters)) < len(letters):
            raise ValidationError(
                "This password follows the alphabet, the numbers or the keyboard. "
                "Use three words that do not belong together.",
                code="password_sequence",
            )

    def get_help_text(self) -> str:
        return "It does not repeat itself, and does not follow the alphabet, the numbers or the keyboard."


class NoName:
    """Refuses what is little more than a name that anybody here could guess: `fingerpost2026`, `EssexCountyCouncil1`."""

    def validate(self, password: str, user: Any = None) -> None:
        for letters in {_bare(password), _bare(password.lower().translate(_LOOK_ALIKE))}:
            left, found = letters, ""
            for name in sorted({*PRODUCT, *_names(user)}, key=len, reverse=True):
                if name in left:
                    left, found = left.replace(name, ""), found or name
            if found and len(_without_years(left)) < FEWEST_OF_ONES_OWN:
                raise ValidationError(
                    "This password is little more than a name that others can guess. Use three words that do not belong "
                    "together, and none of your own name, your service or your council.",
                    code="password_name",
                )

    def get_help_text(self) -> str:
        return "It is not built on your name, your service, your council or Fingerpost."


class NotCommon(CommonPasswordValidator):
    """Refuses the passwords that are tried first everywhere, also with a few figures or marks behind them."""

    def validate(self, password: str, user: Any = None) -> None:
        stem = re.sub(r"[\W\d_]+$", "", password.lower())
        if {password.lower().strip(), stem} & set(self.passwords):
            raise ValidationError(
                "Many people use this password, so it is tried first. Use three words that do not belong together.",
                code="password_too_common",
            )


def _bare(words: str) -> str:
    """Letters and figures alone, small and without marks."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _repeats(letters: str) -> bool:
    """Whether the whole is a short piece said again and again."""
    return any(
        letters == (letters[:size] * (len(letters) // size + 1))[: len(letters)]
        for size in range(1, len(letters) // 2 + 1)
    )


def _without_rows(letters: str) -> str:
    """What is left when four and more letters that lie beside each other, forwards or backwards, are taken out."""
    neighbours = {pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
    pieces = [""]
    for letter in letters:
        if pieces[-1] and (pieces[-1][-1], letter) not in neighbours:
            pieces.append("")
        pieces[-1] += letter
    return "".join(piece for piece in pieces if len(piece) < 4)


def _without_years(letters: str) -> str:
    return re.sub(r"(?:19|20)\d\d", "", letters)


def _names(user: Any) -> Iterator[str]:
    """Names that anybody here knows, and the words of which they are made, as far as they are long enough to build on."""
    yield from _COMMON_WORDS
    own = (getattr(user, "name", ""), getattr(user, "email", ""), getattr(user, "job_title", ""))
    for name in (*own, *_known_names()):
        words = [_bare(word) for word in re.split(r"[\W_]+", name)]
        yield from (word for word in ("".join(words), *words) if len(word) >= SHORTEST_NAME)


def _known_names() -> Iterator[str]:
    """Organisations, teams, services, their places, and who works here."""
    for room, model, field in (
        ("access", "Organisation", "name"),
        ("access", "Team", "name"),
        ("access", "User", "name"),
        ("contracts", "Agreement", "key"),
        ("contracts", "Agreement", "title"),
        ("places", "Area", "name"),
    ):
        yield from apps.get_model(room, model)._default_manager.values_list(field, flat=True)[:MOST_NAMES]
