"""What a contract declares, as facts: those of its own questions and kinds, beside the facts of the product."""

from collections.abc import Mapping

from fingerpost.language.contract import Contract
from fingerpost.language.facts import FactSpec, Kind, named
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.vocabulary.kinds import OF_EVERY_ENTRY

_KIND_OF_FACT: dict[str, Kind] = {
    "line": "text",
    "note": "text",
    "yes_no": "boolean",
    "choice": "code",
    "several": "codes",
    "number": "number",
    "day": "date",
    "moment": "date",
    "link": "code",
    "file": "text",
}


def fact_of(key: str, item: ItemSpec) -> FactSpec:
    """The fact that an item becomes."""
    codes = frozenset(item.answers) if item.type in ("choice", "several") else None
    return FactSpec(key, _KIND_OF_FACT[item.type], item.label_of(key), item.unit, codes=codes)


def facts_of(kind: KindSpec) -> dict[str, FactSpec]:
    """The facts of an entry of a kind: its items, its times, its stage and when it was written down."""
    stages = frozenset(name for name, time in kind.times.items() if time.stage)
    return named(
        (
            *(fact_of(key, item) for key, item in kind.items.items()),
            *(FactSpec(key, "date", time.label_of(key)) for key, time in kind.times.items()),
            FactSpec("stage", "code", OF_EVERY_ENTRY["stage"], codes=stages or None),
            FactSpec("recorded_at", "date", OF_EVERY_ENTRY["recorded_at"]),
        )
    )


def items_for(contract: Contract, kind: str) -> Mapping[str, ItemSpec]:
    """The questions of a kind, the product's own or declared, in the order of the files."""
    own = contract.kinds[kind].items if kind in contract.kinds else {}
    asked = {key: item for key, item in contract.items.items() if item.for_ == kind}
    return {**own, **asked}
