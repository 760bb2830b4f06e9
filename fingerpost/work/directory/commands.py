"""The directory of services nearby: added by whoever needs one, verified by whoever publishes."""

from datetime import datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.work.directory.models import Entry


@command(allow=Permission.CLOSE_CASE)
def add(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    name: str,
    kind: str = "",
    area: Area | None = None,
    phone: str = "",
    at: datetime,
) -> Entry:
    """A service that families may be pointed to. Returns the entry; one of that name that is there already stays as it is."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Enter the name of the service.", field="name")
    entry, _ = Entry.objects.get_or_create(
        service=service, name=name, defaults={"kind": kind, "area": area, "phone": phone.strip()}
    )
    return entry


@command(allow=Permission.PUBLISH_INFORMATION)
def verify(actor: Actor, subject: Scope, *, entry: Entry, phone: str | None = None, at: datetime) -> Entry:
    """Note that the entry was found right today, with a new telephone number where it changed. Returns it."""
    entry = locked(entry)
    entry.verified_on = timezone.localdate(at)
    if phone is not None:
        entry.phone = phone.strip()
    entry.save(update_fields=["verified_on", "phone"])
    return entry
