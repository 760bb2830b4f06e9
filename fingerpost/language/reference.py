"""The reference of the contract language, written from the models that read it, so that it cannot say otherwise.

`python -m fingerpost.language.reference` writes `docs/reference/language.md`, and the schemas beside it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fingerpost.language import json_schema
from fingerpost.language.conditions.tree import COMPARISONS, All
from fingerpost.language.draft import LISTED, NAMED, NEEDED, WHOLE
from fingerpost.language.facts import FactSpec, SetSpec
from fingerpost.language.permissions import MEANINGS, MEETS_ROWS, Permission
from fingerpost.language.reference_prose import CONDITIONS, EXAMPLES, FIGURES, OPENING, READINGS
from fingerpost.language.roles import shipped
from fingerpost.language.schema import InstrumentWords
from fingerpost.language.schema.base import SpellWords, Words
from fingerpost.language.verdicts import Verdict
from fingerpost.language.vocabulary import SETS, SUBJECT_FACTS, TIMES
from fingerpost.language.vocabulary.served import (
    CONSENTS,
    DECIDED_OF,
    EVENTS,
    GROUPS,
    LETTERS,
    LISTS,
    RECIPIENTS,
    RECORDS,
    SAMPLED,
    TERMS,
)

TARGET = Path(__file__).resolve().parents[2] / "docs" / "reference" / "language.md"


def reference() -> str:
    """The whole page."""
    parts = [OPENING, _model(SpellWords), CONDITIONS.replace("COMPARISONS", ", ".join(f"`{c}`" for c in COMPARISONS))]
    parts += [READINGS, FIGURES.replace("VERDICTS", ", ".join(f"`{v.value}`" for v in Verdict)), EXAMPLES]
    parts += ["## Files\n", _files()]
    parts += ["## Permissions of roles\n", _permissions(), "## Names that the product knows\n", _names()]
    parts += ["## Facts about a referral or case\n", _facts(SUBJECT_FACTS), "## Times that clocks use\n", _facts(TIMES)]
    parts += ["## Record sets\n", *(_set(spec) for spec in SETS.values())]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def write(target: Path = TARGET) -> None:
    """Write the page."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(reference(), encoding="utf-8")


def _names() -> str:
    """What may stand where a contract names something of the product; any other name is an error."""
    named = (
        ("`served_by` of a clause or duty", RECORDS, "and the kinds of `registers.yaml`"),
        ("`lists` under a heading of a return", LISTS, ""),
        ("`after` of a task", EVENTS, ""),
        ("`letter` of a task", LETTERS, ""),
        ("`recipient` of a task", RECIPIENTS, ""),
        ("`consent` of a task", CONSENTS, ""),
        ("`kind` of an offer", GROUPS, ""),
        ("`after` of a form of feedback", {"case", *GROUPS}, ""),
        ("`of` a sample", SAMPLED, ""),
        ("`subject` of a decision", DECIDED_OF, ""),
        ("`labels` of the agreement", TERMS, "and every level of area, unit and breakdown of a record set"),
    )
    rows = [
        f"| {place} | {', '.join(f'`{one}`' for one in sorted(names))} {more}".rstrip() + " |"
        for place, names, more in named
    ]
    return "| Where | Names |\n|---|---|\n" + "\n".join(rows) + "\n"


def _permissions() -> str:
    """What a role's `can` is made of, and the roles that the product brings."""
    rows = [f"| `{one}` | {MEANINGS[one]} | {'yes' if one in MEETS_ROWS else 'no'} |" for one in Permission]
    table = "| Permission | Lets somebody | Meets people |\n|---|---|---|\n" + "\n".join(rows)
    brought = [
        f"| `{key}` | {role.label} | {', '.join(role.reach)} | {', '.join(f'`{one}`' for one in Permission if one in role.can)} |"
        for key, role in shipped().items()
    ]
    roles = "| Role | Label | Given for | Can |\n|---|---|---|---|\n" + "\n".join(brought)
    return f"{table}\n\nThe roles that the product brings:\n\n{roles}\n"


def _files() -> str:
    lines = []
    models: dict[str, type[BaseModel]] = {**WHOLE, **NAMED, **LISTED, "instruments/*.yaml, *.json": InstrumentWords}
    for file, model in models.items():
        held = {True: "one thing", False: "entries by name"}[file in WHOLE or file.startswith("instruments")]
        held = "a list" if file in LISTED else held
        needed = " Every contract has it." if file in NEEDED else ""
        lines.append(f"### `{file}`\n\nHolds {held}.{needed}\n\n{_models(model)}")
    return "\n".join(lines)


def _models(model: type[BaseModel]) -> str:
    """A model and those inside it, each once."""
    seen: dict[type[BaseModel], None] = {}
    queue = [model]
    while queue:
        one = queue.pop(0)
        if one not in seen:
            seen[one] = None
            queue += [inner for field in one.model_fields.values() for inner in _inner(field.annotation)]
            queue += [base for base in (_base(one),) if base]
    return "\n".join(_model(one) for one in seen)


def _base(model: type[BaseModel]) -> type[BaseModel] | None:
    """The model whose words this one has as well."""
    base = model.__bases__[0]
    return base if issubclass(base, Words) and base is not Words else None


def _model(model: type[BaseModel]) -> str:
    base = _base(model)
    inherited = base.model_fields if base else {}
    own = {name: field for name, field in model.model_fields.items() if name not in inherited}
    rows = [f"| `{field.alias or name}` | {_kind(field)} | {field.description or ''} |" for name, field in own.items()]
    said = " ".join((model.__doc__ or "").split())
    also = f" Also every word of *{_name(base).lower()}*." if base else ""
    table = "\n\n| Word | Holds | Meaning |\n|---|---|---|\n" + "\n".join(rows) if rows else ""
    return f"**{_name(model)}.** {said}{also}{table}\n"


def _name(model: type[BaseModel]) -> str:
    letters = model.__name__.removesuffix("Words").removesuffix("Spec")
    return "".join(f" {c.lower()}" if c.isupper() and n else c for n, c in enumerate(letters))


def _kind(field: FieldInfo) -> str:
    needed = ", needed" if field.is_required() else ""
    return " or ".join(dict.fromkeys(_kinds(field.annotation))) + needed


_PLAIN: dict[Any, str] = {
    str: "words",
    int: "number",
    Decimal: "number",
    bool: "true or false",
    date: "day",
    Any: "anything",
    All: "condition",
}


def _kinds(kind: Any) -> Iterator[str]:
    """What may stand there, in words."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        yield _PLAIN[kind]
    elif origin in (Union, UnionType):
        yield from _one_of(inner)
    elif origin is Annotated:
        yield from _kinds(inner[0])
    elif origin is Literal:
        yield ", ".join(f"`{_literal(one)}`" for one in inner)
    elif origin in (tuple, dict):
        opening, held = ("list of ", inner[0]) if origin is tuple else ("by name: ", inner[1])
        yield opening + " or ".join(dict.fromkeys(_kinds(held)))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield f"*{_name(kind).lower()}*"


def _one_of(kinds: tuple[Any, ...]) -> Iterator[str]:
    if All in kinds:
        yield "condition"
        return
    for one in kinds:
        if one is not NoneType:
            yield from _kinds(one)


def _literal(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _inner(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _inner(part)


def _facts(facts: tuple[FactSpec, ...]) -> str:
    rows = [f"| `{fact.name}` | {_shown(fact)} | {_meaning(fact)} |" for fact in facts]
    return "| Fact | Kind | Meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _meaning(fact: FactSpec) -> str:
    """What the fact is called, and how it is counted; the names in braces are dated values of the contract."""
    told = [
        one.say if one.where is None else f"Where `{one.where[0]}` is `{one.where[1]}`: {one.say}"
        for one in fact.counted
    ]
    return ". ".join([fact.label, *told]) if told else fact.label


_TIMING = {"fixed": "", "on_last_day": "; on the period's last day", "over_period": "; over the period"}


def _shown(fact: FactSpec) -> str:
    unit = f" in {fact.unit}" if fact.unit else ""
    codes = f": {', '.join(f'`{code}`' for code in sorted(fact.codes))}" if fact.codes else ""
    final = f"; final after `{fact.final_after}`" if fact.final_after else ""
    needs = f"; needs {', '.join(f'`{name}`' for name in fact.needs)}" if fact.needs else ""
    clock = f"; by the clock, from `{fact.by_clock}`" if fact.by_clock else ""
    nobody = "" if fact.recorded else "; nobody records it yet"
    kind = "yes or no" if fact.kind == "boolean" else "several codes" if fact.kind == "codes" else fact.kind
    return f"{kind}{unit}{codes}{_TIMING[fact.timing]}{final}{needs}{clock}{nobody}"


def _set(spec: SetSpec) -> str:
    interval = " An interval: `when` may be `during` or `last_day`." if spec.interval else ""
    units = ", ".join(f"`{unit}`" for unit in spec.units) or "nothing; it is only summed"
    by = ", ".join(f"`{name}`" for name in spec.breakdowns) or "nothing of its own"
    by += ", and by every level of the contract's areas" if spec.areas else ""
    missing = ", ".join(f"`{name}`" for name in sorted(spec.unrecorded - spec.facts.keys()))
    lacking = "" if spec.recorded else " **Nobody records such rows yet: a figure over them is no data.**"
    lacking += f" Not recorded yet: {missing}." if missing else ""
    opening = (
        f"### `{spec.name}`\n\nOne row is {spec.row_label}.{interval} Counts {units}. Broken down by {by}.{lacking}\n\n"
    )
    return opening + _facts(tuple(spec.facts.values()))


if __name__ == "__main__":
    write()
    json_schema.write()
