"""Stories of families, invented before anything is written down: who they are, when they came, how it went."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from fingerpost.demo.world import names
from fingerpost.demo.world.county import County, pupil_number
from fingerpost.demo.world.days import (
    FIRST_DAY,
    LAST_DAY,
    TODAY,
    at,
    friday_of,
    in_office_hours,
    is_school_day,
    working_day,
    working_days_on,
)
from fingerpost.people.schooling.models import School

GROUPS = {
    "young_carer": 6,
    "disabled_child": 5,
    "special_educational_needs": 12,
    "domestic_abuse": 6,
    "gypsy_roma_traveller": 2,
    "child_in_care": 2,
    "teenage_parent": 1,
}
OTHER_NEEDS = ("learning", "feelings_and_behaviour", "family_relationships", "housing", "money_and_work", "community")
# Of a hundred requests that reach the service.
ROUTES = {"attendance": 66, "exclusion": 15, "forecast": 9, "too_high": 5, "too_low": 3, "no_need": 2}
IMPROVING = {"mid": 0.86, "north_east": 0.82, "south": 0.84, "west": 0.74}
REASONS = {"needs_met": 66, "referred_on": 14, "disengaged": 15, "moved_away": 5}
SESSIONS = {4: 2, 5: 7, 6: 28, 7: 31, 8: 19, 9: 8, 10: 5}
EXTENDED_ABOVE = 6


@dataclass
class Child:
    """A child as invented. Rates are percent of half-days attended, before and while the advisor works with the family."""

    first_name: str
    last_name: str
    born_on: date
    sex: str
    upn: str
    before: float
    during: float
    drop_from: date | None = None  # attendance went down on this day, for a family that is forecast
    drop_to: float = 0
    excluded_on: list[tuple[date, int, str]] = field(default_factory=list)  # day, half-days, reason
    gone_on: date | None = None


@dataclass
class Visit:
    """One contact that happened, and when it was written down."""

    at: datetime
    written_at: datetime
    kind: str
    minutes: int
    attended: bool = True


@dataclass
class Story:
    """One family from the day it was referred."""

    number: int
    locality: str
    school: School
    route: str
    came_on: datetime
    parent_first: str
    parent_last: str
    lines: str
    postcode: str
    phone: str
    children: list[Child]
    groups: list[str]
    assessed_on: date | None
    assessed_later_on: date | None
    may_tell_school: bool | None
    decided_at: datetime
    allocated_at: datetime
    visits: list[Visit] = field(default_factory=list)
    works_until: date = TODAY  # the last planned visit
    next_visit: date | None = None
    extended: bool = False
    reason: str = "needs_met"
    improves: bool = True
    from_school: bool = True
    is_mother: bool = True

    @property
    def names(self) -> dict[str, str]:
        """What the sentences about them need."""
        she, her = ("she", "her") if self.is_mother else ("he", "his")
        child = self.children[0].first_name
        return {"parent": self.parent_first, "child": child, "school": self.school.name, "she": she, "her": her}


def invent(county: County, quadrant: str, how_many: int, random: Random) -> Iterator[Story]:
    """Stories of a quadrant in the order in which they begin."""
    serial = 0
    for number, day in enumerate(_days_of_referral(how_many, random)):
        story = _story(county, quadrant, number, day, serial, random)
        serial += len(story.children)
        yield story


def _days_of_referral(how_many: int, random: Random) -> list[date]:
    """Most come while schools are open; few in the holidays; April and May fill the new caseloads."""
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    days = [day for day in days if working_day(day) == day]
    weights = [
        (4.0 if day < date(2010, 6, 20) else 1.5 if day < date(2010, 12, 1) else 1.9)
        * (1 if is_school_day(day) else 0.15)
        for day in days
    ]
    return sorted(random.choices(days, weights, k=how_many))


def _story(county: County, quadrant: str, number: int, day: date, serial: int, random: Random) -> Story:
    locality = _one_of(dict(zip(county.localities[quadrant], (24, 24, 24, 14, 14), strict=True)), random)
    school = random.choice(county.schools[locality])
    route = _one_of(ROUTES, random)
    last = random.choice(names.LAST)
    improves = random.random() < IMPROVING.get(quadrant, 0.8)
    came_on = in_office_hours(day, random)
    children = [
        _child(school, last, route if n == 0 else "attendance", improves, day, serial + n, random)
        for n in range(random.choices((1, 2, 3), (74, 21, 5))[0])
    ]
    assessed = day - timedelta(days=random.randint(3, 70)) if random.random() < 0.62 else None
    later = working_days_on(day, random.randint(6, 30)) if assessed is None and random.random() < 0.86 else None
    decided_at = in_office_hours(working_days_on(friday_of(day), random.randint(1, 3)), random)
    is_mother = random.random() < 0.85
    story = Story(
        number=number,
        locality=locality,
        school=school,
        route=route,
        came_on=came_on,
        parent_first=random.choice(names.WOMEN if is_mother else names.MEN),
        parent_last=last if random.random() < 0.88 else random.choice(names.LAST),
        lines=names.a_street(random),
        postcode=random.choice(county.postcodes[locality]),
        phone=names.a_telephone(random),
        children=children,
        groups=[group for group, share in GROUPS.items() if random.random() * 100 < share],
        assessed_on=assessed,
        assessed_later_on=later,
        may_tell_school=random.choices((True, False, None), (87, 8, 5))[0],
        decided_at=decided_at,
        allocated_at=decided_at,
        improves=improves,
        from_school=random.random() < 0.85,
        is_mother=is_mother,
    )
    begins = max(decided_at.date(), later) if later else decided_at.date()
    story.allocated_at = in_office_hours(working_days_on(begins, random.randint(1, 4)), random, earliest=10)
    _plan_work(story, random)
    return story


def _child(school: School, last: str, route: str, improves: bool, came_on: date, serial: int, random: Random) -> Child:
    is_girl = random.random() < 0.47
    age = random.uniform(4.6, 10.8) if school.phase == "primary" else random.uniform(11.2, 15.6)
    born = came_on - timedelta(days=int(age * 365.25))
    entered = born.year + (5 if school.phase == "primary" else 11)
    before, during, dropped = _rates(route, improves, random)
    child = Child(
        first_name=names.a_girl(random) if is_girl else names.a_boy(random),
        last_name=last,
        born_on=born,
        sex="F" if is_girl else "M",
        upn=pupil_number(school, entered, serial % 1000),
        before=before,
        during=during,
    )
    if route == "forecast":
        child.drop_from, child.drop_to = came_on - timedelta(days=24), dropped
    _exclude(child, route, improves, came_on, random)
    return child


def _rates(route: str, improves: bool, random: Random) -> tuple[float, float, float]:
    """Percent attended before and during the work, and (forecast) what it had fallen to."""
    before = {
        "attendance": lambda: random.triangular(81.5, 89.3, 86.5),
        "forecast": lambda: random.uniform(96.5, 98.5),
        "exclusion": lambda: random.uniform(90.5, 96),
        "too_high": lambda: random.uniform(93, 98),
        "too_low": lambda: random.uniform(58, 76),
        "no_need": lambda: random.triangular(82, 89, 86),
    }[route]()
    absent = 100 - before
    left = random.uniform(0.2, 0.5) if improves else random.uniform(0.75, 1.3)
    return before, 100 - absent * left, random.uniform(76, 86)


def _exclude(child: Child, route: str, improves: bool, came_on: date, random: Random) -> None:
    """Exclusions before the family came and, for some, again."""
    how_many = random.choices((1, 2), (7, 3))[0] if route == "exclusion" else int(random.random() < 0.12)
    for _ in range(how_many):
        _excluded(child, came_on - timedelta(days=random.randint(2, 60)), random)
    if how_many and random.random() < (0.28 if improves else 0.6):
        _excluded(child, came_on + timedelta(days=random.randint(20, 150)), random)


def _excluded(child: Child, day: date, random: Random) -> None:
    while not is_school_day(day):
        day += timedelta(days=1)
    if day <= LAST_DAY and day not in [one[0] for one in child.excluded_on]:
        length = random.choice((1, 2, 2, 2, 4, 4, 6, 10))
        child.excluded_on.append((day, length, random.choice(("DB", "VA", "VP", "PP", "PA", "BU", "DM", "OT"))))


def _plan_work(story: Story, random: Random) -> None:
    """Visits from allocation on: about six in three months, some missed, and calls between."""
    story.reason = _one_of(REASONS, random) if story.improves else _one_of({**REASONS, "disengaged": 34}, random)
    sessions = _one_of(SESSIONS, random) - (2 if story.reason == "disengaged" else 0)
    story.extended = sessions > EXTENDED_ABOVE
    day = working_days_on(story.allocated_at.date(), random.randint(2, 7))
    held = 0
    while held < max(sessions, 2):
        if day > LAST_DAY:
            story.next_visit = day
            break
        attended = random.random() > (0.4 if story.reason == "disengaged" else 0.1)
        _visit(story, day, "casework_session", attended, random)
        held += attended
        if random.random() < 0.3:
            _between(story, day, random)
        gap = random.triangular(6, 17, 9) + (18 if date(2010, 7, 22) < day < date(2010, 8, 20) else 0)
        day = working_day(day + timedelta(days=int(gap)))
    story.works_until = max((v.at.date() for v in story.visits), default=story.allocated_at.date())
    if story.next_visit is None and story.works_until > TODAY - timedelta(days=21):
        story.next_visit = working_day(TODAY + timedelta(days=random.randint(3, 20)))
    if story.reason == "moved_away" and random.random() < 0.5:
        for child in story.children:
            child.gone_on = story.allocated_at.date() - timedelta(days=3)


def _visit(story: Story, day: date, kind: str, attended: bool, random: Random) -> None:
    when = in_office_hours(day, random, earliest=9, latest=16)
    minutes = random.choice((40, 45, 50, 60, 60, 60, 75, 90)) if attended else random.choice((10, 15, 20))
    written = at(day, 17, random.randint(0, 50))
    slow = random.random()
    if slow < 0.03:
        written = at(working_days_on(day, random.randint(8, 16)), 11, random.randint(0, 50))
    elif slow < 0.2:
        written = at(working_days_on(day, 1), 9, random.randint(0, 50))
    if written.date() > LAST_DAY:
        written = at(day, 17, 55)
    story.visits.append(Visit(when, written, kind, minutes, attended))


def _between(story: Story, day: date, random: Random) -> None:
    """A call, a letter or a meeting a few days after a visit."""
    later = working_days_on(day, random.randint(1, 5))
    if later > LAST_DAY:
        return
    kind = _one_of(
        {
            "phone_call": 55,
            "text_message": 14,
            "school_meeting": 16,
            "letter": 6,
            "family_meeting": 6,
            "chance_meeting": 3,
        },
        random,
    )
    _visit(story, later, kind, True, random)
    story.visits[-1].minutes = {"phone_call": 10, "text_message": 5, "letter": 15}.get(kind, 50)


def _one_of(weights: dict[str, int] | dict[int, int], random: Random):  # type: ignore[no-untyped-def]
    return random.choices(list(weights), list(weights.values()))[0]
