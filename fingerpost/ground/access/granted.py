"""What follows when somebody is given a role in a service, or it ends: rooms that keep something for it declare themselves here."""

from collections.abc import Callable
from datetime import datetime

from fingerpost.ground.access.models import User

Follow = Callable[[User, str, datetime], None]
_follows: list[Follow] = []


def follows_roles(function: Follow) -> Follow:
    """Declare a function that is called with whose roles changed, in which service, and when."""
    _follows.append(function)
    return function


def follow_roles(user: User, service: str, at: datetime) -> None:
    """Call everything that was declared; nothing for a role in no service."""
    for function in _follows if service else ():
        function(user, service, at)
