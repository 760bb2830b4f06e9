"""The shared world stands, and its people reach what they should."""

from datetime import date

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, area_key
from tests.fixtures.world import SERVICE, World


def test_the_quadrants_and_localities_come_from_the_contract(world: World) -> None:
    assert Area.objects.of_level(SERVICE, "quadrant", date(2010, 4, 1)).count() == 4
    assert Area.objects.of_level(SERVICE, "locality", date(2010, 4, 1)).count() == 20


def test_people_reach_their_own_patch_only(world: World, alice: Actor, bob: Actor, carol: Actor, dave: Actor) -> None:
    tendring = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"), team=world.teams["tendring"].id)
    assert alice.can(Permission.VIEW_FAMILY, tendring)
    assert bob.can(Permission.ALLOCATE_CASE, tendring)
    assert not alice.can(Permission.ALLOCATE_CASE, tendring)
    assert not carol.can(Permission.VIEW_FAMILY, tendring)
    assert not dave.can(Permission.VIEW_FAMILY, tendring)
