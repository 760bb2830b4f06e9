"""What may be sampled: casework sessions, cases and groups of a service over a period, each with its reference.

Restricted records are left out: whoever looks at a sample has not been cleared for them.
"""

import uuid
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.places.models import Area
from fingerpost.ground.places.queries import keys_within
from fingerpost.language.periods import Period
from fingerpost.proof.quality.models import Sample
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import Run, Session


def population(kind: str, agreement: Agreement, period: Period, area: Area | None) -> dict[str, uuid.UUID]:
    """Every record that could be drawn, by its reference. One query, and one for the area. Raises KeyError for no such kind."""
    areas = keys_within(area.pk) if area else None
    with seeing_everything(why="every record must be in the draw; nothing but its reference is read"):
        return _BY_KIND[kind](agreement.key, period, areas)


def _sessions(service: str, period: Period, areas: list[str] | None) -> dict[str, uuid.UUID]:
    """Casework sessions held in the period: the case's reference with the day and time."""
    first, after = _moments(period)
    held = Contact.objects.sessions().filter(service=service, restricted=False, case__restricted=False)
    held = held.filter(happened_at__gte=first, happened_at__lt=after)
    rows = (
        _within(held, areas, "case__home_area")
        .order_by("happened_at", "id")
        .values_list("case__ref", "happened_at", "id")
    )
    named: dict[str, uuid.UUID] = {}
    for ref, happened_at, pk in rows:
        key = f"{ref}/{timezone.localtime(happened_at):%Y-%m-%dT%H:%M}"
        named[key if key not in named else f"{key}/{pk.hex}"] = pk  # without dashes, or an item cannot hold it
    return named


def _cases(service: str, period: Period, areas: list[str] | None) -> dict[str, uuid.UUID]:
    """Cases open on any day of the period."""
    first, after = _moments(period)
    found = Case.objects.filter(Q(closed_at=None) | Q(closed_at__gte=first), service=service, restricted=False)
    return dict(_within(found.filter(opened_at__lt=after), areas, "home_area").values_list("ref", "id"))


def _groups(service: str, period: Period, areas: list[str] | None) -> dict[str, uuid.UUID]:
    """Runs of courses, workshops and drop-ins with a session held in the period."""
    held = Session.objects.filter(run__service=service, held_at__date__range=(period.start, period.end))
    found = Run.objects.filter(pk__in=held.values("run_id"))
    return dict(_within(found, areas, "area").values_list("ref", "id"))


_BY_KIND = {
    Sample.Population.SESSION.value: _sessions,
    Sample.Population.CASE.value: _cases,
    Sample.Population.GROUP_RUN.value: _groups,
}


def _within(rows: QuerySet, areas: list[str] | None, column: str) -> QuerySet:  # type: ignore[type-arg]
    return rows if areas is None else rows.filter(**{f"{column}__in": areas})


def _moments(period: Period) -> tuple[datetime, datetime]:
    """The first moment of the period, and the first after it."""
    days = (period.start, period.end + timedelta(days=1))
    first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
    return first, after
