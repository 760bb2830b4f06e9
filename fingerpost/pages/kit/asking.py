"""Days and times as forms give them."""

from datetime import date, datetime, time

from django.utils import timezone


def at_time(day: date, clock: time) -> datetime:
    """The local moment, aware."""
    return timezone.make_aware(datetime.combine(day, clock))


def at_noon(day: date) -> datetime:
    """Noon of the day: for things of which only the day is known."""
    return at_time(day, time(12))
