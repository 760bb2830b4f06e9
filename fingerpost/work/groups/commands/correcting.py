"""When a session of a group was, and how long, put right with a reason."""

from datetime import datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.groups.models import Session


@command(allow=Permission.RUN_GROUP)
def correct_session(
    actor: Actor,
    subject: Session,
    *,
    starts_at: datetime,
    minutes: int,
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Session:
    """Put right when a session begins or began, and its length in minutes. Returns it; its register stands.

    The history keeps what stood before, and why. Raises Refused for a session that was cancelled, a day outside its run, a time at
    which the run has another session, or one to come of a session that was held; ChangedMeanwhile where somebody changed it
    since `read`.
    """
    session = locked(subject, "run")
    require_version(read, session)
    require_reason(reason)
    if session.cancelled_at:
        raise Refused("This session was cancelled. There is nothing to correct.")
    if minutes < 1:
        raise Refused("Enter how many minutes the session takes.", field="minutes")
    if not session.run.starts_on <= timezone.localdate(starts_at) <= session.run.ends_on:
        raise Refused("A session must lie between the first and the last day of the run.", field="starts_at")
    if session.held_at and starts_at > at:
        raise Refused("This session was held. Its time cannot be in the future.", field="starts_at")
    if Session.objects.filter(run=session.run, starts_at=starts_at, cancelled_at=None).exclude(pk=session.pk).exists():
        raise Refused("The group has another session at that time. Enter another one.", field="starts_at")
    held_at = starts_at if session.held_at else None
    put_right(session, {"starts_at": starts_at, "minutes": minutes, "held_at": held_at})
    return session
