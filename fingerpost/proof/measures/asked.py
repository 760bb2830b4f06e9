"""What is asked of a record set: of which service, over which days, as known when.

The days stand in an expression as placeholders, so that one compiled statement answers for every period.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import ibis
from django.conf import settings

from fingerpost.language.dated import Dated, NoValue, Scalar
from fingerpost.language.periods import Period
from fingerpost.proof.measures.tables import Column, Table, local_day

PLACEHOLDERS = ("service", "since", "until", "today", "known_at")


def mark(name: str) -> str:
    """What stands in an expression, and then in its SQL, where a parameter goes."""
    return f"«{name}»"


@dataclass(frozen=True)
class Asked:
    """One question to a record set. Only `values`, taken on the period's last day, `calendar`, `scorings` and `levels` shape
    the expression.

    `scorings` gives each instrument's good direction, up or down, and its stated error in its points.
    `calendar` names the calendar that all schools share; None where they may have several, so that each child's school
    must be asked for its own. `levels` are those of the contract's area scheme, the widest first: each is a breakdown.
    """

    service: str
    period: Period
    known_at: datetime
    values: Mapping[str, Dated] = field(default_factory=dict)
    values_on: date | None = None
    calendar: str | None = None
    scorings: tuple[tuple[str, str, Decimal], ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def on(self) -> date:
        """The day on which dated values are read: the period's last, or that of the period it is compared with."""
        return self.values_on or self.period.end

    @property
    def today(self) -> date:
        """The day it is asked."""
        return self.known_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()

    @property
    def parameters(self) -> dict[str, Any]:
        """The value of every placeholder."""
        return {
            "service": self.service,
            "since": self.period.start,
            "until": self.period.end,
            "today": self.today,
            "known_at": self.known_at,
        }

    def setting(self, name: str) -> Scalar | None:
        """A dated value on the period's last day; None where the contract has none."""
        try:
            return self.values[name].on(self.on) if name in self.values else None
        except NoValue:
            return None

    @property
    def standing(self) -> tuple[tuple[str, Scalar | None], ...]:
        """Every dated value as it stands."""
        return tuple((name, self.setting(name)) for name in sorted(self.values))

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """All that is written into the expression."""
        return (self.calendar is not None, self.scorings, self.levels, *self.standing)

    def span(self, name: str) -> int | None:
        """A dated value that is a whole number, such as a length in school weeks."""
        value = self.setting(name)
        return int(value) if isinstance(value, int | Decimal) else None


def day(name: str) -> Column:
    """A placeholder for one of the days asked about: since, until, today."""
    return ibis.literal(mark(name)).cast("date")


SINCE, UNTIL, TODAY = day("since"), day("until"), day("today")
KNOWN_AT = ibis.literal(mark("known_at")).cast("timestamp('UTC')")
SERVICE = ibis.literal(mark("service"))


def known(table: Table) -> Table:
    """The rows as they were known at the moment asked about: recorded by then, and not yet superseded."""
    held = table.filter(table.recorded_at <= KNOWN_AT)
    if "superseded_at" in table.columns:
        held = held.filter(held.superseded_at.isnull() | (held.superseded_at > KNOWN_AT))
    return held


def day_of(moment: Column) -> Column:
    """The local day of a moment."""
    return local_day(moment, settings.TIME_ZONE)
