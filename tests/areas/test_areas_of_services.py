"""Two services whose contracts give their areas the same codes never meet; an area is the service's own."""

from collections.abc import Mapping
from datetime import date

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import Area, WorkDay, area_key
from fingerpost.ground.places.queries import area_of
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.people.families.models import Address, Family
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.home import home_area_of, team_of
from fingerpost.work.referrals.queries import queue
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.referrals import received
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

OTHER = "westshire_parent_support_advisors"
AT, ON = moment(2010, 6, 1), date(2010, 6, 1)


def adopted(sources: Mapping[str, str], since: date | None = None) -> None:
    contracts.adopt(SYSTEM, PLATFORM, sources=sources, in_force_from=since, at=AT)


@pytest.fixture
def other(world: World) -> Team:
    """A second service under a contract of the same areas, with a team that works its own Tendring."""
    sources = {name: text.replace(SERVICE, OTHER) for name, text in read_folder(CONTRACT).items()}
    adopted(sources)
    body = Organisation.objects.get(key="education_welfare")
    team = Team.objects.create(organisation=body, service=OTHER, key="tendring", name="Westshire Tendring")
    area = Area.objects.get(pk=area_key(OTHER, "tendring"))
    places.assign_patch(SYSTEM, Scope.of(service=OTHER), team=team, area=area, since=date(2010, 4, 1), at=AT)
    return team


def test_a_second_service_has_areas_of_its_own_under_the_same_codes(world: World, other: Team) -> None:
    for service in (SERVICE, OTHER):
        ours = Area.objects.of_level(service, "locality", ON)
        assert (ours.count(), {area.parent.scheme for area in ours if area.parent}) == (20, {service})
    assert Area.objects.filter(code="tendring").count() == 2
    places.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=AT)
    places.place_postcodes(SYSTEM, PLATFORM, service=OTHER, areas={"CO15 4JX": "colchester"}, at=AT)
    assert places_of("CO15 4JX") == {SERVICE: "tendring", OTHER: "colchester"}


def places_of(postcode: str) -> dict[str, str]:
    found = {service: area_of(service, postcode) for service in (SERVICE, OTHER)}
    return {service: area.code for service, area in found.items() if area}


def test_each_service_has_its_own_team_in_its_area(world: World, other: Team) -> None:
    ours, theirs = (team_of(area_key(service, "tendring"), ON) for service in (SERVICE, OTHER))
    assert ours
    assert theirs
    assert (ours.team, theirs.team) == (world.teams["tendring"], other)


def test_an_advisor_of_one_tendring_meets_no_family_of_the_other(world: World, other: Team) -> None:
    user = User.objects.create_user("theirs@example.org", name="Theirs")
    Grant.objects.create(user=user, role="caseworker", reach="area", service=OTHER, area="tendring")
    theirs, alice = Actor.of(user), world.actor("alice")
    request = received(household(), alice, at=AT)
    assert [one.ref for one in queue(alice, SERVICE, on=ON)] == [request.ref]
    assert not Family.objects.visible_to(theirs).exists()
    assert theirs.keys(Permission.VIEW_FAMILY) >= {f"area:{OTHER}/tendring"}
    assert not theirs.can(Permission.VIEW_FAMILY, request)


def test_a_home_in_the_scheme_of_one_service_is_placed_in_the_other_by_its_postcode(world: World, other: Team) -> None:
    home = household()
    assert home_area_of(home.family, service=SERVICE, level="locality", on=ON) == world.area("tendring")
    assert home_area_of(home.family, service=OTHER, level="locality", on=ON) is None
    places.place_postcodes(SYSTEM, PLATFORM, service=OTHER, areas={"CO15 4JX": "colchester"}, at=AT)
    Address.objects.filter(person=home.parent).update(postcode="CO15 4JX")
    there = home_area_of(home.family, service=OTHER, level="locality", on=ON)
    assert there
    assert there.key == area_key(OTHER, "colchester")


def test_figures_of_one_service_count_nothing_in_the_areas_of_the_other(world: World, other: Team) -> None:
    for service, number in ((SERVICE, 2), (OTHER, 3)):
        for place in range(number):
            family = Family.objects.create(ref=f"F-{service[:2]}{place}", name="A family", recorded_at=AT)
            Case.objects.create(
                ref=f"C-{service[:2]}{place}",
                service=service,
                family=family,
                home_area_id=area_key(service, "tendring"),
                opened_at=AT,
                recorded_at=AT,
            )
    for service, number in ((SERVICE, 2), (OTHER, 3)):
        found = evaluate(
            service,
            "families_reached",
            actor=SYSTEM,
            period=Period(date(2010, 4, 1), date(2010, 12, 31)),
            as_known_at=moment(2011, 1, 10),
            by=("quadrant", "locality"),
        )
        members = {(one.dimension, one.member): one.numerator for one in found.breakdowns if one.numerator}
        assert members == {("quadrant", "north_east"): number, ("locality", "tendring"): number}


def test_a_later_version_renames_adds_and_closes_areas(world: World) -> None:
    sources = dict(read_folder(CONTRACT))
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("version: 1", "version: 2")
    areas = sources["areas.yaml"].replace("{name: Tendring}", "{name: Tendring and Frinton}")
    sources["areas.yaml"] = areas.replace("    harwich_quay: {name: Harwich Quay}\n", "    frinton: {name: Frinton}\n")
    home = household(locality="harwich_quay")
    adopted(sources, since=date(2010, 10, 1))
    rows = {row.code: row for row in Area.objects.filter(scheme=SERVICE)}
    assert (rows["tendring"].name, rows["frinton"].parent_id) == (
        "Tendring and Frinton",
        area_key(SERVICE, "north_east"),
    )
    assert rows["harwich_quay"].closed_on == date(2010, 10, 1)
    assert home_area_of(home.family, service=SERVICE, level="locality", on=ON) == rows["harwich_quay"]
    offered = Area.objects.of_level(SERVICE, "locality", date(2010, 10, 1)).values_list("code", flat=True)
    assert "harwich_quay" not in offered
    assert "frinton" in offered


def test_adopting_loads_the_working_days_of_the_contracts_country(world: World) -> None:
    sources = {name: text.replace(SERVICE, OTHER) for name, text in read_folder(CONTRACT).items()}
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("jurisdiction: England", "jurisdiction: Scotland")
    sources.pop("examples.yaml")  # they count England's bank holidays
    assert not WorkDay.objects.filter(calendar="scotland").exists()
    adopted(sources)
    assert not WorkDay.objects.get(calendar="scotland", day=date(2012, 1, 2)).is_working
