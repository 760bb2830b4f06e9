"""Organisations, teams, the people who sign in, and what each was granted."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from fingerpost.ground.access.actor import Held
from fingerpost.ground.access.clock import DemonstrationDay
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.roles import OF_A_GRANT, ServiceRoles, as_read, giving
from fingerpost.ground.history.tracking import tracked
from fingerpost.language.roles import Role, shipped


class Organisation(models.Model):
    """A council, a provider, a school: whoever commissions, provides or refers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, default="provider")

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who work one patch of one service."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    service = models.SlugField(max_length=80)
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "key"], name="team_key_in_service")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


@tracked(exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """Somebody who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    introduction = models.TextField(blank=True, help_text="Who this is and what to try, shown in a demonstration only.")

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def held(self) -> Iterator[Held]:
        """What they hold now, first granted first. One query; a contract's words on roles are read once in a process."""
        today = timezone.localdate()
        with connection.cursor() as cursor:
            cursor.execute(_HELD, {"user": self.pk, "now": timezone.now(), "today": today})
            rows = cursor.fetchall()
        for role, reach, service, team_id, area, restricted, words, waits in rows:
            grant = Grant(role=role, reach=reach, service=service, team_id=team_id, area=area, restricted=restricted)
            grant.user = self
            yield grant.held_as(as_read(words, waits) if words else shipped(), today)


# Every page asks this. Built by the ORM each time, it cost more than PostgreSQL's answer to it.
_HELD = f"""
SELECT g.role, g.reach, g.service, g.team_id, g.area, g.restricted, r.id, r.waits
FROM access_grant g LEFT JOIN LATERAL ({OF_A_GRANT}) r ON true
WHERE g.user_id = %(user)s AND (g.until IS NULL OR g.until > %(now)s) ORDER BY g.since, g.id
"""  # noqa: S608 - what is put together is written here and in `roles`


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, at: Any) -> "GrantQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=at))

    def giving(self, permission: Permission, on: date, service: str = "") -> "GrantQuerySet":
        """Those whose role gives the permission on the day; of one service where it is named. One query more, once in an act."""
        return self.filter(giving(permission, on, service))


@tracked()
class Grant(models.Model):
    """One role for one user within one reach, until withdrawn."""

    class Reach(models.TextChoices):
        OWN = "user", "Own families"
        TEAM = "team", "The team's families"
        AREA = "area", "An area"
        SERVICE = "service", "The whole service"
        ORGANISATION = "organisation", "The organisation"
        PLATFORM = "platform", "Configuration"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    reach = models.CharField(max_length=20, choices=Reach.choices)
    service = models.SlugField(max_length=80, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    area = models.CharField(max_length=40, blank=True)
    restricted = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(
        null=True, help_text="When somebody last looked and said that it is still right."
    )
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "until"], name="grant_user_until")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reach="team") | Q(team__isnull=False),
                name="grant_team_named",
                violation_error_message="Name the team.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.key})"

    @property
    def key(self) -> str:
        """The scope key this grant reaches."""
        target = {
            "user": self.user_id,
            "team": self.team_id,
            "area": f"{self.service}/{self.area}",  # two services may have areas of one code
            "service": self.service,
            "organisation": None,
            "platform": None,
        }[self.reach]
        if self.reach == "platform":
            return "platform"
        if self.reach == "organisation":
            return f"organisation:{self.user.organisation_id}"
        return f"{self.reach}:{target}"

    def in_words(self) -> str:
        """`caseworker, essex_parent_support_advisors, area tendring`: by the keys, as the command line takes them."""
        where = {self.Reach.TEAM: f"team {self.team.key if self.team else ''}", self.Reach.AREA: f"area {self.area}"}
        reach = where.get(self.Reach(self.reach), "own" if self.reach == self.Reach.OWN else self.reach)
        parts = [self.role, self.service, reach, "restricted" if self.restricted else ""]
        return ", ".join(part for part in parts if part)

    def held_as(self, roles: Mapping[str, Role], on: date) -> Held:
        """What it lets its holder do on the day, among these roles; nothing where its role is none of them, or not held then."""
        role = roles.get(self.role)
        if role is None or not role.is_held_on(on):
            return Held(self.role, self.key, self.service, means=Role(self.role, role.label if role else ""))
        return Held(self.role, self.key, self.service, self.restricted or role.restricted, role)


class FirstAddress(models.Model):
    """The address by which somebody becomes the first administrator. One stands at a time; used, it is gone."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects: ClassVar[models.Manager["FirstAddress"]] = models.Manager()

    def __str__(self) -> str:
        return f"until {self.expires_at:%d %B %Y %H:%M}"


__all__ = ["DemonstrationDay", "FirstAddress", "Grant", "Organisation", "ServiceRoles", "Team", "User"]
