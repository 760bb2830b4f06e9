"""What a record set is to the engine: how its rows are found, and what can be joined to them when a figure reads it.

cases = RecordSet(SETS["cases"], model=Case)

@cases.rows
def rows(asked): …                      # one row each: record, reference, units, days

@cases.adds("casework_sessions", reads=("case",))
def sessions(rows, asked): …            # the same rows with further columns
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

import ibis
from django.conf import settings
from django.db.models import Model

from fingerpost.language.facts import SetSpec
from fingerpost.proof.measures.asked import SINCE, UNTIL, Asked
from fingerpost.proof.measures.tables import Column, Table, days_after, start_of_day

Rows = Callable[[Asked, str | None], Table]
Adding = Callable[[Table, Asked], Table]


@dataclass(frozen=True)
class Addition:
    """Columns worked out together. `reads` names every column they need: no other is carried along to them."""

    gives: tuple[str, ...]
    reads: tuple[str, ...]
    add: Adding


@dataclass(frozen=True)
class Together:
    """Facts of a unit that hang on who else is counted: they are worked out over the rows inside a figure's population."""

    gives: tuple[str, ...]
    unit: str
    reads: tuple[str, ...]
    tell: Callable[[Table], Table]


@dataclass
class RecordSet:
    """The rows behind one set of the vocabulary.

    `model` is the record a row opens; `kinds` the model of each code in column `record_kind`, where rows open records of
    several kinds; `units` says which column identifies a unit of count; `pending` which column tells
    that a fact has still to come; `several` names the breakdowns of which a row may have more than one; `own` the columns
    that every row has besides its units and days; `moments` the stored time behind a day; `narrowed` the days by which
    the rows themselves already keep to the period when it is asked for by them; `computed` the days that are stored nowhere;
    `single` the units of which there is never more than one row, `crowded` those that mostly have several. `wholes` says of a
    fact that is kept in smaller whole units which column has them and how many make one: hours in minutes. Those are added
    up, so that nothing is divided before the sum is known.
    """

    spec: SetSpec
    model: type[Model]
    units: Mapping[str, str]
    kinds: Mapping[str, type[Model]] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)
    several: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    moments: Mapping[str, str] = field(default_factory=dict)
    narrowed: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    crowded: frozenset[str] = frozenset()
    wholes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _rows: Rows | None = None
    together: list[Together] = field(default_factory=list)
    _areas: Addition | None = None
    _additions: list[Addition] = field(default_factory=list)

    def rows(self, make: Rows) -> Rows:
        """Declare how the rows are found. They hold `record`, `reference`, the units and the days.

        `when` says what will join them to the period, for a set that can find fewer rows by it.
        """
        self._rows = make
        return make

    def adds(self, *names: str, reads: tuple[str, ...] = ()) -> Callable[[Adding], Adding]:
        """Declare columns that are joined only when a figure reads one of them."""

        def declare(add: Adding) -> Adding:
            self._additions.append(Addition(names, reads, add))
            return add

        return declare

    def adds_areas(self, *, reads: tuple[str, ...]) -> Callable[[Adding], Adding]:
        """Declare how a column for each level of the service's area scheme is joined, whatever the levels are called."""

        def declare(add: Adding) -> Adding:
            self._areas = Addition((), reads, add)
            return add

        return declare

    def tells_together(
        self, *names: str, unit: str, reads: tuple[str, ...]
    ) -> Callable[[Callable[[Table], Table]], Callable[[Table], Table]]:
        """Declare facts of a unit, from the rows of a figure's population. What tells them gives a row for each unit."""

        def declare(tell: Callable[[Table], Table]) -> Callable[[Table], Table]:
            self.together.append(Together(names, unit, reads, tell))
            return tell

        return declare

    def offers(self, name: str, levels: tuple[str, ...] = ()) -> bool:
        """Whether rows are recorded from which this fact or breakdown can be read, or it is a level of area they lie in."""
        given = {*self._own_columns, *(fact for told in self.together for fact in told.gives)}
        return name in given or any(name in addition.gives for addition in self._joined(levels))

    def select(self, asked: Asked, *, when: str | None, names: Iterable[str]) -> Table:
        """The rows that `when` puts into the period, with these columns and `record`. Unrecorded facts are NULL.

        All rows there are, where `when` is None.
        """
        named = set(names := tuple(names))
        read = (fact for told in self.together if named & {*told.gives} for fact in (told.unit, *told.reads))
        wanted = tuple(dict.fromkeys((*names, *read)))
        waiting = tuple(self.pending[name] for name in wanted if name in self.pending)
        in_wholes = tuple(self.wholes[name][0] for name in wanted if name in self.wholes)
        table = self._in_period(asked, when)
        table = self._with_additions(table, asked, ("record", *wanted, *waiting, *in_wholes))
        absent = [name for name in wanted if name not in table.columns]
        return table.mutate(**{name: ibis.null(self._type(name)) for name in absent}) if absent else table

    def is_pending(self, rows: Table, name: str) -> Column | None:
        """Whether the fact's day has still to come, row by row; None for a fact that never waits."""
        return rows[self.pending[name]] if name in self.pending else None

    def _found(self, asked: Asked, when: str | None) -> Table:
        if self._rows is None:
            raise LookupError(f"{self.spec.name} does not say how its rows are found")
        return self._rows(asked, when)

    def _in_period(self, asked: Asked, when: str | None) -> Table:
        table = self._found(asked, when)
        if when is None or when in self.narrowed:
            return table
        if when in self.moments:
            return _inside(table, when, self.moments[when])
        for addition in self._needed((when,), table.columns, asked.levels):
            table = addition.add(table, asked)
        return table.filter(*_computed_inside(table[when])) if when in self.computed else joined(table, when)

    def _with_additions(self, table: Table, asked: Asked, names: tuple[str, ...]) -> Table:
        """The rows with these columns. Each addition is given what it and later ones read: databases write rows that are
        read twice out whole, so idle columns would cost.
        """
        additions = self._needed(names, table.columns, asked.levels)
        for place, addition in enumerate(additions):
            carried = {*names, *(read for one in additions[place:] for read in one.reads)}
            before = _only(table, carried).alias(f"{self.spec.name}_before_{addition.add.__name__}")
            table = addition.add(before, asked)
        return _only(table, names)

    @property
    def _own_columns(self) -> frozenset[str]:
        return frozenset(self.spec.dates) | frozenset(self.units) | self.own

    def _joined(self, levels: tuple[str, ...]) -> list[Addition]:
        """Everything that can be joined, the areas under the names that the scheme has for its levels."""
        return [*self._additions, *([replace(self._areas, gives=levels)] if self._areas and levels else [])]

    def _needed(self, names: Iterable[str], held: Container[str], levels: tuple[str, ...]) -> list[Addition]:
        """The additions that give those of the names that are not yet held, each after those it reads."""
        ordered: list[Addition] = []
        known = self._joined(levels)

        def visit(name: str) -> None:
            for addition in known:
                if name in addition.gives and name not in held and addition not in ordered:
                    for read in addition.reads:
                        visit(read)
                    ordered.append(addition)

        for name in names:
            visit(name)
        return ordered

    def _type(self, name: str) -> str:
        kinds = {"number": "decimal", "boolean": "boolean", "date": "date"}
        return kinds.get(self.spec.facts[name].kind, "string") if name in self.spec.facts else "string"


def _only(rows: Table, names: Container[str]) -> Table:
    return rows.select(*(name for name in rows.columns if name in names))


def _inside(rows: Table, when: str, moment: str) -> Table:
    return in_period(rows, moment).filter(rows[when].notnull())


def in_period(rows: Table, moment: str) -> Table:
    """Rows whose stored time lies in the period: asked so, the database can tell from its statistics how many they are."""
    first, after = start_of_day(SINCE, settings.TIME_ZONE), start_of_day(days_after(UNTIL, 1), settings.TIME_ZONE)
    return rows.filter(rows[moment] >= first, rows[moment] < after)


def _computed_inside(day: Column) -> tuple[Column, Column]:
    """Whether a day that was worked out lies in the period, asked as two differences: of such a day databases have no statistics,
    and would expect hardly any between two others.
    """
    return day.delta(SINCE, unit="day") >= 0, UNTIL.delta(day, unit="day") >= 0


def joined(rows: Table, when: str) -> Table:
    """Only the rows that `when` puts into the period."""
    match when:
        case "during":
            return rows.filter(rows.from_on <= UNTIL, rows.until_on.isnull() | (rows.until_on >= SINCE))
        case "last_day":
            return rows.filter(rows.from_on <= UNTIL, rows.until_on.isnull() | (rows.until_on >= UNTIL))
        case _:
            return rows.filter(rows[when].between(SINCE, UNTIL))


def beside(rows: Table, more: Table, *keys: str) -> Table:
    """The rows, each with the columns of at most one row of `more` that has the same keys."""
    matches = [rows[key] == more[key] for key in keys]
    both = rows.left_join(more, matches, rname="{name}_beside")
    return both.drop(*(f"{key}_beside" for key in keys))
