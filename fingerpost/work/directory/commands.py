"""The directory of services nearby: added by whoever needs one, verified by whoever publishes; what others offer; needs."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.work.directory.models import Entry, Need, Provision, Signposting


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
    told = {"kind": kind, "area": area, "phone": phone.strip()}
    entry, is_new = Entry.objects.get_or_create(service=service, name=name, defaults=told)
    if not is_new:
        given = {key: value for key, value in told.items() if value}
        require_same(entry, given, f"{entry.name} is in the directory already. Change that entry.", field="name")
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


@command(allow=Permission.RUN_GROUP)
def note_provision(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    provider: str,
    title: str,
    kind: str = "programme",
    topic: str = "",
    age_band: str = "",
    area: Area | None = None,
    starts_on: date,
    ends_on: date | None = None,
    batch: UUID | None = None,
    at: datetime,
) -> Provision:
    """What another provider offers in an area, or everywhere. Returns it; the same told twice is kept once. Clause 2.8."""
    provider, title = " ".join(provider.split()), " ".join(title.split())
    if not provider:
        raise Refused("Enter who offers it.", field="provider")
    if not title:
        raise Refused("Enter the title.", field="title")
    if ends_on and ends_on < starts_on:
        raise Refused("The last day cannot be before the first.", field="ends_on")
    told = {"kind": kind, "topic": topic, "age_band": age_band, "ends_on": ends_on}
    provision, is_new = Provision.objects.get_or_create(
        service=service,
        provider=provider,
        title=title,
        area=area,
        starts_on=starts_on,
        defaults={**told, "recorded_at": at, "batch": batch},
    )
    if not is_new:
        otherwise = (
            f"“{title}” of {provider} is written down from that day already, with other details. Look at that one."
        )
        require_same(provision, told, otherwise, field="title")
    return provision


@command(allow=Permission.RUN_GROUP)
def note_need(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    statement: str,
    source: str,
    noted_on: date,
    area: Area | None = None,
    topic: str = "",
    batch: UUID | None = None,
    at: datetime,
) -> Need:
    """Something that families of an area need, with who said so and when. Returns it. Clause 2.10 (Essex advisors)."""
    statement, source = " ".join(statement.split()), " ".join(source.split())
    if not statement:
        raise Refused("Enter what is needed.", field="statement")
    if not source:
        raise Refused("Enter who said so, or where it is written.", field="source")
    if noted_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="noted_on")
    return Need.objects.create(
        service=service,
        area=area,
        topic=topic,
        statement=statement,
        source=source,
        noted_on=noted_on,
        recorded_at=at,
        batch=batch,
    )


@command(allow=Permission.RUN_GROUP)
def signpost(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    source_kind: str,
    source_id: UUID,
    people: Mapping[UUID, int],
    happened_on: date,
    at: datetime,
) -> list[Signposting]:
    """How many people something pointed to each service (by the entry's id); 0 where only information was given out.

    What was said of it before is replaced. Returns what stands now. Raises Refused for an entry of another service.
    """
    if Entry.objects.filter(service=service, pk__in=people).count() < len(people):
        raise Refused("Choose services of the directory.", field="signposted")
    if any(number < 0 for number in people.values()):
        raise Refused("Enter how many people, 0 or more.", field="signposted")
    about = Signposting.objects.filter(source_kind=source_kind, source_id=source_id)
    about.exclude(entry__in=people).delete()
    return Signposting.objects.bulk_create(
        [
            Signposting(
                service=service,
                entry_id=entry,
                source_kind=source_kind,
                source_id=source_id,
                happened_on=happened_on,
                people=number,
                recorded_at=at,
            )
            for entry, number in people.items()
        ],
        update_conflicts=True,
        unique_fields=["source_kind", "source_id", "entry"],
        update_fields=["people", "happened_on"],
    )
