"""Courses, workshops and drop-ins of a quadrant: proposed, agreed with the coordinator, made public, held, with registers."""

from datetime import date, datetime, timedelta
from random import Random

from fingerpost.demo.world.casework import Told
from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import LAST_DAY, at, is_school_day, working_days_on
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Membership, Person
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Programme, Run

# Title, offer of the contract, number of weekly sessions, places.
PROGRAMMES = (
    ("Calm mornings, calm evenings", "parenting_programme", 10, 12),
    ("Stepping stones for parents of teenagers", "parenting_programme", 8, 12),
    ("Talking so that children listen", "parenting_programme", 10, 14),
    ("Dads and children together", "parenting_programme", 8, 10),
    ("Sleep and bedtime", "workshop", 1, 16),
    ("Ready for the big school", "workshop", 2, 16),
    ("Coffee and advice", "drop_in", 6, 20),
)
FIRST_RUNS = (
    date(2010, 4, 26),
    date(2010, 6, 7),
    date(2010, 9, 13),
    date(2010, 10, 4),
    date(2010, 11, 1),
    date(2011, 1, 17),
)


def define(staff: Staff) -> dict[str, Programme]:
    """The programmes that the service offers, by title."""
    actor = staff.actor(staff.service_manager)
    return {
        title: groups.define(
            actor, Scope.of(service=ESSEX), service=ESSEX, offer=offer, title=title, at=at(date(2010, 4, 6))
        )
        for title, offer, _, _ in PROGRAMMES
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
    for number in range(how_many):
        title, offer, sessions, places = PROGRAMMES[number % len(PROGRAMMES)]
        starts = FIRST_RUNS[number % len(FIRST_RUNS)] + timedelta(days=random.randint(0, 4))
        locality = county.localities[quadrant][number % len(county.localities[quadrant])]
        leader = random.choice(staff.advisors[locality])
        run = _planned(county, staff, quadrant, programmes[title], locality, leader, starts, sessions, places, number)
        if run.advertised_at:
            _held(run, staff.actor(leader), offer, parents, places, random)


def _planned(
    county: County,
    staff: Staff,
    quadrant: str,
    programme: Programme,
    locality: str,
    leader: User,
    starts: date,
    sessions: int,
    places: int,
    number: int,
) -> Run:
    actor = staff.actor(leader)
    days = _days(starts, sessions)
    proposed = at(min(starts - timedelta(days=24), LAST_DAY - timedelta(days=9)), 11, 20)
    run = groups.propose(
        actor,
        Scope.of(service=ESSEX, users=[leader.pk]),
        programme=programme,
        area=county.areas[locality],
        starts_on=days[0],
        ends_on=days[-1],
        places=places,
        team=county.teams[quadrant],
        leader=leader,
        gap=f"No place on such a course in {county.areas[locality].name} this term"
        if programme.kind == "programme"
        else "",
        at=proposed,
    )
    groups.plan_sessions(actor, run, starts=[at(day, 9, 30) for day in days], minutes=120, at=proposed)
    if starts > LAST_DAY and number % 2:
        return run  # still waits for the coordinator
    if not run.needs_agreement:
        return groups.advertise(actor, run, at=proposed + timedelta(days=1))
    coordinator = staff.coordinators[quadrant]
    agreed = at(working_days_on(proposed.date(), 3), 15)
    run = groups.agree(staff.actor(coordinator), run, agreed_on=agreed.date(), agreed_by=coordinator.name, at=agreed)
    return groups.advertise(actor, run, at=agreed + timedelta(days=1))


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
    run: Run, actor: Actor, offer: str, parents: list[tuple[datetime, Person, object]], places: int, random: Random
) -> None:
    booked_at = at(min(run.starts_on - timedelta(days=4), LAST_DAY), 12)
    ready = [(person, family) for came, person, family in parents if came < booked_at]
    guests = random.sample(ready, min(len(ready), random.randint(places // 2, places)))
    keen = {}
    for person, family in guests:
        groups.book(actor, run, person=person, family=family, at=booked_at)  # type: ignore[arg-type]
        keen[person.pk] = random.choices((0.95, 0.7, 0.25), (7, 2, 1) if offer != "drop_in" else (2, 4, 4))[0]
    for session in groups.plan_sessions(actor, run, starts=[], minutes=120, at=booked_at):
        if keen and session.starts_at.date() <= LAST_DAY:
            present = {person: random.random() < will for person, will in keen.items()}
            groups.mark(actor, session, present=present, at=session.starts_at + timedelta(hours=3))
