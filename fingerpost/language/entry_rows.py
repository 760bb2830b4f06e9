"""The entries of a declared kind as rows that figures count: which facts they offer, and which clocks run on their times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fingerpost.language.contract import Contract
from fingerpost.language.facts import FactSpec, Kind, SetSpec, named
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.schedules import DONE_ON, DUE_ON, ENDED_ON, ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO, LINKED
from fingerpost.language.wording import in_a_sentence

RECORDED_ON, STAGE, IN_DATE = "recorded_on", "stage", "in_date"
IN_TIME, DAYS = "_in_time", "_days"
"""What ends the names of facts that a clock gives: whether it was kept, and the days of the calendar that it ran until stopped."""

FACT_OF_TYPE: Mapping[str, Kind] = {
    "line": "text",
    "note": "text",
    "yes_no": "boolean",
    "choice": "code",
    "several": "codes",
    "number": "number",
    "day": "date",
    "moment": "date",
    "link": "code",
}


@dataclass(frozen=True)
class EntryRows:
    """The rows of one declared kind. It stands in the figures that count them, so that a definition tells when it changed.

    `items` and `times` give the type of each; `stages` the words of the stage that a time gives; `clocks` the time that starts
    each and those that stop it; `is_schedule` says that they are points of a schedule, each there from its start until it is done.
    What people call things shapes no number and does not count as a change.
    """

    kind: str
    about: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, str], ...]
    clocks: tuple[tuple[str, str, tuple[str, ...]], ...]
    is_schedule: bool
    words: tuple[str, str] = field(repr=False, compare=False)
    facts: tuple[FactSpec, ...] = field(repr=False, compare=False)

    @cached_property
    def spec(self) -> SetSpec:
        """What a contract may say of these rows."""
        units = [one for one in ("person", "family", "case", "request") if one in self.about and one != self.kind]
        units.insert(0, self.kind)
        if {"person", "case", "request"} & {*self.about} and "family" not in units:
            units.append("family")
        return SetSpec(
            name=self.kind,
            row_label=f"one {in_a_sentence(self.words[0])}",
            facts=named(self.facts),
            dates=tuple(fact.name for fact in self.facts if fact.kind == "date"),
            units=tuple(units),
            breakdowns=tuple(fact.name for fact in self.facts if fact.kind in ("code", "codes")),
            areas=bool(self.about),
            interval=self.is_schedule,
            called=(in_a_sentence(self.words[0]), in_a_sentence(self.words[1])),
        )


def fact_of(key: str, item: ItemSpec) -> FactSpec:
    """The fact that answers to a question give, by the question's key. A link to people or entries names none of them."""
    codes = frozenset(item.answers) if item.answers else None
    kind = FACT_OF_TYPE[item.type] if item.type != "link" or item.of in LINKED - {"person"} else "text"
    return FactSpec(key, kind, item.label_of(key), item.unit, codes=codes)


def facts_of_entry(kind: KindSpec, items: Mapping[str, ItemSpec]) -> dict[str, FactSpec]:
    """What a condition on one entry may ask: these of its questions, the days of its times, and its stage in words."""
    stages = frozenset(time.stage for time in kind.times.values() if time.stage)
    return {
        **{name: fact_of(name, item) for name, item in items.items()},
        **{name: FactSpec(name, "date", time.label_of(name)) for name, time in kind.times.items()},
        STAGE: FactSpec(STAGE, "code", "Stage", codes=stages),
    }


def rows_of_kinds(contract: Contract) -> dict[str, EntryRows]:
    """The rows that each kind in use gives, by its key."""
    return {key: _rows(contract, key, kind) for key, kind in contract.kinds.items() if not kind.planned}


def sets_of_kinds(contract: Contract) -> dict[str, SetSpec]:
    """The same as record sets, beside those of the product."""
    return {key: rows.spec for key, rows in rows_of_kinds(contract).items()}


def times_of_kinds(contract: Contract) -> dict[str, FactSpec]:
    """Every time of a declared kind as clocks name it: `complaint.received_on`."""
    return {
        f"{key}.{name}": FactSpec(f"{key}.{name}", "date", time.label_of(name))
        for key, kind in contract.kinds.items()
        for name, time in kind.times.items()
    }


def added_facts(contract: Contract) -> dict[str, FactSpec]:
    """Facts about a request or case from the questions and times that the contract adds to it, by their keys.

    Walled answers give none: what a decision looked at is told to whoever reads it.
    """
    found: dict[str, FactSpec] = {}
    for key in ADDED_TO & contract.kinds.keys():
        kind = contract.kinds[key]
        if not kind.planned:
            found |= {name: fact_of(name, item) for name, item in kind.items.items() if not item.is_walled}
            found |= {name: FactSpec(name, "date", time.label_of(name)) for name, time in kind.times.items()}
    return found


def _rows(contract: Contract, key: str, kind: KindSpec) -> EntryRows:
    open_items = {name: item for name, item in kind.items.items() if not item.is_walled}
    clocks = tuple(clocks_on(contract, key))
    return EntryRows(
        kind=key,
        about=(key,) if key in ADDED_TO else kind.subjects,
        items=tuple((name, item.type) for name, item in open_items.items()),
        times=tuple((name, time.type) for name, time in kind.times.items()),
        stages=tuple((name, time.stage) for name, time in kind.times.items() if time.stage),
        clocks=clocks,
        is_schedule=isinstance(kind, ScheduleKind),
        words=kind.called(key),
        facts=tuple(_facts(kind, open_items, clocks)),
    )


def _facts(
    kind: KindSpec, items: Mapping[str, ItemSpec], clocks: tuple[tuple[str, str, tuple[str, ...]], ...]
) -> Iterator[FactSpec]:
    """Walled answers give none: a figure is read by more people than the answers may be."""
    yield from (fact_of(name, item) for name, item in items.items())
    yield from (FactSpec(name, "date", time.label_of(name)) for name, time in kind.times.items())
    if stages := frozenset(time.stage for time in kind.times.values() if time.stage):
        yield FactSpec(STAGE, "code", "Stage", codes=stages)
    yield FactSpec(RECORDED_ON, "date", "Day it was written down")
    if isinstance(kind, ScheduleKind):
        yield FactSpec(IN_DATE, "boolean", "In date on the last day", timing="on_last_day")
    for clock, _, stops in clocks:
        if stops:
            words = clock.replace("_", " ")
            yield FactSpec(clock + IN_TIME, "boolean", f"In time: {words}")
            yield FactSpec(clock + DAYS, "number", f"Days: {words}", "days")


def clocks_on(contract: Contract, kind: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The clocks that run between times of a kind: key, the time that starts it and those that stop it, without the kind.

    Each point of a schedule is due on its day, under the schedule's own key.
    """
    if isinstance(contract.kinds.get(kind), ScheduleKind):
        yield kind, DUE_ON, (DONE_ON, ENDED_ON)
    for key, words in contract.clocks.items():
        starts = words.starts or ""
        stops = (words.stops,) if isinstance(words.stops, str) else words.stops or ()
        if starts.startswith(f"{kind}."):
            own = tuple(stop.partition(".")[2] for stop in stops if stop.startswith(f"{kind}."))
            yield key, starts.partition(".")[2], own
