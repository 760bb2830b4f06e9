"""A drop-in as it was: how many came, who of them are known by name, where they were pointed, how parents helped one another."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.families.models import Person
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups.commands.attending import mark
from fingerpost.work.groups.models import Attendance, Booking, Run, Session

SOURCE = "groups.session"


@command(allow=Permission.RUN_GROUP)
def record_drop_in(
    actor: Actor,
    subject: Session,
    *,
    headcount: int,
    present: Iterable[UUID] = (),
    signposted: Mapping[UUID, int] | None = None,
    informed: Iterable[UUID] = (),
    peer_support: bool | None = None,
    peer_support_note: str = "",
    at: datetime,
) -> Session:
    """Write down what happened at a drop-in. Returns the session. Recording it again corrects. Clause 2.9 (Essex advisors).

    `headcount` counts everybody who came; `present` are those known by name, by id. `signposted` says how many people were
    pointed to each service of the directory, `informed` the services that only information was given about. About ten
    statements however many people. Raises Refused for a session that has not begun or was cancelled, and where more people are
    named, or pointed to one service, than came.
    """
    named, pointed = set(present), dict(signposted or {})
    if headcount < len(named):
        raise Refused(f"You name {len(named)} people, so at least {len(named)} came.", field="headcount")
    if any(number > headcount for number in pointed.values()):
        raise Refused("No more people can be signposted to a service than came.", field="signposted")
    session = Session.objects.select_related("run").get(pk=subject.pk)
    _know(actor, session.run, named, at)
    marked = Attendance.objects.filter(session=session).values_list("person_id", flat=True)
    mark(actor, session, present={person: True if person in named else None for person in {*marked, *named}}, at=at)
    session.headcount, session.peer_support = headcount, peer_support
    session.peer_support_note = peer_support_note.strip()
    session.save(update_fields=["headcount", "peer_support", "peer_support_note"])
    directory.signpost(
        actor,
        session.scope,
        service=session.run.service,
        source_kind=SOURCE,
        source_id=session.pk,
        people=dict.fromkeys(informed, 0) | {entry: number for entry, number in pointed.items() if number},
        happened_on=timezone.localdate(session.starts_at),
        at=at,
    )
    return session


def _know(actor: Actor, run: Run, people: set[UUID], at: datetime) -> None:
    """Nobody books a drop-in: whoever is named at one has a place on the series from then on."""
    known = Booking.objects.filter(run=run, person__in=people, cancelled_at=None).values_list("person_id", flat=True)
    new = Person.objects.visible_to(actor, Permission.RUN_GROUP).filter(pk__in=people - set(known))
    bookings = [Booking(run=run, person=person, booked_at=at, recorded_at=at) for person in new]
    for booking in bookings:
        booking.scope = run.scope | booking.person.scope
    Booking.objects.bulk_create(bookings)
