"""Lists of cases: mine, the team's, those waiting for a worker."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from fingerpost.ground.access.actor import Actor
from fingerpost.work.casework.models import Case, CaseChild, Contact

PAGE = 50


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases. `last_contact_kind` is the contract's code."""

    ref: str
    family_id: uuid.UUID
    family_ref: str
    family_name: str
    worker_name: str
    children: int
    opened_at: datetime
    next_due_on: date | None
    last_contact_at: datetime | None
    last_contact_kind: str | None

    def is_overdue(self, on: date) -> bool:
        """Whether the next contact should have been before the day."""
        return self.next_due_on is not None and self.next_due_on < on


@dataclass(frozen=True)
class CasePageOfRows:
    """One page of a list; `total` counts all of its pages."""

    rows: list[CaseRow]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Caseload:
    """How much one worker carries. `worker_id` is None for cases that nobody has yet."""

    worker_id: uuid.UUID | None
    worker_name: str
    open_cases: int
    overdue: int
    without_date: int


def my_cases(actor: Actor, page: int = 1, *, size: int = PAGE) -> CasePageOfRows:
    """The actor's open cases, the next due first. Two queries, whatever the number of rows."""
    return _page(Case.objects.visible_to(actor).open().filter(worker_id=actor.id), page, size)


def open_cases(
    actor: Actor, service: str, page: int = 1, *, size: int = PAGE, worker: uuid.UUID | None = None, locality: str = ""
) -> CasePageOfRows:
    """Open cases that the actor may see, of one worker or locality where given. Two queries."""
    found = Case.objects.visible_to(actor).open().of_service(service)
    found = found.filter(worker_id=worker) if worker else found
    return _page(found.filter(locality_id=locality) if locality else found, page, size)


def unallocated(actor: Actor, service: str, page: int = 1, *, size: int = PAGE) -> CasePageOfRows:
    """Open cases without a worker. Two queries."""
    return _page(Case.objects.visible_to(actor).open().of_service(service).filter(worker=None), page, size)


def team_caseload(actor: Actor, service: str, on: date) -> list[Caseload]:
    """Open cases by worker, the longest load first; those without a worker at the top. One query."""
    found = Case.objects.visible_to(actor).open().of_service(service).order_by()
    loads = found.values_list("worker_id", "worker__name").annotate(
        cases=Count("id"),
        overdue=Count("id", filter=Q(next_due_on__lt=on)),
        without_date=Count("id", filter=Q(next_due_on=None)),
    )
    rows = [Caseload(worker, name or "", *numbers) for worker, name, *numbers in loads]
    return sorted(rows, key=lambda row: (row.worker_id is not None, -row.open_cases, row.worker_name))


def _page(found: QuerySet[Case], page: int, size: int) -> CasePageOfRows:
    page = max(1, page)
    children = CaseChild.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(number=Count("id"))
    last = Contact.objects.filter(case=OuterRef("pk")).order_by("-happened_at").values("kind")[:1]
    rows = found.annotate(
        children=Coalesce(Subquery(children.values("number"), output_field=IntegerField()), 0),
        last_kind=Subquery(last),
    ).order_by(F("next_due_on").asc(nulls_last=True), "opened_at", "ref")
    columns = rows.values_list(
        "ref",
        "family_id",
        "family__ref",
        "family__name",
        Coalesce("worker__name", Value("")),
        "children",
        "opened_at",
        "next_due_on",
        "last_contact_at",
        "last_kind",
    )
    start = (page - 1) * size
    return CasePageOfRows([CaseRow(*row) for row in columns[start : start + size]], found.count(), page, size)
