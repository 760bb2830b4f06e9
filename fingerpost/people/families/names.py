"""Names as people write them, and as a search compares them."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_INSIDE_A_WORD = re.compile(r"['’`´ʼ.]")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def tidy(words: str) -> str:
    """Without spaces at the ends, and one space where several stood. Letters stay as written."""
    return _SPACES.sub(" ", words.replace("\u00a0", " ")).strip()


def plain(words: str) -> str:
    """Lower case, without accents and marks: O’Brien-Núñez becomes `obrien nunez`."""
    unmarked = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(c for c in unmarked if not unicodedata.combining(c))
    for special, simple in (("ø", "o"), ("ł", "l"), ("đ", "d"), ("æ", "ae"), ("œ", "oe")):
        letters = letters.replace(special, simple)
    return _BETWEEN_WORDS.sub(" ", _INSIDE_A_WORD.sub("", letters)).strip()


def search_name(first_name: str, last_name: str, known_as: str = "") -> str:
    """What the name search reads: first, last and known name, plain."""
    return plain(f"{first_name} {last_name} {known_as}")
