"""What was done for a group by mistake is taken back with a reason: a place, a register, a session, the whole run."""

from datetime import datetime
from uuid import UUID

from django.db import models

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import remove, require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.groups.models import Attendance, Booking, CoLeader, Run, Session, Waiting
from fingerpost.work.groups.waiting_list import serve_waiting_list
from fingerpost.work.outcomes.models import Administration, Invitation

WHY = "Say why it is taken back."


@command(allow=Permission.RUN_GROUP)
def take_back_place(actor: Actor, subject: Booking, *, reason: str, at: datetime) -> list[Booking]:
    """Remove a place that should never have been given, with its marks; nothing counts it any more.

    Whoever came from the waiting list waits again; otherwise whoever is first in line gets the place. Returns the bookings so
    made. Raises Refused where the person was measured or asked on it.
    """
    require_reason(reason, WHY)
    run = Run.objects.select_related("programme").select_for_update(of=("self",)).get(pk=subject.run_id)
    booking = locked(subject)
    if Administration.objects.filter(episode_id=run.pk, person=booking.person_id).exists():
        raise Refused("This person was measured on this course. Cancel the place instead.")
    line = Waiting.objects.filter(booking=booking).first()
    if line is not None:
        line.booking = line.ended_at = None
        line.save(update_fields=["booking", "ended_at"])
    marks = Attendance.objects.filter(session__run=run, person=booking.person_id)
    is_only_place = not Booking.objects.filter(run=run, person=booking.person_id).exclude(pk=booking.pk).exists()
    rows: list[models.Model] = [*(marks if is_only_place else ()), booking]
    remove(rows, "Something was written about this place since. Cancel it instead.")
    return [] if line is not None else serve_waiting_list(run, at)


@command(allow=Permission.RUN_GROUP)
def take_back_register(actor: Actor, subject: Session, *, reason: str, at: datetime) -> Session:
    """Take back that a session was held, with its marks and numbers. Returns it, still to be written down."""
    require_reason(reason, WHY)
    session = locked(subject, "run")
    _require_nobody_asked(session.pk)
    if session.held_at is None:
        raise Refused("Nothing was recorded of this session. There is nothing to take back.")
    remove(Attendance.objects.filter(session=session), "Something was written about this register since.")
    session.held_at = session.held_recorded_at = session.headcount = session.peer_support = None
    session.peer_support_note = ""
    session.save()
    return session


@command(allow=Permission.RUN_GROUP)
def take_back_session(actor: Actor, subject: Session, *, reason: str, at: datetime) -> None:
    """Remove a session that was never planned. Raises Refused for one that was held: take its register back first."""
    require_reason(reason, WHY)
    session = locked(subject, "run")
    if session.held_at:
        raise Refused("This session was held. Take back its register first.")
    _require_nobody_asked(session.pk)
    remove([session], "Something was written about this session. Cancel it instead.")


@command(allow=Permission.RUN_GROUP)
def take_back_run(actor: Actor, subject: Run, *, reason: str, at: datetime) -> None:
    """Remove a run that was made by mistake, with its sessions; nothing counts it any more.

    Raises Refused where people have or had places, or a session was held.
    """
    require_reason(reason, WHY)
    run = locked(subject)
    if Booking.objects.filter(run=run).exists() or Waiting.objects.filter(run=run).exists():
        raise Refused("People have or had places on this group. Take those back first, or cancel it.")
    if Session.objects.filter(run=run, held_at__isnull=False).exists():
        raise Refused("A session of this group was held. Take back its register first, or cancel the group.")
    _require_nobody_asked(run.pk)
    rows: list[models.Model] = [*CoLeader.objects.filter(run=run), *Session.objects.filter(run=run), run]
    remove(rows, "Something was written about this group since. Cancel it instead.")


def _require_nobody_asked(episode: UUID) -> None:
    """Raises Refused where people were asked what they think of it: then it took place."""
    if Invitation.objects.filter(episode_id=episode).exists():
        raise Refused("People were asked what they think of it. It cannot be taken back.")
