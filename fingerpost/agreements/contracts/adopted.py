"""What follows when a version is adopted: rooms that keep something for it declare themselves here."""

from collections.abc import Callable
from datetime import date, datetime

Follow = Callable[[str, date, datetime], None]
_follows: list[Follow] = []


def follows_adoption(function: Follow) -> Follow:
    """Declare a function that is called with the service, the day from which the version is in force, and the time."""
    _follows.append(function)
    return function


def follow_adoption(service: str, in_force_from: date, at: datetime) -> None:
    """Call everything that was declared."""
    for function in _follows:
        function(service, in_force_from, at)
