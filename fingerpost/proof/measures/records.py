"""The records behind a figure: the rows of the very expression that the figure adds up."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scoped
from fingerpost.language.definition import Definition, Figure, SameRows
from fingerpost.language.facts import SetSpec
from fingerpost.language.periods import Period
from fingerpost.proof.measures.answers import (
    BECAUSE,
    LATER_ROW,
    PLACE,
    RANK,
    UNIT,
    Answer,
    Place,
    Wanted,
    answer_of,
    answered,
    ranks,
    rows_for,
)
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.measuring import is_recorded
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets import rows_behind
from fingerpost.proof.measures.setting import set_up
from fingerpost.proof.measures.sql import prepared, run
from fingerpost.proof.measures.tables import Table

PAGE = 50


@dataclass(frozen=True)
class CountedRecord:
    """One record behind a figure. References are empty where the reader may not meet the record; it counts all the same.

    `answer` is that of the unit the record belongs to (a family answers as one), or outside where the record itself is
    not what the figure is about. `reason` is the fact that settled the record, or without which it cannot be settled.
    """

    kind: str
    id: uuid.UUID
    reference: str
    family_reference: str
    unit: str
    answer: Answer
    record_answer: Answer
    reason: str
    reason_label: str
    facts: Mapping[str, Any]

    @property
    def is_visible(self) -> bool:
        return bool(self.reference)

    def as_dict(self) -> dict[str, Any]:
        """What a program reads, and what a frozen return keeps."""
        return {
            "kind": self.kind,
            "id": str(self.id),
            "reference": self.reference,
            "family": self.family_reference,
            "unit": self.unit,
            "answer": self.answer.value,
            "record_answer": self.record_answer.value,
            "reason": self.reason,
            "reason_label": self.reason_label,
            "facts": {name: None if value is None else str(value) for name, value in self.facts.items()},
        }


@dataclass(frozen=True)
class RecordPage:
    """Some of the records behind a figure, by reference, and how many there are in all."""

    records: tuple[CountedRecord, ...]
    total: int


def records(
    service: str,
    indicator: str,
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    reading: Mapping[str, str] | None = None,
    answer: Answer | None = None,
    beside: str | None = None,
    rules: Rules | None = None,
    skip: int = 0,
    size: int | None = PAGE,
) -> RecordPage:
    """A page of the records behind an indicator's figure, all of one answer or of any; `size` None gives every one.

    `beside` names, by label or letter, a figure shown beside it, or a part of a balance by its label. Of a ratio or balance,
    else, the records of the first figure. Raises NotAllowed without `view_records_counted` on the service.
    """
    setting = set_up(
        service,
        indicator,
        actor=actor,
        period=period,
        as_known_at=as_known_at,
        reading=reading,
        rules=rules,
        permission=Permission.VIEW_RECORDS_COUNTED,
    )
    figure, paired = figure_behind(setting.definition, beside)
    if not is_recorded(figure):
        return RecordPage((), 0)
    found = _found(figure, paired, setting.asked, answer, skip, size)
    return RecordPage(told(actor, figure, found), found[0]["total"] if found else 0)


def figure_behind(definition: Definition, beside: str | None) -> tuple[Figure, Figure | None]:
    """The figure whose records are listed, and the one it is paired with on the same rows."""
    figure, against = definition.figure, definition.against
    for one in definition.beside:
        if beside and beside in (one.label, one.letter):
            figure, against = one.figure, one.against
    while figure.inner:
        figure, against = next((part for part in figure.inner if part.label == (beside or "")), figure.inner[0]), ()
    return figure, next((one.figure for one in against if isinstance(one, SameRows)), None)


def listed(figure: Figure, paired: Figure | None, asked: Asked) -> Table:
    """The figure's rows with the answer of each row (`rank`) and of its unit (`unit_rank`), and the facts it reads."""
    held = rows_behind(figure)
    wanted = Wanted(figure, ("reference", "family_reference", *(("record_kind",) if held.kinds else ())), paired)
    facts = tuple(dict.fromkeys((*figure.facts, *(paired.facts if paired else ()))))
    rows = answered(rows_for(held, asked, [wanted]), held, asked, wanted)
    of_unit = rows[RANK].max().over(group_by=rows[UNIT]) if figure.count else rows[RANK]
    inside = rows[PLACE] == int(Place.INSIDE)
    return rows.select(
        "record",
        "reference",
        "family_reference",
        PLACE,
        RANK,
        BECAUSE,
        record_kind=rows.record_kind if held.kinds else ibis.null("string"),
        unit=rows[UNIT].cast("string"),
        unit_rank=inside.ifelse(of_unit, ibis.null("int64")),
        **{f"fact_{name}": rows[name] for name in facts},
    )


def _found(
    figure: Figure, paired: Figure | None, asked: Asked, answer: Answer | None, skip: int, size: int | None
) -> list[dict[str, Any]]:
    text = listed_text(figure, paired, asked)
    # The page is cut outside the expression, so that one statement serves every page and answer.
    page = (
        f"SELECT *, count(*) OVER () AS total FROM ({text}) AS listed "  # noqa: S608 -- our own compiled statement
        f"WHERE {SOUGHT} ORDER BY reference, record LIMIT %(size)s OFFSET %(skip)s"
    )
    return run(page, asked, size=size, skip=skip, **sought(figure, answer))


SOUGHT = "(NOT %(sought)s OR place = ANY(%(places)s) OR unit_rank = ANY(%(ranks)s))"
"""Which listed rows have the answer sought; takes what `sought` gives."""


def listed_text(figure: Figure, paired: Figure | None, asked: Asked) -> str:
    """The statement of `listed`, kept once it was compiled."""
    return prepared(("records", figure, paired, asked.shape), lambda: listed(figure, paired, asked))


def sought(figure: Figure, answer: Answer | None) -> dict[str, Any]:
    """The parameters of `SOUGHT`; every row where no answer is asked for."""
    places = [int(one) for one in Place if one is not Place.INSIDE and answer_of(figure, one, None) is answer]
    wanted = [rank for rank in ranks(figure).values() if answer_of(figure, Place.INSIDE, rank) is answer]
    return {"sought": answer is not None, "places": places, "ranks": wanted}


def told(actor: Actor, figure: Figure, found: list[dict[str, Any]]) -> tuple[CountedRecord, ...]:
    """Listed rows as records, those the reader may not meet without reference and facts."""
    held = rows_behind(figure)
    seen = _visible(actor, held, found)
    read = []
    for row in found:
        may = row["record"] in seen
        facts = {name.removeprefix("fact_"): value for name, value in row.items() if name.startswith("fact_")}
        reason = row[BECAUSE] or ""
        read.append(
            CountedRecord(
                kind=held.kinds.get(row["record_kind"], held.model)._meta.label_lower,
                id=row["record"],
                reference=row["reference"] if may else "",
                family_reference=row["family_reference"] or "" if may else "",
                unit=row["unit"] or "",
                answer=answer_of(figure, row[PLACE], row["unit_rank"]),
                record_answer=answer_of(figure, row[PLACE], row[RANK]),
                reason=reason,
                reason_label=_in_words(reason, held.spec),
                facts=facts if may else {},
            )
        )
    return tuple(read)


def _in_words(reason: str, spec: SetSpec) -> str:
    if reason == LATER_ROW:
        return "A later record answers"
    names = [name for name in reason.split(", ") if name]
    return ", ".join(spec.facts[name].label if name in spec.facts else name.replace("_", " ") for name in names)


def _visible(actor: Actor, held: RecordSet, found: list[dict[str, Any]]) -> set[uuid.UUID]:
    """Which of these records the reader may meet. The system itself meets all; what is about nobody is for all who may ask."""
    if actor.is_system:
        return {row["record"] for row in found}
    met: set[uuid.UUID] = set()
    of_kind: dict[Any, set[uuid.UUID]] = {}
    for row in found:
        of_kind.setdefault(held.kinds.get(row["record_kind"], held.model), set()).add(row["record"])
    for model, ids in of_kind.items():
        if not issubclass(model, Scoped):
            met |= ids
            continue
        visible = model.objects.filter(pk__in=ids).visible_to(actor, Permission.VIEW_RECORDS_COUNTED)
        met |= set(visible.values_list("pk", flat=True))
    return met
