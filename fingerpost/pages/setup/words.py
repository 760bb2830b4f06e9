"""What a role and its reach are called on a page."""

from collections.abc import Iterable
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.commands.grants import GIVEN_FOR
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.roles import roles_in_force
from fingerpost.ground.places.models import Area
from fingerpost.language.roles import Role

INSTALLATION = "This installation"


def way_of(reach: str) -> str:
    """What a reach of roles.yaml is called on a page."""
    return "Everywhere" if reach == "platform" else str(GIVEN_FOR[reach].label)


class Names:
    """Names of services, areas and roles, read as they are needed: one query for each kind, and the roles of each service."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._services: dict[str, str] = {}
        self._areas: dict[tuple[str, str], str] = {}

    def service(self, key: str) -> str:
        """The title of the service; the installation's for none."""
        if not self._services:
            self._services = dict(Agreement.objects.values_list("key", "title"))
        return self._services.get(key, key.replace("_", " ").capitalize()) if key else INSTALLATION

    def role(self, service: str, key: str) -> str:
        """What the service calls the role."""
        known: Role | None = roles_in_force(service, self.on).get(key)
        return known.label if known else f"{key.replace('_', ' ').capitalize()} (no such role any more)"

    def reach(self, grant: Grant) -> str:
        """How far the grant reaches, in words: the team and the area by their names."""
        match grant.reach:
            case Grant.Reach.TEAM:
                words = str(grant.team)
            case Grant.Reach.AREA:
                words = self._area(grant.service, grant.area)
            case Grant.Reach.OWN:
                words = "Their own families"
            case Grant.Reach.ORGANISATION:
                words = "Their organisation"
            case Grant.Reach.PLATFORM:
                words = "Everywhere"
            case _:
                words = "The whole service"
        return f"{words}, restricted families too" if grant.restricted else words

    def whole(self, grant: Grant) -> str:
        """`Caseworker, Tendring`: the role with its reach."""
        return f"{self.role(grant.service, grant.role)} ({self.reach(grant)})"

    def _area(self, service: str, code: str) -> str:
        if not self._areas:
            self._areas = {
                (scheme, code): name for scheme, code, name in Area.objects.values_list("scheme", "code", "name")
            }
        return self._areas.get((service, code), code)


def by_person(grants: Iterable[Grant]) -> dict[object, list[Grant]]:
    """The grants of each person, in the order in which they come."""
    found: dict[object, list[Grant]] = {}
    for grant in grants:
        found.setdefault(grant.user_id, []).append(grant)
    return found
