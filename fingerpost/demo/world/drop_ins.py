"""Two series of drop-ins in every quadrant: every second week of school, some people counted, some named, many pointed on."""

from datetime import date, datetime, timedelta
from random import Random

from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import LAST_DAY, at, is_school_day
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Person
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Programme

SESSIONS, FIRST = 20, date(2010, 4, 27)
HELPED = (
    "Two mothers with children of one age swapped numbers.",
    "A father told how he got his son back to school.",
    "They agreed to walk to school together on Mondays.",
    "",
)
Known = list[tuple[datetime, Person, object]]


def hold(
    county: County,
    staff: Staff,
    quadrant: str,
    programme: Programme,
    locality: str,
    leader: User,
    parents: Known,
    random: Random,
) -> None:
    """One series of twenty drop-ins in the locality, those to the end of the year written down."""
    actor, days = staff.actor(leader), _days(FIRST + timedelta(days=random.randint(0, 2)))
    run = groups.propose(
        actor,
        Scope.of(service=ESSEX, users=[leader.pk]),
        programme=programme,
        area=county.areas[locality],
        venue_name=f"{county.areas[locality].name} Library",
        starts_on=days[0],
        ends_on=days[-1],
        places=30,
        team=county.teams[quadrant],
        leader=leader,
        sessions=[at(day, 13, 30) for day in days],
        minutes=120,
        at=at(date(2010, 4, 12)),
    )
    groups.advertise(actor, run, at=at(date(2010, 4, 13)))
    regulars = list[Person]()
    for number, session in enumerate(groups.plan_sessions(actor, run, starts=[], minutes=120, at=at(LAST_DAY))):
        if session.starts_at > at(LAST_DAY):
            continue
        came = random.randint(3, 16)
        strangers = [p for known, p, _ in parents if known < session.starts_at and p not in regulars]
        if number % 2 and strangers:
            regulars.append(random.choice(strangers))
            groups.book(actor, run, person=regulars[-1], at=session.starts_at)
        services = random.sample(county.directory, random.randint(1, 4))
        groups.record_drop_in(
            actor,
            session,
            headcount=came,
            present=[person.pk for person in random.sample(regulars, min(len(regulars), came // 3))],
            signposted={entry.pk: random.randint(1, min(3, came)) for entry in services[:-1]},
            informed=[services[-1].pk],
            peer_support=(helped := random.random() < 0.7),
            peer_support_note=random.choice(HELPED) if helped else "",
            at=session.starts_at + timedelta(hours=3),
        )


def _days(first: date) -> list[date]:
    """Every second week while schools are open."""
    found, day = list[date](), first
    while len(found) < SESSIONS:
        if is_school_day(day):
            found.append(day)
            day += timedelta(days=7)
        day += timedelta(days=7)
    return found
