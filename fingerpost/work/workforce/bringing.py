"""Staff, posts, absence and meetings of earlier years, brought in by lists: kept as they were."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError

from fingerpost.ground.access import commands as access
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.models import Organisation, Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.history.bulk import copy_in, hold_keys_now, take_back
from fingerpost.ground.places.models import Patch
from fingerpost.work.workforce.models import Absence, Holding, Post, Supervision

Meeting = tuple[uuid.UUID, uuid.UUID, date]


@dataclass(frozen=True, slots=True)
class PostGiven:
    """A funded post as a list gives it, and who held it; nobody for a vacant one. Hours are weekly."""

    role: str
    hours: Decimal
    full_time_hours: Decimal
    since: date
    recorded_at: datetime
    until: date | None = None
    user_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    area: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class AbsenceGiven:
    """A worker's absence as a list gives it; no last day while nobody knows it."""

    worker_id: uuid.UUID
    started_on: date
    recorded_at: datetime
    reason: str
    ended_on: date | None = None
    team_id: uuid.UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionGiven:
    """One supervision meeting as a list gives it."""

    worker_id: uuid.UUID
    supervisor_id: uuid.UUID
    held_on: date
    recorded_at: datetime
    team_id: uuid.UUID | None = None
    note: str = ""

    @property
    def meeting(self) -> Meeting:
        return (self.worker_id, self.supervisor_id, self.held_on)


@command(allow=Permission.IMPORT_LIST, includes=("users.add_user",))
def bring_in_person(
    actor: Actor,
    subject: Scope,
    *,
    email: str,
    name: str,
    job_title: str,
    organisation: Organisation | None,
    at: datetime,
) -> User:
    """Write a member of staff down. Returns them. They may do nothing here until an administrator grants it."""
    return access.add_user(
        actor, PLATFORM, email=email, name=name, job_title=job_title, organisation=organisation, at=at
    )


@command(allow=Permission.IMPORT_LIST)
def bring_in_posts(
    actor: Actor, subject: Scope, *, service: str, posts: Sequence[PostGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep posts and who held them. Returns how many were new; a post that is known is left as it is."""
    standing = Holding.objects.filter(post__service=service).values_list("user_id", "post__role", "since")
    known, rows, holdings = set(standing), [], []
    for given in posts:
        if (given.user_id, given.role, given.since) in known:
            continue
        post = Post(
            service=service,
            role=given.role,
            team_id=given.team_id,
            area_id=given.area,
            hours=given.hours,
            full_time_hours=given.full_time_hours,
            since=given.since,
            until=None if given.user_id else given.until,
            recorded_at=given.recorded_at,
            batch=batch,
            batch_ref=given.ref[:60],
        )
        rows.append(post)
        if given.user_id:
            holding = Holding(post=post, user_id=given.user_id, since=given.since, until=given.until)
            holding.recorded_at, holding.batch = given.recorded_at, batch
            holdings.append(holding)
    copy_in(rows)
    copy_in(holdings)
    return len(rows)


@command(allow=Permission.IMPORT_LIST)
def bring_in_absences(
    actor: Actor, subject: Scope, *, service: str, absences: Sequence[AbsenceGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep absences of earlier years; no clock runs for them. Returns how many were new. They must not overlap those known."""
    rows = []
    for given in absences:
        row = Absence(service=service, worker_id=given.worker_id, team_id=given.team_id, started_on=given.started_on)
        row.ended_on, row.reason, row.note = given.ended_on, given.reason, given.note
        row.recorded_at, row.batch = given.recorded_at, batch
        row.scope = Scope.of(service=service, team=given.team_id)
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def bring_in_supervisions(
    actor: Actor, subject: Scope, *, service: str, meetings: Sequence[SupervisionGiven], batch: uuid.UUID, at: datetime
) -> tuple[dict[Meeting, uuid.UUID], int]:
    """Keep supervision meetings of earlier years. Returns each one's id by worker, supervisor and day, and how many were new."""
    workers = {given.worker_id for given in meetings}
    standing = Supervision.objects.filter(service=service, worker__in=workers)
    known = {
        (worker, supervisor, held_on): pk
        for pk, worker, supervisor, held_on in standing.values_list("id", "worker_id", "supervisor_id", "held_on")
    }
    rows = []
    for given in meetings:
        if given.meeting in known:
            continue
        row = Supervision(
            service=service,
            team_id=given.team_id,
            supervisor_id=given.supervisor_id,
            worker_id=given.worker_id,
            held_on=given.held_on,
            note=given.note,
            recorded_at=given.recorded_at,
            batch=batch,
        )
        known[given.meeting] = row.pk
        rows.append(row)
    return known, copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back what a batch brought of posts, absence and supervision. Returns how many rows went."""
    return take_back((Supervision, Absence, Holding, Post), batch)


@command(allow=Permission.IMPORT_LIST)
def take_out_people(actor: Actor, subject: Scope, *, people: Sequence[uuid.UUID], at: datetime) -> int:
    """Strike out staff that a list wrote down. Returns how many; none while one was granted something or is named anywhere."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM access_user WHERE id = ANY(%s)", [list(people)])
                gone = cursor.rowcount
            hold_keys_now()
            return gone
    except IntegrityError:
        return 0


@command(allow=Permission.IMPORT_LIST)
def take_out_teams(
    actor: Actor,
    subject: Scope,
    *,
    teams: Sequence[uuid.UUID],
    organisations: Sequence[uuid.UUID],
    at: datetime,
) -> int:
    """Strike out teams that a list formed, with the areas they were given, and then its organisation. Returns how many went.

    One that anything else names by now stays, with its areas.
    """
    gone = 0
    for team in Team.objects.filter(pk__in=teams):
        gone += _struck_out(*Patch.objects.filter(team=team), team)
    for organisation in Organisation.objects.filter(pk__in=organisations):
        gone += _struck_out(organisation)
    return gone


def _struck_out(*rows: Model) -> bool:
    try:
        with transaction.atomic():
            for row in rows:
                row.delete()
            hold_keys_now()
    except (IntegrityError, ProtectedError):
        return False
    return True
