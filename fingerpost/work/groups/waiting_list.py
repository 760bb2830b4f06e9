"""Places on a run and the list of those who wait for one: who is next, and whether there is still room and time."""

from datetime import datetime

from django.utils import timezone

from fingerpost.people.families.models import Family, Person
from fingerpost.work.groups.models import Booking, Run, Waiting


def free_places(run: Run) -> int:
    """How many places nobody has."""
    return run.places - Booking.objects.filter(run=run, cancelled_at=None).count()


def give_place(run: Run, person: Person, family: Family | None, at: datetime) -> Booking:
    """Write a place down. The caller holds the run and has seen that there is one."""
    booking = Booking(run=run, person=person, family=family, booked_at=at, recorded_at=at)
    booking.scope = run.scope | person.scope
    booking.save(force_insert=True)
    return booking


def serve_waiting_list(run: Run, at: datetime) -> list[Booking]:
    """The first in line get the free places, in the order in which they came; nobody once the run is over."""
    if run.cancelled_at or run.has_ended(timezone.localdate(at)) or (free := free_places(run)) < 1:
        return []
    lines = Waiting.objects.select_for_update(of=("self",)).filter(run=run, ended_at=None)
    booked = []
    for line in lines.select_related("person", "family").order_by("since", "id")[:free]:
        line.booking, line.ended_at = give_place(run, line.person, line.family, at), at
        line.save(update_fields=["booking", "ended_at"])
        booked.append(line.booking)
    return booked
