"""Reads of the directory. Its entries are about services, never about people."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from fingerpost.work.directory.models import Entry


def entries(service: str, *, area: str = "", kind: str = "") -> QuerySet[Entry]:
    """The entries that the service's workers use, by name. An area's entries include those for every area."""
    found = Entry.objects.filter(service=service).select_related("area").order_by("name")
    if area:
        found = found.filter(Q(area=area) | Q(area=None))
    return found.filter(kind=kind) if kind else found


def stale(service: str, *, on: date, days: int) -> QuerySet[Entry]:
    """Entries that nobody has verified for so many days, longest first."""
    before = on - timedelta(days=days)
    unverified = Q(verified_on=None) | Q(verified_on__lt=before)
    return Entry.objects.filter(unverified, service=service).order_by("verified_on", "name")
