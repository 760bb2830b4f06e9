"""Who hears of a concern at once: the safeguarding leads of the service, and the supervisor of whoever raised it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_with

Supervisors = Callable[[Actor, str, datetime], Iterable[User]]

_supervisors: list[Supervisors] = []


def supervised_by(finder: Supervisors) -> Supervisors:
    """Have this say who supervises somebody in a service on a day. The room that knows the teams calls it when it starts up."""
    if finder not in _supervisors:
        _supervisors.append(finder)
    return finder


def supervisors_of(actor: Actor, service: str, at: datetime) -> list[User]:
    """Those who supervise the actor, themselves left out."""
    found = {user.pk: user for finder in _supervisors for user in finder(actor, service, at)}
    return [user for user in found.values() if user.pk != actor.id]


def leads_of(service: str, at: datetime) -> list[User]:
    """The safeguarding leads of a service, the first appointed first. One query."""
    return people_with(Permission.DECIDE_CONCERN, [f"service:{service}"], at)
