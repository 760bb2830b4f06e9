"""People on a run: booked while there are places, and marked in the register of each session."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Family, Person
from fingerpost.work.groups.models import Attendance, Booking, Run, Session


@command(allow=Permission.RUN_GROUP)
def book(actor: Actor, subject: Run, *, person: Person, family: Family | None = None, at: datetime) -> Booking:
    """Give a person a place on a run. Returns the booking; one that stands is returned as it is.

    Raises Refused when every place is taken. The run is locked, so that two people cannot take the last place at once.
    """
    run = locked(subject)
    standing = Booking.objects.filter(run=run, person=person, cancelled_at=None).first()
    if standing is not None:
        return standing
    taken = Booking.objects.filter(run=run, cancelled_at=None).count()
    if taken >= run.places:
        raise Refused(f"All {run.places} places are taken. Cancel one, or choose another run.", field="person")
    booking = Booking(run=run, person=person, family=family, booked_at=at, recorded_at=at)
    booking.scope = run.scope | person.scope
    booking.save(force_insert=True)
    return booking


@command(allow=Permission.RUN_GROUP)
def cancel(actor: Actor, subject: Booking, *, at: datetime) -> Booking:
    """Free a place. Returns the booking. Twice changes nothing."""
    booking = locked(subject)
    if booking.cancelled_at is None:
        booking.cancelled_at = at
        booking.save(update_fields=["cancelled_at"])
    return booking


@command(allow=Permission.RUN_GROUP)
def mark(actor: Actor, subject: Session, *, present: Mapping[UUID, bool], at: datetime) -> list[Attendance]:
    """Mark the register: for each person (by id) whether she came. Marking again corrects. Returns the marks given.

    Five statements however many people. Raises Refused for somebody who has no place, or a session that is to come or was
    cancelled.
    """
    session = Session.objects.select_related("run").select_for_update(of=("self",)).get(pk=subject.pk)
    if session.cancelled_at:
        raise Refused("This session was cancelled.")
    if session.starts_at > at:
        raise Refused("This session has not begun. Mark the register afterwards.")
    scopes = _scopes_of_booked(session, present)
    marks = []
    for person_id, came in present.items():
        mark = Attendance(session=session, person_id=person_id, is_present=came, recorded_at=at)
        mark.scope = scopes[person_id]
        marks.append(mark)
    Attendance.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["session", "person"], update_fields=["is_present", "recorded_at"]
    )
    if session.held_at is None:
        session.held_at = session.starts_at
        session.save(update_fields=["held_at"])
    return marks


def _scopes_of_booked(session: Session, present: Mapping[UUID, bool]) -> dict[UUID, Scope]:
    booked = Booking.objects.filter(run=session.run_id, person_id__in=present, cancelled_at=None)
    scopes = {booking.person_id: booking.scope for booking in booked}
    if len(scopes) < len(present):
        raise Refused("Somebody in the register has no place on this run. Book a place first.", field="present")
    return scopes
