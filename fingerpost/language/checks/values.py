"""Checks of dated values: no gap, no overlap, nothing left out by oversight."""

from datetime import timedelta
from itertools import pairwise

from fingerpost.language.checks.base import NOTE, WARNING, Checking
from fingerpost.language.read import Path_
from fingerpost.language.schema.base import SpellWords

_DAY = timedelta(days=1)


def check(checking: Checking) -> None:
    """Faults of every dated value."""
    for name, (file, spells) in checking.draft.values.items():
        path: Path_ = ("values", name)
        _each(checking, file, path, name, spells)
        _joins(checking, file, path, name, spells)
        if spells:
            _term(checking, file, path, name, spells)


def _each(checking: Checking, file: str, path: Path_, name: str, spells: tuple[SpellWords, ...]) -> None:
    for number, spell in enumerate(spells):
        here = (*path, number)
        if spell.until is not None and spell.until < spell.since:
            checking.fault(file, here, f"{name} ends on {spell.until}, before it starts", "Put the later day at until.")
        if spell.value is None and not spell.entered:
            message = f"{name} has no value"
            checking.fault(file, here, message, "Give value, or say entered: true if it is typed on screen in use.")
        elif spell.value is None:
            message = f"{name} has to be entered on screen; until then figures that need it are no data"
            checking.fault(file, here, message, severity=NOTE)


def _joins(checking: Checking, file: str, path: Path_, name: str, spells: tuple[SpellWords, ...]) -> None:
    in_order = sorted(enumerate(spells), key=lambda one: one[1].since)
    for (_, earlier), (number, later) in pairwise(in_order):
        here = (*path, number)
        if earlier.until is None or earlier.until >= later.since:
            until = earlier.until or "further on"
            message = f"{name} overlaps: one value runs to {until}, the next starts on {later.since}"
            checking.fault(file, here, message, f"End the earlier on {later.since - _DAY}.")
        elif earlier.until + _DAY < later.since:
            message = f"{name} has a gap: nothing from {earlier.until + _DAY} to {later.since - _DAY}"
            checking.fault(file, here, message, "Let one value end on the day before the next starts.")
    units = {spell.unit for spell in spells}
    if len(units) > 1:
        checking.fault(file, path, f"{name} changes its unit", "Keep one unit, or use two names.")


def _term(checking: Checking, file: str, path: Path_, name: str, spells: tuple[SpellWords, ...]) -> None:
    agreement = checking.contract.agreement
    first = min(spell.since for spell in spells)
    if first > agreement.start:
        message = f"{name} starts on {first}, after the term starts on {agreement.start}"
        checking.fault(file, path, message, "Figures before that day are no data.", severity=WARNING)
    ends = [spell.until for spell in spells]
    last = None if None in ends else max(end for end in ends if end is not None)
    if last is not None and agreement.end is not None and last < agreement.end:
        message = f"{name} ends on {last}, before the term ends on {agreement.end}"
        checking.fault(file, path, message, "Leave until out of the latest value.", severity=WARNING)
