"""What shows that a clause is kept. Whoever may see the agreement's figures may see its evidence."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import ClauseRow, clause_matrix
from fingerpost.agreements.evidence.models import Link
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission


def for_clause(actor: Actor, agreement: Agreement, clause: str) -> list[Link]:
    """Evidence of one clause, by its own key, the latest first. Raises NotAllowed."""
    actor.require(Permission.VIEW_FIGURES, agreement)
    found = Link.objects.filter(agreement=agreement, clause=clause, detached_at=None)
    return list(found.select_related("attached_by").order_by("-attached_at"))


@dataclass(frozen=True)
class MatrixRow:
    """A clause, what serves it, and how much evidence lies beside it."""

    row: ClauseRow
    evidence: int


def matrix(actor: Actor, agreement: Agreement, on: date) -> list[MatrixRow]:
    """The clause matrix with evidence counted. Two queries. Raises NotAllowed."""
    actor.require(Permission.VIEW_FIGURES, agreement)
    held = Counter(Link.objects.filter(agreement=agreement, detached_at=None).values_list("clause", flat=True))
    return [MatrixRow(row, held[row.clause.key]) for row in clause_matrix(agreement, on)]


def unevidenced(actor: Actor, agreement: Agreement, on: date) -> list[ClauseRow]:
    """Clauses that must be shown by records and have none beside them yet, in the order of the paper. Raises NotAllowed."""
    rows = matrix(actor, agreement, on)
    return [one.row for one in rows if one.row.clause.status == "evidenced" and not one.evidence]
