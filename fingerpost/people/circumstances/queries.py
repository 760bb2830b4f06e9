"""What was true of people on a day."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from fingerpost.people.circumstances.models import Circumstance


def values_on(people: Iterable[uuid.UUID], kind: str, on: date) -> set[str]:
    """The values of a kind that were true of any of these people on the day. One query."""
    begun, not_ended = Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on)
    true = Circumstance.objects.filter(begun, not_ended, person__in=list(people), kind=kind, is_true=True)
    return set(true.values_list("value", flat=True))
