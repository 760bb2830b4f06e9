"""Entries of a declared kind: a record set made from what the contract declares. One row is one entry."""

from functools import lru_cache

import ibis
import ibis.expr.datatypes as dt
from django.conf import settings

from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.places.models import Area
from fingerpost.language.entry_rows import DAYS, IN_DATE, IN_TIME, RECORDED_ON, STAGE, EntryRows
from fingerpost.language.facts import FactSpec
from fingerpost.language.schema.schedules import DONE_ON, DUE_ON, ENDED_ON, STARTS_ON
from fingerpost.people.families.models import Address, Membership
from fingerpost.proof.measures.asked import KNOWN_AT, SERVICE, UNTIL, Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import (
    first_of_each,
    into_use,
    of_service,
    with_areas,
    with_family_reference,
)
from fingerpost.proof.measures.tables import Column, Table, days_after, start_of_day, table_of
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.models import Request

WAITS = "_waits"
"""What ends the name of the column that tells whether a clock has still to run out."""
ENTRY_DAY, HOME, OF_UNIT = "_entry_day", "_home", "_of_unit"
"""Columns of this set alone: no name of a contract begins so."""
_DAY, _NUMBER = r"^\d{4}-\d\d-\d\d", r"^-?\d+(\.\d+)?$"


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def jsonb_extract_path_text(kept: dt.json, key: str) -> dt.string:
    """The words under a key of JSON, whatever they are of."""


def set_of_entries(kind: EntryRows) -> RecordSet:
    """The record set of a declared kind."""
    return _set_of(kind, kind.words, kind.facts)


@lru_cache(maxsize=200)
def _set_of(kind: EntryRows, words: tuple[str, str], facts: tuple[FactSpec, ...]) -> RecordSet:
    """Kept by what things are called too: kinds that count alike may call a unit or an answer otherwise."""
    clocks = [clock for clock, _, stops in kind.clocks if stops]
    records = RecordSet(
        kind.spec,
        model=Entry,
        units={unit: unit for unit in kind.spec.units},
        single=frozenset({kind.kind}),
        several=frozenset(name for name, type_ in kind.items if type_ == "several"),
        own=frozenset(kind.spec.facts),
        pending={clock + IN_TIME: clock + WAITS for clock in clocks},
    )
    records.rows(lambda asked, when: _rows(kind))
    records.adds_areas(reads=("record", "family", "area_key", "about_id", ENTRY_DAY))(
        lambda rows, asked: _with_areas(rows, asked, kind)
    )
    records.adds("family_reference", reads=("family",))(lambda rows, asked: with_family_reference(rows))
    return records


def _rows(kind: EntryRows) -> Table:
    """What was written down later than is asked about is not there yet, answer by answer; what was taken back is gone."""
    entries = known(of_service(table_of(Entry)))
    entries = entries.filter(entries.kind == kind.kind)
    entries = entries.filter(entries.taken_back_at.isnull() | (entries.taken_back_at > KNOWN_AT))
    entries = into_use(entries)
    columns: dict[str, Column] = {
        kind.kind: entries.id,
        "record": entries.id,
        "reference": entries.ref,
        "person": entries.person,
        "family": entries.family,
        "about_id": entries.about_id,
        ENTRY_DAY: entries.happened_on,
        RECORDED_ON: day_of(entries.recorded_at),
        "area_key": (entries.area == "").ifelse(ibis.null("string"), SERVICE + "/" + entries.area),
    }
    for unit in ("case", "request"):
        columns[unit] = (entries.about_kind == unit).ifelse(entries.about_id, ibis.null("uuid"))
    columns |= {name: _answer(entries, name, type_) for name, type_ in kind.items}
    columns |= {name: _time(entries, name, type_) for name, type_ in kind.times}
    if kind.is_schedule:
        columns |= _spell(columns)
    if kind.stages:
        columns[STAGE] = _stage(entries, kind)
    types = dict(kind.times)
    for clock, starts, stops in kind.clocks:
        if stops:
            columns |= _by_clock(entries, clock, columns[starts], [(stop, types[stop]) for stop in stops])
    return entries.select(**columns)


def _spell(columns: dict[str, Column]) -> dict[str, Column]:
    """A point of a schedule stands from its start until the day before it was done; the next stands from that day.

    It is in date on the last day where it is not due yet, or due on that day. What was due at once is not in date until it is done.
    """
    starts, due, done, ended = (columns[name] for name in (STARTS_ON, DUE_ON, DONE_ON, ENDED_ON))
    return {
        "from_on": starts,
        "until_on": days_after(done, -1).coalesce(ended),
        IN_DATE: (due >= UNTIL) & (due > starts),
    }


def _told(entries: Table, kept: Column, key: str) -> Column:
    """The words under a key, NULL where they were written down later than is asked about."""
    since = jsonb_extract_path_text(entries.written_later, key).cast("timestamp('UTC')")
    words = jsonb_extract_path_text(kept, key)
    return (since.isnull() | (since <= KNOWN_AT)).ifelse(words, ibis.null("string"))


def _answer(entries: Table, key: str, type_: str) -> Column:
    """An answer in its type. Words that an earlier version kept in another one are not known, and stop no figure."""
    told = _told(entries, entries.answers, key)
    match type_:
        case "yes_no":
            return ibis.cases((told == "true", True), (told == "false", False))
        case "number":
            return _like(told, _NUMBER).cast("decimal")
        case "day" | "moment":
            return _day(told, type_)
        case "several":
            # Codes hold small letters, figures and underscores only.
            return told.translate('[]" ', "").split(",")
    return told


def _like(words: Column, pattern: str) -> Column:
    return words.re_search(pattern).ifelse(words, ibis.null("string"))


def _day(words: Column, type_: str) -> Column:
    whole = _like(words, _DAY)
    return day_of(whole.cast("timestamp('UTC')")) if type_ == "moment" else whole.substr(0, 10).cast("date")


def _time(entries: Table, key: str, type_: str) -> Column:
    return _day(_told(entries, entries.times, key), type_)


def _moment(entries: Table, key: str, type_: str) -> Column:
    """A time as a moment: a day from its beginning."""
    if type_ == "moment":
        return _like(_told(entries, entries.times, key), _DAY).cast("timestamp('UTC')")
    return start_of_day(_time(entries, key, type_), settings.TIME_ZONE)


def _stage(entries: Table, kind: EntryRows) -> Column:
    """The words of the furthest time known by then."""
    furthest_first = reversed(kind.stages)
    return ibis.cases(*((_told(entries, entries.times, time).notnull(), words) for time, words in furthest_first))


def _by_clock(entries: Table, clock: str, began: Column, stops: list[tuple[str, str]]) -> dict[str, Column]:
    """Whether a time that stops the clock came by its deadline, and after how many days. Before the deadline nobody can say no."""
    deadline = jsonb_extract_path_text(entries.deadlines, clock).cast("timestamp('UTC')")
    stopped = [_moment(entries, stop, type_) for stop, type_ in stops]
    first = ibis.least(*stopped) if len(stopped) > 1 else stopped[0]
    in_time = first.notnull() & (first <= deadline)
    waits = deadline.notnull() & first.isnull() & (deadline >= KNOWN_AT)
    open_yet = deadline.isnull() | waits
    return {
        clock + IN_TIME: open_yet.ifelse(ibis.null("boolean"), in_time),
        clock + DAYS: day_of(first).delta(began, unit="day"),
        clock + WAITS: waits,
    }


def _with_areas(rows: Table, asked: Asked, kind: EntryRows) -> Table:
    """The area that an entry is about; else that of the case or request; else where a parent lived on its day."""
    for unit, model, column in (("case", Case, "home_area_id"), ("request", Request, "home_area")):
        if unit in kind.about:
            of_unit = table_of(model)
            of_unit = of_unit.select(about_id=of_unit.id, **{OF_UNIT: of_unit[column].nullif("")})
            rows = beside(rows, of_unit, "about_id")
            rows = rows.mutate(area_key=rows.area_key.coalesce(rows[OF_UNIT])).drop(OF_UNIT)
    if set(kind.about) & {"family", "person"}:
        rows = beside(rows, _homes(rows), "record")
        rows = rows.mutate(area_key=rows.area_key.coalesce(rows[HOME])).drop(HOME)
    return with_areas(rows, asked)


def _homes(rows: Table) -> Table:
    """Where the family of each entry lived on the entry's day: with the parent who joined its record first, as for a request."""
    entries = rows.select("record", "family", day=rows[ENTRY_DAY])
    parents = into_use(known(table_of(Membership)))
    parents = parents.filter(parents.part == "parent")
    parents = parents.select("family", parent=parents.person, joined=parents.recorded_at, left_on=parents.until)
    areas, homes = table_of(Area), known(table_of(Address))
    here = areas.filter(areas.scheme == SERVICE).select(home=areas.key)
    homes = homes.select(parent=homes.person_id, home=homes.area_id, lived_since=homes.since, lived_until=homes.until)
    found = entries.join(parents, "family").join(homes, "parent").join(here, "home")
    found = found.filter(
        found.left_on.isnull() | (found.left_on >= found.day),
        found.lived_since.isnull() | (found.lived_since <= found.day),
        found.lived_until.isnull() | (found.lived_until >= found.day),
    )
    first = first_of_each(found, ("record",), ("joined", "home"))
    return first.select("record", **{HOME: first.home})
