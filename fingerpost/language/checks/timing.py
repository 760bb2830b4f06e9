"""Checks of clocks."""

from fingerpost.language.checks.base import Checking, combinations
from fingerpost.language.clocks import EarlierOf, define_clock
from fingerpost.language.faults import PlacedError
from fingerpost.language.schema.clocks import ClockWords

FILE = "clocks.yaml"


def check(checking: Checking) -> None:
    """Faults of every clock in every choice of readings."""
    for key, words in checking.contract.clocks.items():
        for letters in combinations(words.readings):
            _one(checking, key, words, letters)
        if isinstance(words.warn, str):
            checking.value_named(FILE, (key, "warn"), words.warn, key)


def _one(checking: Checking, key: str, words: ClockWords, letters: dict[str, str]) -> None:
    try:
        clock = define_clock(key, words, letters)
    except PlacedError as fault:
        checking.fault(FILE, (key, *fault.path), fault.message, fault.advice)
        return
    for name in (clock.starts, *clock.stops):
        spec = checking.spec(FILE, (key,), name, checking.vocabulary.facts, "The product")
        if spec is not None and spec.kind != "date":
            checking.fault(
                FILE, checking.at(FILE, (key,), name), f"{name} is not a time", "A clock runs between times."
            )
    for length in clock.length.lengths if isinstance(clock.length, EarlierOf) else (clock.length,):
        if isinstance(length.amount, str):
            checking.value_named(FILE, (key,), length.amount, key)
        elif length.amount <= 0:
            checking.fault(FILE, checking.at(FILE, (key,), length.unit), f"{key} runs for no time", "Give more than 0.")
