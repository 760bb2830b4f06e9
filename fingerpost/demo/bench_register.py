"""A group of thirty whose register is marked, for W5."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fingerpost.demo.world.county import ESSEX, SYSTEM
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Person
from fingerpost.work.groups import commands

PEOPLE = 30
AT = datetime(2010, 9, 6, 9, tzinfo=ZoneInfo("Europe/London"))
HELD = datetime(2010, 9, 14, 9, 30, tzinfo=ZoneInfo("Europe/London"))


@dataclass(frozen=True)
class Register:
    """The address at which it is marked, and who has a place."""

    path: str
    people: tuple[UUID, ...]

    def answers(self, number: int) -> dict[str, str]:
        """Every third away, another third each time."""
        marks = {f"p-{one}": "came" if (place + number) % 3 else "away" for place, one in enumerate(self.people)}
        return {**marks, "rest": ""}


def a_register(worker: User) -> Register:
    """A course that the worker leads, with thirty of the people they may meet and a session that was held."""
    of_service = Scope.of(service=ESSEX)
    programme = commands.define(
        SYSTEM, of_service, service=ESSEX, offer="parenting_programme", title="A course of thirty", at=AT
    )
    run = commands.propose(
        SYSTEM,
        of_service,
        programme=programme,
        area=Area.objects.filter(scheme=ESSEX, level="locality").earliest("code"),
        starts_on=HELD.date(),
        ends_on=date(2010, 12, 14),
        places=PEOPLE,
        gap="Nothing for this age here this term",
        leader=worker,
        at=AT,
    )
    run = commands.agree(SYSTEM, run, agreed_on=AT.date(), agreed_by="Gita Rao", at=AT)
    (session,) = commands.plan_sessions(SYSTEM, run, starts=[HELD], minutes=120, at=AT)
    mine = Person.objects.filter(scope_keys__contains=[f"user:{worker.pk}"]).order_by("search_name")[:PEOPLE]
    people = [commands.book(SYSTEM, run, person=person, at=AT).person_id for person in mine]
    return Register(f"/groups/{run.ref}/sessions/{session.pk}", tuple(people))
