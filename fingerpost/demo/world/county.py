"""The county: contracts adopted, its areas, postcodes, school terms, schools, teams and the services around."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from django.conf import settings

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Version
from fingerpost.demo.world import names
from fingerpost.demo.world.days import FIRST_DAY, SCHOOLS, SET_UP, TERMS
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Organisation, Team
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.places.terms import load_terms
from fingerpost.language.read import read_folder
from fingerpost.people.families import identity
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.models import School
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Entry

ESSEX, THURROCK = "essex_parent_support_advisors", "thurrock_attachment_and_parenting"
SYSTEM = Actor.system("Set-up")
AUTHORITY = "999"  # a number that no council has
POSTCODE_AREA = "EY"  # letters that no post town has
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
POSTCODES_EACH = 12
SERVICES_AROUND = (
    ("Beacon Young Carers", "young_carers"),
    ("Children's Mental Health Team", "mental_health"),
    ("Early Years Speech Clinic", "speech_and_language"),
    ("Education Welfare Officers", "education_welfare"),
    ("Family Mediation East", "relationships"),
    ("Haven Domestic Abuse Service", "domestic_abuse"),
    ("Housing Advice Desk", "housing"),
    ("Money Advice Bureau", "money"),
    ("School Nursing Team", "health"),
    ("Side by Side Family Centre", "family_centre"),
    ("Targeted Youth Support", "youth"),
)


@dataclass
class County:
    """What the builders need of the county, read once."""

    quadrants: dict[str, Area]
    localities: dict[str, list[str]]  # of each quadrant, by code
    areas: dict[str, Area]
    postcodes: dict[str, list[str]]  # of each locality
    schools: dict[str, list[School]]  # of each locality
    teams: dict[str, Team]
    council: Organisation
    provider: Organisation
    directory: list[Entry] = field(default_factory=list)


def adopt(key: str) -> Version:
    folder = Path(settings.BASE_DIR) / "contracts" / key
    return contracts.adopt(SYSTEM, PLATFORM, sources=read_folder(folder), at=SET_UP)


def build(random: Random) -> County:
    """Everything that stands before the first family comes."""
    adopt(ESSEX)
    provider = access.add_organisation(
        SYSTEM, PLATFORM, key="education_welfare", name="Education Welfare Service", kind="provider", at=SET_UP
    )
    council = Organisation.objects.get(key="essex_county_council")
    areas = _areas(ESSEX)
    load_terms(SYSTEM, PLATFORM, calendar=SCHOOLS, terms=TERMS, at=SET_UP)
    quadrants = {code: area for code, area in areas.items() if area.level == "quadrant"}
    localities = {
        code: [c for c, area in areas.items() if area.parent_id == area_key(ESSEX, code)] for code in quadrants
    }
    inner = [code for codes in localities.values() for code in codes]
    return County(
        quadrants=quadrants,
        localities=localities,
        areas=areas,
        postcodes=_postcodes(inner, random),
        schools=_schools(inner, random),
        teams={code: _team(provider, area) for code, area in quadrants.items()},
        council=council,
        provider=provider,
        directory=[_entry(name, kind) for name, kind in SERVICES_AROUND],
    )


def _areas(service: str) -> dict[str, Area]:
    return {area.code: area for area in Area.objects.filter(scheme=service)}


def _postcodes(localities: list[str], random: Random) -> dict[str, list[str]]:
    """Postcodes that the post does not know, a handful for each locality."""
    found: dict[str, list[str]] = {}
    for number, code in enumerate(localities, start=1):
        endings = random.sample([f"{n}{a}{b}" for n in range(1, 10) for a in INWARD for b in INWARD], POSTCODES_EACH)
        found[code] = [f"{POSTCODE_AREA}{number} {ending}" for ending in sorted(endings)]
    places.place_postcodes(
        SYSTEM, PLATFORM, service=ESSEX, areas={key: code for code, keys in found.items() for key in keys}, at=SET_UP
    )
    return found


def _schools(localities: list[str], random: Random) -> dict[str, list[School]]:
    """Two in each locality, a primary school and, in every second one, a secondary."""
    bodies = random.sample(names.BODIES, 2 * len(localities))
    found: dict[str, list[School]] = {}
    for number, code in enumerate(localities):
        kinds = ("primary", "secondary" if number % 2 == 0 else "primary")
        found[code] = [
            _school(bodies[2 * number + place], phase, 2001 + 2 * number + place, code)
            for place, phase in enumerate(kinds)
        ]
    return found


def _school(body: str, phase: str, number: int, area: str) -> School:
    code = f"{AUTHORITY}{number + (2000 if phase == 'secondary' else 0)}"
    name = f"{body} {'Primary School' if phase == 'primary' else 'School'}"
    return schooling.define_school(
        SYSTEM, PLATFORM, code=code, name=name, calendar=SCHOOLS, phase=phase, area=area_key(ESSEX, area), at=SET_UP
    )


def _team(provider: Organisation, quadrant: Area) -> Team:
    team = access.form_team(
        SYSTEM,
        PLATFORM,
        organisation=provider,
        service=ESSEX,
        key=quadrant.code,
        name=f"{quadrant.name} team",
        at=SET_UP,
    )
    scope = Scope.of(service=ESSEX, team=team.pk)
    places.assign_patch(SYSTEM, scope, team=team, area=quadrant, since=FIRST_DAY, at=SET_UP)
    return team


def _entry(name: str, kind: str) -> Entry:
    return directory.add(SYSTEM, Scope.of(service=ESSEX), service=ESSEX, name=name, kind=kind, at=SET_UP)


def pupil_number(school: School, entered: int, serial: int) -> str:
    """A unique pupil number with its check letter, of an authority that gives none out."""
    return identity.upn_with_check_letter(f"{school.code}{entered % 100:02}{serial:03}")


def build_thurrock() -> None:
    """The second agreement, with its clusters and no families."""
    adopt(THURROCK)
    _areas(THURROCK)
