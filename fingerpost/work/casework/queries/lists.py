"""Lists of cases: mine, the team's, those waiting for a worker."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import visible_in_sql
from fingerpost.work.casework.models import Case

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
    return _page(actor, "c.worker_id = %(worker)s", {"worker": actor.id}, page, size)


def open_cases(
    actor: Actor, service: str, page: int = 1, *, size: int = PAGE, worker: uuid.UUID | None = None, home_area: str = ""
) -> CasePageOfRows:
    """Open cases that the actor may see, of one worker or home area where given. Two queries."""
    wanted = "c.service = %(service)s"
    wanted += " AND c.worker_id = %(worker)s" if worker else ""
    wanted += " AND c.home_area_id = %(home_area)s" if home_area else ""
    return _page(actor, wanted, {"service": service, "worker": worker, "home_area": home_area}, page, size)


def unallocated(actor: Actor, service: str, page: int = 1, *, size: int = PAGE) -> CasePageOfRows:
    """Open cases without a worker. Two queries."""
    return _page(actor, "c.service = %(service)s AND c.worker_id IS NULL", {"service": service}, page, size)


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


# The page that is opened most. Built by the ORM each time, these two cost more than PostgreSQL's answer to them.
_ROWS = """
SELECT c.ref, c.family_id, f.ref, f.name, coalesce(u.name, ''),
    (SELECT count(*) FROM casework_casechild k WHERE k.case_id = c.id),
    c.opened_at, c.next_due_on, c.last_contact_at,
    (SELECT t.kind FROM casework_contact t WHERE t.case_id = c.id ORDER BY t.happened_at DESC LIMIT 1)
FROM casework_case c JOIN families_family f ON f.id = c.family_id LEFT JOIN access_user u ON u.id = c.worker_id
WHERE c.closed_at IS NULL AND {wanted}
ORDER BY c.next_due_on ASC NULLS LAST, c.opened_at, c.ref LIMIT %(size)s OFFSET %(start)s
"""
_TOTAL = "SELECT count(*) FROM casework_case c WHERE c.closed_at IS NULL AND {wanted}"


def _page(actor: Actor, wanted: str, given: dict[str, Any], page: int, size: int) -> CasePageOfRows:
    """One page of the open cases that the actor may see and that are wanted."""
    visible, keys = visible_in_sql(actor, "c")
    wanted, page = f"{wanted} AND {visible}", max(1, page)
    asked = {**given, **keys, "size": size, "start": (page - 1) * size}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(wanted=wanted), asked)
        rows = [CaseRow(*row) for row in cursor.fetchall()]
        cursor.execute(_TOTAL.format(wanted=wanted), asked)
        (total,) = cursor.fetchone() or (0,)
    return CasePageOfRows(rows, total, page, size)
