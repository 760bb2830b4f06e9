"""People on a run: booked while there are places, waiting when there are none, and marked in the register of each session."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.groups.models import Attendance, Booking, Run, Session, Waiting
from fingerpost.work.groups.waiting_list import free_places, give_place, require_criteria, serve_waiting_list
from fingerpost.work.referrals.raising import look_for


@command(allow=Permission.RUN_GROUP)
def book(actor: Actor, subject: Run, *, person: Person, family: Family | None = None, at: datetime) -> Booking:
    """Give a person a place on a run. Returns the booking; one that stands is returned as it is.

    Raises Refused when every place is taken, and for a run that was cancelled or has ended. The run is locked, so that two
    people cannot take the last place at once. A drop-in has no last place.
    """
    run = _bookable(subject, at)
    standing = Booking.objects.filter(run=run, person=person, cancelled_at=None).first()
    if standing is not None:
        return standing
    if not run.programme.is_drop_in and free_places(run) < 1:
        raise Refused(
            f"All {run.places} places are taken. Cancel one, choose another run, or use the waiting list.",
            field="person",
        )
    require_criteria(run, person, family, timezone.localdate(at))
    Waiting.objects.filter(run=run, person=person, ended_at=None).update(ended_at=at)
    return give_place(run, person, family, at)


def _open_run(subject: Run) -> Run:
    run = Run.objects.select_related("programme").select_for_update(of=("self",)).get(pk=subject.pk)
    if run.cancelled_at:
        raise Refused("This group was cancelled. Nobody can be booked on it.")
    return run


def _bookable(subject: Run, at: datetime) -> Run:
    """The run, locked, on which somebody may still come. Raises Refused once it was cancelled or is over."""
    run = _open_run(subject)
    if run.has_ended(timezone.localdate(at)):
        raise Refused(f"This group ended on {day_in_words(run.ends_on)}. Choose one that is still to come.")
    return run


@command(allow=Permission.RUN_GROUP, includes=("attending.book",))
def send(actor: Actor, subject: Family, *, run: Run, person: Person, at: datetime) -> Booking:
    """Give somebody of a family a place on any public run of the service: the permission is asked on the family.

    Returns the booking. Raises Refused as `book`, and for a run that is not public and a person of another family.
    """
    if run.advertised_at is None:
        raise Refused("This group is not open for booking yet. Choose another.", field="run")
    if not Membership.objects.filter(family=subject, person=person, until=None).exists():
        raise Refused("Choose somebody of this family.", field="person")
    return book(actor, run, person=person, family=subject, at=at)


@command(
    allow=Permission.RUN_GROUP,
    includes=("families.form_family", "families.join", "families.register", "raising.look_for"),
)
def welcome(
    actor: Actor,
    subject: Run,
    *,
    first_name: str,
    last_name: str,
    phone: str = "",
    born_on: date | None = None,
    sex: str = "",
    waits: bool = False,
    at: datetime,
) -> Person:
    """Write a parent down who has no case, with a family of their own under the group's scope, and give them a place.

    With `waits` they go on the waiting list of a full run. Returns them. Raises Refused as `book` and `wait`.
    """
    run = _bookable(subject, at)
    person = families.register(
        actor, run.scope, first_name=first_name, last_name=last_name, phone=phone, born_on=born_on, sex=sex, at=at
    )
    look_for(actor, person, service=run.service, source=f"Group {run.ref}", at=at)
    family = families.form_family(actor, run.scope, name=f"{person.last_name or person.first_name} family", at=at)
    families.join(actor, family, person=person, part=Membership.Part.PARENT, at=at)
    if waits:
        wait(actor, run, person=person, family=family, at=at)
    else:
        book(actor, run, person=person, family=family, at=at)
    return person


@command(allow=Permission.RUN_GROUP)
def wait(actor: Actor, subject: Run, *, person: Person, family: Family | None = None, at: datetime) -> Waiting:
    """Put a person on the waiting list of a full run. Returns their line; one that stands is returned as it is.

    Raises Refused while there are places, for somebody who has one, and on a run that has ended.
    """
    run = _bookable(subject, at)
    if Booking.objects.filter(run=run, person=person, cancelled_at=None).exists():
        raise Refused("This person has a place already.", field="person")
    standing = Waiting.objects.filter(run=run, person=person, ended_at=None).first()
    if standing is not None:
        return standing
    if run.programme.is_drop_in or free_places(run) > 0:
        raise Refused("There is a place. Book it; nobody needs to wait.", field="person")
    require_criteria(run, person, family, timezone.localdate(at))
    line = Waiting(run=run, person=person, family=family, since=at, recorded_at=at)
    line.scope = run.scope | person.scope
    line.save(force_insert=True)
    return line


@command(allow=Permission.RUN_GROUP)
def stop_waiting(actor: Actor, subject: Waiting, *, at: datetime) -> Waiting:
    """Take a person off the waiting list. Returns their line. Twice changes nothing."""
    line = locked(subject)
    if line.ended_at is None:
        line.ended_at = at
        line.save(update_fields=["ended_at"])
    return line


@command(allow=Permission.RUN_GROUP)
def cancel(actor: Actor, subject: Booking, *, at: datetime) -> list[Booking]:
    """Free a place. Whoever is first in line is booked in it, unless the run is over. Returns the bookings so made.

    Twice changes nothing.
    """
    run = Run.objects.select_related("programme").select_for_update(of=("self",)).get(pk=subject.run_id)
    booking = locked(subject)
    if booking.cancelled_at is not None:
        return []
    booking.cancelled_at = at
    booking.save(update_fields=["cancelled_at"])
    return serve_waiting_list(run, at)


@command(allow=Permission.RUN_GROUP)
def change_places(actor: Actor, subject: Run, *, places: int, at: datetime) -> list[Booking]:
    """Change how many people can come. Whoever waits is booked while there is room and time. Returns the bookings so made.

    Raises Refused for fewer places than are taken.
    """
    run = _open_run(subject)
    taken = run.places - free_places(run)
    if places < max(1, taken):
        raise Refused(f"There must be {max(1, taken)} places or more: so many are taken.", field="places")
    run.places = places
    run.save(update_fields=["places"])
    return serve_waiting_list(run, at)


@command(allow=Permission.RUN_GROUP)
def mark(actor: Actor, subject: Session, *, present: Mapping[UUID, bool | None], at: datetime) -> list[Attendance]:
    """Mark the register: for each person (by id) whether they came; None takes their mark away. Marking again corrects.

    Returns the marks given. Six statements however many people. Raises Refused for somebody who has no place, or a session that
    is to come or was cancelled.
    """
    session = Session.objects.select_related("run").select_for_update(of=("self",)).get(pk=subject.pk)
    if session.cancelled_at:
        raise Refused("This session was cancelled.")
    if session.starts_at > at:
        raise Refused("This session has not begun. Mark the register afterwards.")
    scopes = _scopes_of_booked(session, present)
    marks = []
    for person_id, came in present.items():
        if came is not None:
            mark = Attendance(session=session, person_id=person_id, is_present=came, recorded_at=at)
            mark.scope = scopes[person_id]
            marks.append(mark)
    if unmarked := [person for person, came in present.items() if came is None]:
        Attendance.objects.filter(session=session, person__in=unmarked).delete()
    # What was known since September stays known since September: a correction says what, the history says when.
    Attendance.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["session", "person"], update_fields=["is_present"]
    )
    if session.held_at is None:
        session.held_at, session.held_recorded_at = session.starts_at, at
        session.save(update_fields=["held_at", "held_recorded_at"])
    return marks


def _scopes_of_booked(session: Session, present: Iterable[UUID]) -> dict[UUID, Scope]:
    wanted = set(present)
    booked = Booking.objects.filter(run=session.run_id, person_id__in=wanted, cancelled_at=None)
    held = booked.values_list("person_id", "scope_keys", "restricted")
    scopes = {person: Scope(frozenset(keys), restricted) for person, keys, restricted in held}
    if len(scopes) < len(wanted):
        raise Refused("Somebody in the register has no place on this run. Book a place first.", field="present")
    return scopes
