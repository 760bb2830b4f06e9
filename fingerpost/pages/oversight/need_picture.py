"""Areas by absence as lying bars, the highest first, each with how many advisors are placed there and whether that fits."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from fingerpost.pages.kit.pictures import Bar, lying_bars
from fingerpost.work.workforce.queries import Placed, plain

WORDS = {"high": "too few", "low": "too many"}


def need_bars(rows: Sequence[Placed]) -> SafeString:
    """The picture; empty for no rows. What is out of step has another colour, and says so."""
    return lying_bars([_bar(one) for one in rows], unit=" %")


def _bar(one: Placed) -> Bar:
    advisors = f"{plain(one.advisors)} {'advisor' if one.advisors == 1 else 'advisors'}"
    note = f"{advisors}, {WORDS[one.flag]}" if one.flag else advisors
    return Bar(one.row.area.name, float(one.row.absence_rate), note=note, is_flagged=bool(one.flag))
