"""Courses, workshops and drop-ins of a quadrant: proposed, agreed with the coordinator, made public, held, with registers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from uuid import UUID

from fingerpost.demo.world import around, drop_ins
from fingerpost.demo.world.casework import Told
from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import LAST_DAY, at, is_school_day, working_days_on
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Membership, Person
from fingerpost.work.directory.models import Need
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Programme, Run


class Offered(NamedTuple):
    """A programme of the invented service: its offer, number of weekly sessions and places, and the contract's codes."""

    title: str
    offer: str
    sessions: int
    places: int
    topic: str
    age_band: str = ""
    evidence_base: str = ""


COURSE, WORKSHOP, DROP_IN = "parenting_programme", "workshop", "drop_in"
PROGRAMMES = (
    Offered(
        "Calm mornings, calm evenings", COURSE, 10, 12, "behaviour", "from_5_to_10", "Two trials with 300 families"
    ),
    Offered("Stepping stones for parents of teenagers", COURSE, 8, 12, "behaviour", "from_11_to_15", "One trial, 2007"),
    Offered(
        "Talking so that children listen", COURSE, 10, 14, "talking", "from_5_to_10", "Approved nationally in 2008"
    ),
    Offered("Dads and children together", COURSE, 8, 10, "learning", "under_5", "A study in nine centres"),
    Offered("Sleep and bedtime", WORKSHOP, 1, 16, "sleep"),
    Offered("Ready for the big school", WORKSHOP, 2, 16, "moving_up"),
    Offered("Bullying, and what to do", WORKSHOP, 1, 20, "bullying"),
)
DROP_INS = Offered("Coffee and advice", DROP_IN, 20, 30, "")
REASONS = {
    "behaviour": "Nothing on behaviour for this age",
    "talking": "The only course on listening is full",
    "learning": "Nothing for fathers of small children",
}
FIRST_RUNS = (
    date(2010, 4, 26),
    date(2010, 6, 7),
    date(2010, 9, 13),
    date(2010, 10, 4),
    date(2010, 11, 1),
    date(2011, 1, 17),
)


LAST_WEEK = date(2010, 12, 13)
GAINS = (-2, 0, 1, 2, 3, 4, 5, 6)


def define(staff: Staff) -> dict[str, Programme]:
    """The programmes that the service offers, by title."""
    actor, on = staff.actor(staff.service_manager), at(date(2010, 4, 6))
    return {
        one.title: groups.define(
            actor,
            Scope.of(service=ESSEX),
            service=ESSEX,
            offer=one.offer,
            title=one.title,
            topic=one.topic,
            age_band=one.age_band,
            evidence_base=one.evidence_base,
            at=on,
        )
        for one in (*PROGRAMMES, DROP_INS)
    }


def hold(
    county: County,
    staff: Staff,
    quadrant: str,
    programmes: dict[str, Programme],
    told: list[Told],
    how_many: int,
    random: Random,
) -> None:
    """The quadrant's runs of the year, with the parents who came."""
    parents = _parents(told)
    needs = around.needs_of(county, staff, quadrant)
    for number in range(how_many):
        offered = PROGRAMMES[number % len(PROGRAMMES)]
        starts = FIRST_RUNS[number % len(FIRST_RUNS)] + timedelta(days=random.randint(0, 4))
        locality = county.localities[quadrant][number % len(county.localities[quadrant])]
        leader = random.choice(staff.advisors[locality])
        need = needs.get(offered.topic) if number % 3 else None
        run = _planned(
            county, staff, quadrant, programmes[offered.title], offered, locality, leader, starts, number, need
        )
        if run.advertised_at:
            _held(run, staff.actor(leader), offered, parents, random)
    for number, locality in enumerate(county.localities[quadrant][:2]):
        leader = staff.advisors[locality][0]
        _waiting(county, staff, quadrant, programmes, locality, leader, number)
        drop_ins.hold(county, staff, quadrant, programmes[DROP_INS.title], locality, leader, parents, random)


def _planned(
    county: County,
    staff: Staff,
    quadrant: str,
    programme: Programme,
    offered: Offered,
    locality: str,
    leader: User,
    starts: date,
    number: int,
    need: Need | None,
) -> Run:
    actor = staff.actor(leader)
    days = _days(starts, offered.sessions)
    proposed = at(min(starts - timedelta(days=24), LAST_DAY - timedelta(days=9)), 11, 20)
    run = groups.propose(
        actor,
        Scope.of(service=ESSEX, users=[leader.pk]),
        programme=programme,
        area=county.areas[locality],
        venue_name=f"{county.areas[locality].name} Community Hall",
        starts_on=days[0],
        ends_on=days[-1],
        places=offered.places,
        team=county.teams[quadrant],
        leader=leader,
        sessions=[at(day, 9, 30) for day in days],
        minutes=120,
        gap=_gap(offered, county.areas[locality].name),
        need=need,
        at=proposed,
    )
    if starts > LAST_DAY and number % 2:
        return run  # still waits for the coordinator
    coordinator = staff.coordinators[quadrant]
    agreed = at(working_days_on(proposed.date(), 3), 15)
    run = groups.agree(staff.actor(coordinator), run, agreed_on=agreed.date(), agreed_by=coordinator.name, at=agreed)
    return groups.advertise(actor, run, at=agreed + timedelta(days=1))


def _gap(offered: Offered, area: str) -> str:
    return f"{REASONS.get(offered.topic, 'Nothing like it')} in {area} this term" if offered.offer == COURSE else ""


def _waiting(
    county: County,
    staff: Staff,
    quadrant: str,
    programmes: dict[str, Programme],
    locality: str,
    leader: User,
    number: int,
) -> None:
    """A course for the spring, proposed last week: the coordinator has still to agree."""
    offered = PROGRAMMES[1 + number]
    _planned(county, staff, quadrant, programmes[offered.title], offered, locality, leader, date(2011, 2, 1), 1, None)


def _days(starts: date, sessions: int) -> list[date]:
    """One day a week while schools are open."""
    found, day = list[date](), starts
    while len(found) < sessions:
        if is_school_day(day):
            found.append(day)
        day += timedelta(days=7)
    return found


def _parents(told: list[Told]) -> list[tuple[datetime, Person, object]]:
    families = {one.request.family_id: one.story.came_on for one in told}
    rows = Membership.objects.filter(family__in=families, part=Membership.Part.PARENT).select_related(
        "person", "family"
    )
    return sorted(
        ((families[row.family_id], row.person, row.family) for row in rows), key=lambda one: (one[0], one[1].full_name)
    )


def _held(
    run: Run, actor: Actor, offered: Offered, parents: list[tuple[datetime, Person, object]], random: Random
) -> None:
    booked_at = at(min(run.starts_on - timedelta(days=4), LAST_DAY), 12)
    ready = [(person, family) for came, person, family in parents if came < booked_at]
    guests = random.sample(ready, min(len(ready), random.randint(offered.places // 2, offered.places)))
    keen = {}
    for person, family in guests:
        groups.book(actor, run, person=person, family=family, at=booked_at)  # type: ignore[arg-type]
        keen[person.pk] = random.choices((0.95, 0.7, 0.25), (7, 2, 1))[0]
    for session in groups.plan_sessions(actor, run, starts=[], minutes=120, at=booked_at):
        if keen and session.starts_at.date() <= LAST_DAY and not _left_for_visitors(run, session.starts_at.date()):
            present = {person: random.random() < will for person, will in keen.items()}
            groups.mark(actor, session, present=present, at=session.starts_at + timedelta(hours=3))
    if keen and offered.offer == COURSE and run.starts_on <= LAST_DAY:
        _measured(run, actor, keen, random)


def _left_for_visitors(run: Run, day: date) -> bool:
    """Registers of the last week of term in one locality stay unmarked, so that a visitor may mark one."""
    return run.area.code == "tendring" and day >= LAST_WEEK


def _measured(run: Run, actor: Actor, keen: dict[UUID, float], random: Random) -> None:
    """What the parents scored at the first session and, once the course has ended, at the last; a few were not asked twice."""
    first = {person: {o: Decimal(random.randint(4, 12)) for o in run.programme.outcomes} for person in keen}
    groups.measure(actor, run, point="start", taken_on=run.starts_on, scores=first, at=at(run.starts_on, 13))
    if run.ends_on > LAST_DAY:
        return
    last = {
        person: {o: min(Decimal(20), max(Decimal(0), score + random.choice(GAINS))) for o, score in scores.items()}
        for person, scores in first.items()
        if random.random() < keen[person]
    }
    if last:
        groups.measure(actor, run, point="end", taken_on=run.ends_on, scores=last, at=at(run.ends_on, 13))
