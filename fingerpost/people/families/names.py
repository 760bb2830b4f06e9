"""Names as people write them, in any script, and as comparisons and the search read them."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LONGEST_SEARCH_NAME = 1000

_SPACES = re.compile(r"\s+")
_INSIDE_A_WORD = re.compile("['’‘`´ʼʹ.\u200c\u200d]")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
# Scripts in which a mark is left out as often as it is written. Elsewhere a mark is part of the letter: й is not и.
_MARKS_ARE_OPTIONAL = ("LATIN", "GREEK", "ARABIC", "HEBREW")


def tidy(words: str) -> str:
    """Without spaces at the ends, and one space where several stood. Letters stay as written."""
    return _SPACES.sub(" ", words.replace("\u00a0", " ")).strip()


@lru_cache(maxsize=50_000)
def plain(words: str) -> str:
    """Small letters of whatever script, without punctuation: O’Brien-Núñez becomes `obrien nunez`, Коваль `коваль`.

    Empty for words without a letter or figure; nothing that is empty equals another.
    """
    folded = unicodedata.normalize("NFKC", words).casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", _without_optional_marks(folded)).translate(_SPECIAL)
    joined = _INSIDE_A_WORD.sub("", folded)
    if joined.isascii():
        return _BETWEEN_WORDS.sub(" ", joined).strip()
    return tidy("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in joined))


def _without_optional_marks(words: str) -> str:
    kept, base = [], ""
    for character in unicodedata.normalize("NFD", words):
        if not unicodedata.combining(character):
            base = character
        elif not base or unicodedata.name(base, "").startswith(_MARKS_ARE_OPTIONAL):
            continue
        kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=50_000)
def romanised(words: str) -> str:
    """The plain name in the letters a to z: `коваль` becomes `koval`. A name in these letters already stays as it is."""
    name = plain(words)
    return name if name.isascii() else plain(anyascii(name))


def search_name(first_name: str, last_name: str, known_as: str = "") -> str:
    """What the name search reads: first, last and known name, plain; then in the letters a to z where it is in others."""
    name = plain(f"{first_name} {last_name} {known_as}")
    in_latin = romanised(name)
    return (name if in_latin == name else f"{name} {in_latin}")[:LONGEST_SEARCH_NAME]
