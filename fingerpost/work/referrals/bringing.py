"""Requests of earlier years, as a provider's own lists hold them: kept as they were, and not decided again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers.added import keep_added
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.referrals.models import Request, RequestChild


@dataclass(frozen=True, slots=True)
class RequestGiven:
    """A request with what became of it. `outcome` as the list says: accepted, refused, or empty while it waits."""

    ref: str
    family_id: uuid.UUID
    children: tuple[uuid.UUID, ...]
    scope: Scope
    received_at: datetime
    recorded_at: datetime
    source: str
    line: str = ""
    home_area: str = ""
    school: str | None = None
    referrer_name: str = ""
    referrer_contact: str = ""
    reason: str = ""
    forecast_reason: str = ""
    vulnerable_groups: tuple[str, ...] = ()
    outcome: str = ""
    status: str = ""
    route: str = ""
    decided_at: datetime | None = None
    withdrawn_at: datetime | None = None


@command(allow=Permission.IMPORT_LIST, includes=("registers.begin_added",))
def bring_in(
    actor: Actor, subject: Scope, *, service: str, requests: Sequence[RequestGiven], batch: uuid.UUID, at: datetime
) -> list[Request]:
    """Keep requests of earlier years with their outcomes. Returns them in the order given."""
    rows, children = [], []
    for given, ref in zip(requests, new_references(Request, "R", len(requests)), strict=True):
        row = _request(given, service, ref, batch)
        rows.append(row)
        for person in given.children:
            child = RequestChild(request=row, person_id=person, recorded_at=given.recorded_at, batch=batch)
            child.scope = given.scope
            children.append(child)
    copy_in(rows)
    copy_in(children)
    keep_added(actor, "request", rows, service, at)
    return rows


def _request(given: RequestGiven, service: str, ref: str, batch: uuid.UUID) -> Request:
    row = Request(
        ref=ref,
        service=service,
        line=given.line,
        family_id=given.family_id,
        home_area=given.home_area,
        source=given.source,
        school_id=given.school,
        referrer_name=given.referrer_name,
        referrer_contact=given.referrer_contact,
        reason=given.reason,
        forecast_reason=given.forecast_reason,
        vulnerable_groups=sorted(set(given.vulnerable_groups)),
        received_at=given.received_at,
        recorded_at=given.recorded_at,
        outcome=given.outcome,
        status=given.status,
        route=given.route,
        decided_at=given.decided_at,
        withdrawn_at=given.withdrawn_at,
        batch=batch,
        batch_ref=given.ref[:60],
    )
    row.scope = given.scope
    return row


@command(allow=Permission.IMPORT_LIST)
def note_opened(actor: Actor, subject: Scope, *, opened: Sequence[tuple[uuid.UUID, datetime]], at: datetime) -> int:
    """Note on which requests cases were opened, and when. Returns how many were changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_request SET opened_at = given.at"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) AS given (id, at)"
            " WHERE referrals_request.id = given.id AND referrals_request.opened_at IS NULL",
            [[request for request, _ in opened], [moment for _, moment in opened]],
        )
        return cursor.rowcount


@command(allow=Permission.IMPORT_LIST, includes=("registers.take_out_added",))
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the requests of a batch. Returns how many rows went. Raises IntegrityError while a case stands on one, Refused
    where something was written down of one since.
    """
    ids = list(Request.objects.filter(batch=batch).values_list("pk", flat=True))
    registers.take_out_added(actor, subject, kind="request", records=ids, at=at)
    return take_back((RequestChild, Request), batch)
