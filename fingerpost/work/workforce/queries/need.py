"""Posts held against a table of need: which areas have too few people for their rank, and which too many."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.places.models import NeedRow
from fingerpost.ground.places.need import Ranked
from fingerpost.language.dated import number_named
from fingerpost.language.schema.workforce import NeedWords
from fingerpost.work.workforce.models import Post


@dataclass(frozen=True)
class Placed:
    """One area of the table with the full-time equivalents it has. `flag` is high, low or empty; `why` says it in words."""

    row: NeedRow
    advisors: Decimal
    flag: str = ""
    why: str = ""


def placed(held: Rules, need: Ranked) -> list[Placed]:
    """Every area of a table, by rank. What the table does not say of advisors is taken from the posts of the rules' day.

    One query. Clause 2.2 (Essex advisors).
    """
    words = held.contract.workforce.need
    posted = _posted(held.service, words.role, held.on) if words else {}
    return [_placed(held, words, row, posted, len(need.rows)) for row in need.rows]


def _posted(service: str, role: str, on: date) -> dict[str, Decimal]:
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), service=service, role=role, since__lte=on)
    summed = running.order_by().values_list("area_id").annotate(number=Sum(F("hours") / F("full_time_hours")))
    return {str(code): round(number, 2) for code, number in summed}


def _placed(held: Rules, words: NeedWords | None, row: NeedRow, posted: dict[str, Decimal], areas: int) -> Placed:
    advisors = posted.get(str(row.area_id), Decimal(0)) if row.allocated is None else row.allocated
    if words is None:
        return Placed(row, advisors)
    high, low = words.high, words.low
    if high and high.at_least is not None and row.rank <= _number(held, high.ranks):
        least = _number(held, high.at_least)
        if advisors < least:
            return Placed(row, advisors, "high", f"High need: at least {least} expected")
    if low and low.at_most is not None and row.rank > areas - _number(held, low.ranks):
        most = _number(held, low.at_most)
        if advisors > most:
            return Placed(row, advisors, "low", f"Low need: at most {most} expected")
    return Placed(row, advisors)


def _number(held: Rules, wanted: object) -> Decimal:
    return Decimal(number_named(wanted, held.contract.values, held.on))  # type: ignore[arg-type]
