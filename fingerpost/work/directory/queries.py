"""Reads of the directory. Its entries are about services, never about people."""

import re
import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from fingerpost.ground.places.models import Area
from fingerpost.ground.places.queries import keys_around
from fingerpost.work.directory.models import Entry, Need, Provision, Signposting


def entries(service: str, *, area: str = "", kind: str = "") -> QuerySet[Entry]:
    """The entries that the service's workers use, by name. An area's include those of the areas around it and of everywhere."""
    found = Entry.objects.filter(service=service).select_related("area").order_by("name")
    if area:
        found = found.filter(Q(area__in=keys_around(area)) | Q(area=None))
    return found.filter(kind=kind) if kind else found


def stale(service: str, *, on: date, days: int) -> QuerySet[Entry]:
    """Entries that nobody has verified for so many days, longest first."""
    before = on - timedelta(days=days)
    unverified = Q(verified_on=None) | Q(verified_on__lt=before)
    return Entry.objects.filter(unverified, service=service).order_by("verified_on", "name")


def provision(service: str, *, since: date, until: date) -> QuerySet[Provision]:
    """What other providers offer in the period, by title. One query."""
    running = Q(ends_on=None) | Q(ends_on__gte=since)
    found = Provision.objects.filter(running, service=service, starts_on__lte=until)
    return found.select_related("area").order_by("title", "provider", "starts_on")


def the_same_elsewhere(service: str, *, title: str, area: Area, since: date, until: date) -> list[Provision]:
    """What other providers offer under the same title in the area, in an area that holds it, or everywhere. Two queries."""
    here = Q(area=None) | Q(area__in=keys_around(area.key))
    return [
        one for one in provision(service, since=since, until=until).filter(here) if _plain(one.title) == _plain(title)
    ]


def _plain(title: str) -> str:
    """A title without what two people write differently: capitals, stops, "the"."""
    return " ".join(word for word in re.findall(r"\w+", title.casefold()) if word != "the")


def needs(service: str, *, area: Area | None = None) -> QuerySet[Need]:
    """Needs noted for the service, the newest first; an area's are those of the areas that hold it and of everywhere too."""
    found = Need.objects.filter(service=service).select_related("area").order_by("-noted_on", "statement")
    return found.filter(Q(area=None) | Q(area__in=keys_around(area.key))) if area else found


def signposted(source_kind: str, sources: Iterable[uuid.UUID]) -> QuerySet[Signposting]:
    """Where people were pointed to from these sessions or visits, by the service's name. One query."""
    found = Signposting.objects.filter(source_kind=source_kind, source_id__in=list(sources))
    return found.select_related("entry").order_by("entry__name")
