"""The roles that may be held in a service: the product's, called and changed as the contract in force says, and its own.

What a contract says is kept with the day from which it holds; what follows from it is worked out once in a process.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from fingerpost.ground.access.command import read_once
from fingerpost.ground.history.tracking import tracked
from fingerpost.language.permissions import Permission
from fingerpost.language.roles import Role, roles_of, shipped
from fingerpost.language.schema import RoleWords

RESTRICTED = "restricted"
"""Stands among the permissions that wait where a role is to reach restricted families."""


@tracked()
class ServiceRoles(models.Model):
    """What a contract says of the roles of its service, from a day on.

    What it would let somebody do who holds the role already, and could not before, waits until a second person has agreed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    since = models.DateField()
    number = models.PositiveIntegerField(help_text="The version of the contract.")
    words = models.JSONField(help_text="roles.yaml: key of a role to what is said of it.")
    waiting = models.JSONField(
        default=dict, help_text="Key of a role to the permissions that wait for a second person."
    )
    adopted_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager["ServiceRoles"]] = models.Manager()

    class Meta:
        app_label = "access"
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="roles_of_a_version_once")]
        indexes = [models.Index(fields=["service", "since"], name="roles_service_since")]

    def __str__(self) -> str:
        return f"Roles of {self.service}, version {self.number}"

    @property
    def waits(self) -> bool:
        """Whether anything in it waits for a second person."""
        return bool(self.waiting) and self.agreed_at is None


# The day of a service is its own in a demonstration. `{service}` is a column, or a place for its key.
_DAY = (
    "coalesce((SELECT d.day FROM access_demonstrationday d WHERE d.service = {service}), %(today)s)"
    if settings.DEMONSTRATION
    else "%(today)s"
)
_LATEST = """SELECT s.id, (s.waiting <> '{{}}' AND s.agreed_at IS NULL) AS waits FROM access_serviceroles s
WHERE s.service = {service} AND s.since <= {day} ORDER BY s.since DESC, s.number DESC LIMIT 1"""
OF_A_GRANT = _LATEST.format(service="g.service", day=_DAY.format(service="g.service"))
"""Which words hold for a grant `g`, and whether some of them wait: as a part of another statement, with `today`."""

_OF_EVERY_SERVICE = """SELECT DISTINCT ON (s.service) s.service, s.id, s.waiting <> '{}' AND s.agreed_at IS NULL
FROM access_serviceroles s WHERE s.since <= %s AND (%s = '' OR s.service = %s) ORDER BY s.service, s.since DESC, s.number DESC"""


def roles_in_force(service: str, on: date) -> Mapping[str, Role]:
    """Every role that may be held in the service on the day, by key; of no service, the product's. One query, once in an act."""
    return _in_force(on, service).get(service, shipped()) if service else shipped()


def giving(permission: Permission, on: date, service: str = "") -> Q:
    """The grants whose role gives the permission on the day; only those of one service where it is named. One query, once in an
    act."""
    changed = _in_force(on, service)
    found = Q(role__in=_that_give(shipped(), permission, on)) & ~Q(service__in=list(changed))
    for key, roles in changed.items():
        found |= Q(service=key, role__in=_that_give(roles, permission, on))
    return found & Q(service=service) if service else found


def _that_give(roles: Mapping[str, Role], permission: Permission, on: date) -> list[str]:
    return [key for key, role in roles.items() if permission in role.can and role.is_held_on(on)]


def _in_force(on: date, service: str) -> dict[str, Mapping[str, Role]]:
    """The roles of each service whose contract says something of them, or of one."""

    def read() -> dict[str, Mapping[str, Role]]:
        with connection.cursor() as cursor:
            cursor.execute(_OF_EVERY_SERVICE, [on, service, service])
            return {key: as_read(found, waits) for key, found, waits in cursor.fetchall()}

    return read_once(("roles in force", service, on), read)


@lru_cache(maxsize=256)
def as_read(words: uuid.UUID, waits: bool) -> Mapping[str, Role]:
    """The roles that a row of ServiceRoles comes to; without what waits, as long as it does. Read once in a process."""
    row = ServiceRoles.objects.get(pk=words)
    roles = roles_of(words_of(row.words))
    return {key: _without(role, row.waiting.get(key, [])) for key, role in roles.items()} if waits else roles


def words_of(kept: Mapping[str, Any]) -> dict[str, RoleWords]:
    """The words of roles.yaml as they were kept."""
    return {key: RoleWords.model_validate_json(json.dumps(one)) for key, one in kept.items()}


def _without(role: Role, waiting: list[str]) -> Role:
    can = frozenset(one for one in role.can if one not in waiting)
    return replace(role, can=can, restricted=role.restricted and RESTRICTED not in waiting)
