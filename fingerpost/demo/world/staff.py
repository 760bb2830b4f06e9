"""Everybody who signs in: advisors, seniors, managers, commissioners, coordinators and the schools' own people."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random

from fingerpost.demo.world import names
from fingerpost.demo.world.county import ESSEX, SYSTEM, THURROCK, County
from fingerpost.demo.world.days import FIRST_DAY, SET_UP
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.people.schooling.models import School
from fingerpost.work.workforce import commands as workforce

FULL_TIME = Decimal(37)
ADVISORS_EACH = (2, 2, 2, 1, 1)  # by locality of a quadrant: 8 a quadrant, 32 in all
SERVICE, OWN, TEAM, AREA = Grant.Reach.SERVICE, Grant.Reach.OWN, Grant.Reach.TEAM, Grant.Reach.AREA


@dataclass(frozen=True)
class Named:
    """Somebody whom visitors may become."""

    name: str
    introduction: str


ADVISORS = {
    "tendring": Named(
        "Maya Thorley",
        "Works with about ten families in Tendring. Open My work, record a visit, and see what they may close and what "
        "supervision must agree first. Open Groups and mark a register on a telephone.",
    ),
    "colchester": Named(
        "Dan Overy",
        "Works in Colchester, in the same team. Look for a family of Tendring: they cannot see it. Send an outcome letter "
        "that is late.",
    ),
}
SENIORS = {
    "north_east": Named(
        "Ruth Saffron",
        "Leads the eight advisors of the North East. Decide a new request and read the reasons, give a family to an advisor, "
        "hold a supervision meeting.",
    )
}
COORDINATORS = {
    "north_east": Named(
        "Iris Langham",
        "Locality Parenting Coordinator for the North East. Agree the courses and workshops that need agreement, and see where "
        "there are none. They never meet a family.",
    )
}
REFERRER = Named(
    "Nadia Plume",
    "Attendance officer of a primary school in Tendring. Refer a family in five minutes, and see what came of the others.",
)
SERVICE_MANAGER = Named(
    "Grace Wendon",
    "Manages the service. Open the contract on one page, see which figures will be missed, assemble the December return, "
    "load a list of attendance.",
)
COMMISSIONER = Named(
    "Tom Aldous",
    "Extended Services Development Manager at the council. Read the September return, agree a reading, open a figure. "
    "They never meet a family.",
)
SAFEGUARDING_LEAD = Named(
    "Edith Calloway",
    "Safeguarding lead. A concern came in this night and needs them: read it, decide, record the referral. Restrict a "
    "family, and see that Ruth no longer finds it.",
)
QUALITY_ASSURER = Named(
    "Hazel Brightwell",
    "Reads a few records that chance has drawn, and writes what they find. They see no other family.",
)
ADMINISTRATOR = Named(
    "Sol Marden", "Looks after the system for every service: people, roles and contracts. Meets no family."
)
THURROCK_MANAGER = Named(
    "Priya Orsett",
    "Manages the second service, in Thurrock. The same pages under another contract, with no families yet.",
)
THURROCK_COMMISSIONER = Named("Joan Purleigh", "Commissions the second service. Compare its clauses and readings.")


@dataclass
class Staff:
    """People by what they do. Advisors by locality, seniors and coordinators by quadrant, referrers by school."""

    advisors: dict[str, list[User]] = field(default_factory=dict)
    seniors: dict[str, User] = field(default_factory=dict)
    coordinators: dict[str, User] = field(default_factory=dict)
    referrers: dict[str, User] = field(default_factory=dict)
    service_manager: User = None  # type: ignore[assignment]
    commissioner: User = None  # type: ignore[assignment]
    assurer: User = None  # type: ignore[assignment]
    safeguarding_lead: User = None  # type: ignore[assignment]
    away: dict[object, tuple[date, date]] = field(default_factory=dict)  # by user: first and last day
    _actors: dict[object, Actor] = field(default_factory=dict)

    def is_away(self, user: User, day: date) -> bool:
        first, last = self.away.get(user.pk, (date.max, date.min))
        return first <= day <= last

    def actor(self, user: User) -> Actor:
        """The user as actor; their grants are read once."""
        if user.pk not in self._actors:
            self._actors[user.pk] = Actor.of(user)
        return self._actors[user.pk]


def build(county: County, random: Random) -> Staff:
    hiring = _Hiring(random)
    staff = Staff()
    for quadrant, codes in county.localities.items():
        team = county.teams[quadrant]
        for code, number in zip(codes, ADVISORS_EACH, strict=True):
            staff.advisors[code] = [_advisor(hiring, county, code, team, first=n == 0) for n in range(number)]
        staff.seniors[quadrant] = _senior(hiring, county, quadrant, team)
        staff.coordinators[quadrant] = _coordinator(hiring, county, quadrant)
    for code, schools in county.schools.items():
        staff.referrers[schools[0].code] = _referrer(hiring, schools[0], code)
    staff.service_manager = _leader(
        hiring, SERVICE_MANAGER, "Service manager", county.provider, "service_manager", ESSEX
    )
    staff.commissioner = _leader(
        hiring, COMMISSIONER, "Extended Services Development Manager", county.council, "commissioner", ESSEX
    )
    staff.safeguarding_lead = _leader(
        hiring, SAFEGUARDING_LEAD, "Safeguarding lead", county.provider, "safeguarding_lead", ESSEX
    )
    staff.assurer = _leader(hiring, QUALITY_ASSURER, "Quality assurer", county.council, "quality_assurer", ESSEX)
    boss = hiring.person(ADMINISTRATOR, "System administrator", county.council)
    hiring.grant(boss, "administrator", Grant.Reach.PLATFORM, "")
    return staff


class _Hiring:
    """Gives names nobody else has, and writes people down."""

    def __init__(self, random: Random) -> None:
        self.random = random
        named = [*ADVISORS.values(), *SENIORS.values(), *COORDINATORS.values(), REFERRER, SERVICE_MANAGER, COMMISSIONER]
        named += [QUALITY_ASSURER, SAFEGUARDING_LEAD]
        self._taken = {one.name.split()[-1] for one in [*named, ADMINISTRATOR, THURROCK_MANAGER, THURROCK_COMMISSIONER]}

    def name(self) -> str:
        first = self.random.choice(names.WOMEN if self.random.random() < 0.82 else names.MEN)
        last = self.random.choice([name for name in names.LAST if name not in self._taken])
        self._taken.add(last)
        return f"{first} {last}"

    def person(self, named: Named | None, job_title: str, organisation: Organisation | None) -> User:
        name = named.name if named else self.name()
        return access.add_user(
            SYSTEM,
            PLATFORM,
            email=f"{name.replace(' ', '.').lower()}@example.org",
            name=name,
            job_title=job_title,
            organisation=organisation,
            introduction=named.introduction if named else "",
            at=SET_UP,
        )

    def grant(
        self, user: User, role: str, reach: Grant.Reach, service: str, *, team: Team | None = None, area: str = ""
    ) -> None:
        access.grant(
            SYSTEM, PLATFORM, user=user, role=role, reach=reach, service=service, team=team, area=area, at=SET_UP
        )


def _advisor(hiring: _Hiring, county: County, code: str, team: Team, *, first: bool) -> User:
    user = hiring.person(ADVISORS.get(code) if first else None, "Parent Support Advisor", county.provider)
    hiring.grant(user, "caseworker", OWN, ESSEX)
    hiring.grant(user, "caseworker", AREA, ESSEX, area=code)
    _post(user, "parent_support_advisor", team, county, code)
    return user


def _senior(hiring: _Hiring, county: County, quadrant: str, team: Team) -> User:
    user = hiring.person(SENIORS.get(quadrant), "Senior Parent Support Advisor", county.provider)
    hiring.grant(user, "supervisor", TEAM, ESSEX, team=team)
    _post(user, "senior_parent_support_advisor", team, county, quadrant)
    return user


def _post(user: User, role: str, team: Team, county: County, area: str) -> None:
    workforce.appoint(
        SYSTEM,
        Scope.of(service=ESSEX, team=team.pk),
        service=ESSEX,
        role=role,
        user=user,
        team=team,
        area=county.areas[area],
        hours=FULL_TIME,
        full_time_hours=FULL_TIME,
        since=FIRST_DAY,
        at=SET_UP,
    )


def _coordinator(hiring: _Hiring, county: County, quadrant: str) -> User:
    user = hiring.person(COORDINATORS.get(quadrant), "Locality Parenting Coordinator", county.council)
    for locality in county.localities[quadrant]:
        hiring.grant(user, "parenting_coordinator", AREA, ESSEX, area=locality)
    return user


def _referrer(hiring: _Hiring, school: School, locality: str) -> User:
    body = access.add_organisation(
        SYSTEM, PLATFORM, key=f"school_{school.code}", name=school.name, kind="school", at=SET_UP
    )
    user = hiring.person(REFERRER if locality == "tendring" else None, "Attendance officer", body)
    hiring.grant(user, "referrer", OWN, ESSEX)
    return user


def _leader(
    hiring: _Hiring, named: Named, job_title: str, organisation: Organisation | None, role: str, service: str
) -> User:
    user = hiring.person(named, job_title, organisation)
    hiring.grant(user, role, SERVICE, service)
    return user


def build_thurrock(at: datetime = SET_UP) -> None:
    """A manager and a commissioner for the second service."""
    hiring = _Hiring(Random(0))
    provider = access.add_organisation(
        SYSTEM, PLATFORM, key="buddies_of_thurrock", name="Thurrock Buddies", kind="provider", at=at
    )
    council = Organisation.objects.filter(key="thurrock_council").first()
    _leader(hiring, THURROCK_MANAGER, "Service manager", provider, "service_manager", THURROCK)
    _leader(hiring, THURROCK_COMMISSIONER, "Public health commissioner", council, "commissioner", THURROCK)
