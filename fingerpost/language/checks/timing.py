"""Checks of clocks."""

from fingerpost.language.checks.base import Checking, combinations
from fingerpost.language.clocks import Clock, EarlierOf, define_clock
from fingerpost.language.entry_rows import times_of_kinds
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
        known = {**checking.vocabulary.facts, **times_of_kinds(checking.contract)}
        spec = checking.spec(FILE, (key,), name, known, "The product")
        if spec is not None and spec.kind != "date":
            checking.fault(
                FILE, checking.at(FILE, (key,), name), f"{name} is not a time", "A clock runs between times."
            )
    _of_one_kind(checking, key, clock)
    for length in clock.length.lengths if isinstance(clock.length, EarlierOf) else (clock.length,):
        if isinstance(length.amount, str):
            checking.value_named(FILE, (key,), length.amount, key)
        elif length.amount <= 0:
            checking.fault(FILE, checking.at(FILE, (key,), length.unit), f"{key} runs for no time", "Give more than 0.")


def _of_one_kind(checking: Checking, key: str, clock: Clock) -> None:
    """A clock that a declared record starts runs on the times of that record."""
    kind = clock.starts.rpartition(".")[0]
    for stop in clock.stops:
        if stop.rpartition(".")[0] != kind:
            at = checking.at(FILE, (key,), stop)
            advice = f"Use a time of {kind}." if kind else "Use two times of one record."
            checking.fault(FILE, at, f"{clock.starts} and {stop} are times of different records", advice)
