"""What follows from an assessment on floors above this one. They name themselves here when they start up.

Requests wait for an assessment, and this room must not know of requests.
"""

from collections.abc import Callable
from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.work.assessments.models import Assessment

Follower = Callable[[Actor, Assessment, datetime], None]

_followers: list[Follower] = []


def follow(follower: Follower) -> Follower:
    """Have this called after every assessment, in the same transaction."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def tell(actor: Actor, assessment: Assessment, at: datetime) -> None:
    """Tell every follower of a new assessment."""
    for follower in _followers:
        follower(actor, assessment, at)
