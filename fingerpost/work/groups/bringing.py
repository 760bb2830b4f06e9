"""Groups of earlier years, brought in by lists: programmes, their runs, sessions and registers, kept as they were."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.ground.places.models import Venue
from fingerpost.work.groups.models import Attendance, Booking, Programme, Run, Session


@dataclass(frozen=True, slots=True)
class RunGiven:
    """One run of a programme as a list gives it."""

    ref: str
    programme_id: uuid.UUID
    area: str
    starts_on: date
    ends_on: date
    places: int
    proposed_at: datetime
    venue_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    leader_id: uuid.UUID | None = None
    needs_agreement: bool = True
    agreed_on: date | None = None
    agreed_by: str = ""
    advertised_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionGiven:
    """One session of a run as a list gives it; neither held nor cancelled where it is to come."""

    run_id: uuid.UUID
    starts_at: datetime
    minutes: int
    is_held: bool = False
    is_cancelled: bool = False
    headcount: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """One person's mark in the register of a session as a list gives it."""

    session_id: uuid.UUID
    run_id: uuid.UUID
    person_id: uuid.UUID
    family_id: uuid.UUID | None
    scope: Scope
    is_present: bool
    booked_at: datetime
    recorded_at: datetime


@command(allow=Permission.IMPORT_LIST)
def bring_in_venue(actor: Actor, subject: Scope, *, name: str, area: str, at: datetime) -> Venue:
    """A place where sessions were held. Returns it; one of that name in that area that is there already stays as it is."""
    return Venue.objects.get_or_create(name=name, area_id=area)[0]


@command(allow=Permission.IMPORT_LIST)
def bring_in_runs(
    actor: Actor, subject: Scope, *, service: str, runs: Sequence[RunGiven], batch: uuid.UUID, at: datetime
) -> list[Run]:
    """Keep runs of earlier years. Returns them in the order given."""
    rows = []
    for given, ref in zip(runs, new_references(Run, "G", len(runs)), strict=True):
        rows.append(
            Run(
                ref=ref,
                service=service,
                programme_id=given.programme_id,
                area_id=given.area,
                venue_id=given.venue_id,
                team_id=given.team_id,
                leader_id=given.leader_id,
                starts_on=given.starts_on,
                ends_on=given.ends_on,
                places=given.places,
                proposed_at=given.proposed_at,
                needs_agreement=given.needs_agreement,
                agreed_on=given.agreed_on,
                agreed_by=given.agreed_by,
                advertised_at=given.advertised_at,
                cancelled_at=given.cancelled_at,
                batch=batch,
            )
        )
    copy_in(rows)
    return rows


@command(allow=Permission.IMPORT_LIST)
def bring_in_sessions(
    actor: Actor, subject: Scope, *, sessions: Sequence[SessionGiven], batch: uuid.UUID, at: datetime
) -> list[Session]:
    """Keep sessions of earlier years. Returns them in the order given."""
    rows = [
        Session(
            run_id=given.run_id,
            starts_at=given.starts_at,
            minutes=given.minutes,
            held_at=given.starts_at if given.is_held else None,
            held_recorded_at=given.recorded_at if given.is_held else None,
            cancelled_at=given.starts_at if given.is_cancelled else None,
            headcount=given.headcount,
            batch=batch,
        )
        for given in sessions
    ]
    copy_in(rows)
    return rows


@command(allow=Permission.IMPORT_LIST)
def bring_in_marks(actor: Actor, subject: Scope, *, marks: Sequence[MarkGiven], batch: uuid.UUID, at: datetime) -> int:
    """Keep registers of earlier years; who was marked has a place on the run. Returns how many marks were new."""
    sessions = {given.session_id for given in marks}
    known = set(Attendance.objects.filter(session__in=sessions).values_list("session_id", "person_id"))
    new = [given for given in marks if (given.session_id, given.person_id) not in known]
    held = Booking.objects.filter(run__in={given.run_id for given in new}, cancelled_at=None)
    booked = set(held.values_list("run_id", "person_id"))
    rows, bookings = [], []
    for given in sorted(new, key=lambda mark: mark.recorded_at):
        if (given.run_id, given.person_id) not in booked:
            booked.add((given.run_id, given.person_id))
            bookings.append(_booking(given, batch))
        row = Attendance(session_id=given.session_id, person_id=given.person_id, is_present=given.is_present)
        row.recorded_at, row.batch, row.scope = given.recorded_at, batch, given.scope
        rows.append(row)
    copy_in(bookings)
    return copy_in(rows)


def _booking(given: MarkGiven, batch: uuid.UUID) -> Booking:
    row = Booking(run_id=given.run_id, person_id=given.person_id, family_id=given.family_id, batch=batch)
    row.booked_at, row.recorded_at = given.booked_at, given.recorded_at
    row.scope = given.scope
    return row


@command(allow=Permission.IMPORT_LIST)
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back what a batch brought of groups. Returns how many rows went. Programmes stay: others may run them."""
    return take_back((Attendance, Booking, Session, Run), batch)


@command(allow=Permission.IMPORT_LIST)
def take_out_programmes(actor: Actor, subject: Scope, *, programmes: Sequence[uuid.UUID], at: datetime) -> int:
    """Strike out programmes that a list brought and nobody runs. Returns how many."""
    in_use = Q(pk__in=Run.objects.values("programme_id"))
    return Programme.objects.filter(pk__in=programmes).exclude(in_use).delete()[0]
