"""Saying in plain words what is wrong with the shape of a word."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

Said = tuple[str, str, bool]

MOST_NAMED = 40
_REFERENCE = "Look it up in docs/reference/language.md."
_BARE = "Write it bare, without quotes."
_NEEDED = {
    "string_type": ("Words are needed here, not {got}", "Put it in quotes if it is meant as words."),
    "string_too_short": ("There are no words here", "Write them, or leave the line out."),
    "date_type": ("A day is needed here, not {got}", "Write it bare, as 2010-05-04."),
    "date_from_datetime_inexact": ("A day is needed here, not {got}", "Write it bare, as 2010-05-04."),
    "bool_type": ("true or false is needed here, not {got}", _BARE),
    "int_type": ("A number is needed here, not {got}", _BARE),
    "is_instance_of": ("A number is needed here, not {got}", _BARE),
    "decimal_type": ("A number is needed here, not {got}", _BARE),
    "dict_type": ("{word} cannot be written like this: {got}", _REFERENCE),
    "model_type": ("{word} cannot be written like this: {got}", _REFERENCE),
    "union_tag_invalid": ("{word} cannot be written like this: {got}", _REFERENCE),
    "tuple_type": ("{word} needs a list, not {got}", "Write [first, second]."),
}


def in_plain_words(error: dict[str, Any], model: type[BaseModel]) -> Said:
    """Message, advice, and whether the fault is the key rather than its value."""
    kind, got, word = error["type"], error["input"], str(error["loc"][-1]) if error["loc"] else "this"
    match kind:
        case "extra_forbidden":
            split = "If a comma before it belongs to a sentence, put the sentence in quotes."
            advice = split if got is None and " " in word else nearest(word, words_of(model))
            return f"{word} is not a word that can stand here", advice, True
        case "missing":
            return f"{word} is missing", f"Add {word}.", True
        case "string_pattern_mismatch":
            return f"{_shown(got)} cannot be a name here", _about_pattern(error["ctx"]["pattern"]), False
        case "literal_error":
            return f"{_shown(got)} is not one of the words for this", f"Use {error['ctx']['expected']}.", False
        case _:
            message, advice = _NEEDED.get(kind, ("{word}: " + error["msg"], _REFERENCE))
            return message.format(word=word, got=_shown(got)), advice, False


def in_a_sentence(words: str) -> str:
    """Words that stand by themselves, as they stand inside a sentence; an abbreviation keeps its capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def nearest(word: str, known: Iterable[str]) -> str:
    """Advice that names the closest of the words there are; all of them where none is close and they are few."""
    every = sorted(known)
    close = get_close_matches(word, every, n=2, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"Use one of {', '.join(every)}." if 0 < len(every) <= MOST_NAMED else _REFERENCE


@cache
def words_of(model: type[BaseModel]) -> frozenset[str]:
    """Every word that can stand in a model or anywhere inside it."""
    seen: set[type[BaseModel]] = set()
    queue = [model]
    while queue:
        one = queue.pop()
        if one not in seen:
            seen.add(one)
            queue += [inner for field in one.model_fields.values() for inner in _models_in(field.annotation)]
    return frozenset(field.alias or word for one in seen for word, field in one.model_fields.items())


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)


def _about_pattern(pattern: str) -> str:
    if "A-Z" in pattern:
        return "A reading is one capital letter: A, B, C."
    return "Use small letters, figures and underscores, beginning with a letter."


def _shown(value: Any) -> str:
    if isinstance(value, dict | tuple | list):
        return "a list" if isinstance(value, tuple | list) else "a mapping"
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
