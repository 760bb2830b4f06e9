"""Who is asking: a user with their grants read once, or the system itself."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from fingerpost.ground.access.permissions import MEETS_ROWS, PERMISSIONS, Permission, everyone_of
from fingerpost.ground.history.sight import EVERYTHING, Sight
from fingerpost.language.roles import Role, shipped

if TYPE_CHECKING:
    from fingerpost.ground.access.models import User
    from fingerpost.ground.access.scope import Scope


class HasScope(Protocol):
    """Anything that lies somewhere."""

    @property
    def scope(self) -> "Scope": ...


class NotAllowed(Exception):
    """The actor's grants do not reach this subject with this permission."""


@dataclass(frozen=True)
class Held:
    """One grant as the actor holds it: a role, the key it reaches, whether it reaches restricted rows, and what the role means."""

    role: str
    key: str
    service: str = ""
    restricted: bool = False
    means: Role | None = None

    @property
    def can(self) -> frozenset[Permission]:
        """What the role lets them do: as the contract says, else as the product does."""
        return self.means.can if self.means else PERMISSIONS.get(self.role, frozenset())

    @property
    def label(self) -> str:
        """What the role is called: by the contract's word for it."""
        known = self.means or shipped().get(self.role)
        return known.label if known else ""


@dataclass(frozen=True)
class Actor:
    """Who acts. `id` is None only for the system."""

    id: uuid.UUID | None
    name: str
    held: tuple[Held, ...] = ()
    organisation_id: uuid.UUID | None = None
    is_system: bool = False
    _keys: dict[Permission, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, user: "User") -> "Actor":
        """The user as actor. One query: their grants in force today."""
        return cls(user.pk, user.name, tuple(user.held()), user.organisation_id)

    @classmethod
    def system(cls, name: str = "Fingerpost") -> "Actor":
        """The system acting by schedule or set-up; may do everything."""
        return cls(None, name, is_system=True)

    @property
    def services(self) -> list[str]:
        """Keys of the services in which they hold a role, the first granted first."""
        return list(dict.fromkeys(h.service for h in self.held if h.service))

    @property
    def service(self) -> str:
        """The service they work in first; empty for nobody's."""
        return next(iter(self.services), "")

    @property
    def roles(self) -> list[str]:
        return list(dict.fromkeys(h.role for h in self.held))

    def keys(self, permission: Permission) -> frozenset[str]:
        """The scope keys within which they hold the permission.

        A record on which they are named (`named:…`) is within reach of whatever their roles let them do, restricted or not.
        """
        if permission not in self._keys:
            granted = frozenset(self._reach(permission))
            is_named = self.id and (granted or (permission is Permission.VIEW_RESTRICTED and self.held))
            self._keys[permission] = granted | {f"named:{self.id}"} if is_named else granted
        return self._keys[permission]

    def _reach(self, permission: Permission) -> Iterable[str]:
        for held in self.held:
            if permission in held.can or (permission is Permission.VIEW_RESTRICTED and held.restricted):
                yield held.key
                if permission is Permission.KEEP_RECORD and held.service:
                    yield everyone_of(held.service)

    def has(self, permission: Permission) -> bool:
        """Holds the permission somewhere by a grant; being named on one record is not enough."""
        return self.is_system or any(True for _ in self._reach(permission))

    @property
    def sight(self) -> Sight:
        """What the database lets them meet: whatever lies within reach of any permission by which rows are met."""
        if self.is_system:
            return EVERYTHING
        met = self.role_keys.union(*(self.keys(permission) for permission in MEETS_ROWS))
        return Sight.within(met, self.keys(Permission.VIEW_RESTRICTED))

    @property
    def role_keys(self) -> frozenset[str]:
        """Each key with the role in which they hold it: `supervisor@team:…`. A row that only some roles may meet is met by these.

        Being named on a record counts in every role they hold.
        """
        named = f"named:{self.id}"
        return frozenset(
            f"{held.role}@{key}" for held in self.held for key in (held.key, named, everyone_of(held.service))
        )

    def keys_in_roles(self, permission: Permission) -> frozenset[str]:
        """The keys by which they meet rows that may name roles: those for the permission, and those of their roles."""
        return self.keys(permission) | self.role_keys

    def can(self, permission: Permission, subject: "HasScope | Scope") -> bool:
        """Holds the permission on this subject."""
        if self.is_system:
            return True
        scope: Scope = getattr(subject, "scope", None) or subject  # type: ignore[assignment]
        if scope.restricted and not scope.keys & self.keys(Permission.VIEW_RESTRICTED):
            return False
        return bool(scope.keys & self.keys(permission))

    def require(self, permission: Permission, subject: "HasScope | Scope") -> None:
        """Raises NotAllowed unless they `can`."""
        if not self.can(permission, subject):
            raise NotAllowed(f"{self.name} may not {permission.replace('_', ' ')} here")
