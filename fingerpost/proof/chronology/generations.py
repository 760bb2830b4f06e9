"""Where everybody stands in a genogram: a row for each generation, partners side by side, children beneath their parents."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fingerpost.people.families.models import Relationship
from fingerpost.proof.chronology.kinship import Kin, Kinship, Tie

PARENTHOOD = frozenset({Relationship.Kind.PARENT, Relationship.Kind.CARER})
BESIDE = frozenset({Relationship.Kind.PARTNER, Relationship.Kind.SIBLING})


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's row (0 the oldest generation) and column."""

    kin: Kin
    row: int
    column: float


def placed(kinship: Kinship) -> list[Place]:
    """Everybody with a place, row by row from the left. Always the same for the same facts."""
    rows = _rows(kinship)
    by_row: dict[int, list[Kin]] = defaultdict(list)
    for kin in kinship.people:
        by_row[rows[kin.id]].append(kin)
    columns: dict[uuid.UUID, float] = {}
    for row in sorted(by_row):
        for number, kin in enumerate(_side_by_side(by_row[row], kinship.ties, columns)):
            columns[kin.id] = float(number)
    widest = max((len(people) for people in by_row.values()), default=0)
    return [
        Place(kin, row, columns[kin.id] + (widest - len(people)) / 2)
        for row, people in sorted(by_row.items())
        for kin in sorted(people, key=lambda one: columns[one.id])
    ]


def _rows(kinship: Kinship) -> dict[uuid.UUID, int]:
    """A child stands a row below its parents; partners, brothers and sisters in one row; others as their part says."""
    rows = {kin.id: int(kin.is_child) for kin in kinship.people}
    for _ in kinship.people:  # as many rounds as a chain of generations can be long
        for tie in kinship.ties:
            if tie.kind in PARENTHOOD:
                rows[tie.other] = max(rows[tie.other], rows[tie.person] + 1)
            elif tie.kind in BESIDE:
                rows[tie.person] = rows[tie.other] = max(rows[tie.person], rows[tie.other])
    used = {row: number for number, row in enumerate(sorted(set(rows.values())))}
    return {who: min(used[row], len(kinship.people)) for who, row in rows.items()}


def _side_by_side(people: Iterable[Kin], ties: Iterable[Tie], above: dict[uuid.UUID, float]) -> list[Kin]:
    """A row in order: beneath their parents, partners next to one another, elders first."""
    waiting, ordered = list(people), list[Kin]()
    parents = _parents(ties)
    partners = _partners(ties)
    waiting.sort(key=lambda one: _middle([above[p] for p in parents[one.id] if p in above]))
    while waiting:
        kin = waiting.pop(0)
        ordered.append(kin)
        for partner in [one for one in waiting if one.id in partners[kin.id]]:
            waiting.remove(partner)
            ordered.append(partner)
    return ordered


def _middle(columns: list[float]) -> float:
    return sum(columns) / len(columns) if columns else 1000.0


def _parents(ties: Iterable[Tie]) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for tie in ties:
        if tie.kind in PARENTHOOD:
            found[tie.other].add(tie.person)
    return found


def _partners(ties: Iterable[Tie]) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for tie in ties:
        if tie.kind == Relationship.Kind.PARTNER:
            found[tie.person].add(tie.other)
            found[tie.other].add(tie.person)
    return found
