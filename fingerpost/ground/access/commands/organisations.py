"""Organisations and teams: added, and called otherwise."""

from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Organisation, Team
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope


@command(allow=Permission.ADMINISTER_SYSTEM)
def add_organisation(actor: Actor, subject: Scope, *, key: str, name: str, kind: str, at: datetime) -> Organisation:
    """A council, provider, school or other body. Returns it; told again by the same words, it is the one that is there.

    Raises AlreadyRecorded where one of that key is there with other words.
    """
    told = {"name": name.strip(), "kind": kind}
    known, is_new = Organisation.objects.get_or_create(key=key, defaults=told)
    if not is_new:
        require_same(known, told, f"The key {key} stands for {known.name} already. Choose another key.", field="key")
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def form_team(
    actor: Actor, subject: Scope, *, organisation: Organisation, service: str, key: str, name: str, at: datetime
) -> Team:
    """A team of a service. Returns it; told again by the same words, it is the one that is there.

    Raises AlreadyRecorded where one of that key is there with other words.
    """
    told = {"organisation": organisation, "name": name.strip()}
    known, is_new = Team.objects.get_or_create(service=service, key=key, defaults=told)
    if not is_new:
        require_same(known, told, f"The key {key} stands for {known.name} already. Choose another key.", field="key")
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def rename_organisation(
    actor: Actor, subject: Scope, *, organisation: Organisation, name: str, kind: str, at: datetime
) -> Organisation:
    """Call an organisation otherwise; its key and whoever belongs to it stay. Returns it. Raises Refused."""
    found = locked(organisation)
    if Organisation.objects.filter(name__iexact=name.strip()).exclude(pk=found.pk).exists():
        raise Refused("Another organisation is called that. Choose another name.", field="name")
    found.name, found.kind = name.strip(), kind
    found.save(update_fields=["name", "kind"])
    return found


@command(allow=Permission.ADMINISTER_SYSTEM)
def rename_team(actor: Actor, subject: Scope, *, team: Team, name: str, at: datetime) -> Team:
    """Call a team otherwise; its key, its people and its families stay. Returns it. Raises Refused."""
    found = locked(team)
    if Team.objects.filter(service=found.service, name__iexact=name.strip()).exclude(pk=found.pk).exists():
        raise Refused("Another team of this service is called that. Choose another name.", field="name")
    found.name = name.strip()
    found.save(update_fields=["name"])
    return found
