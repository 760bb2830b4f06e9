"""What is done about a job that is tried no more."""

from datetime import datetime

from procrastinate.contrib.django import app

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.jobs.models import FailedJob
from fingerpost.ground.jobs.queue import SCHEDULED, enqueue


@command(allow=Permission.ADMINISTER_SYSTEM)
def try_again(actor: Actor, subject: Scope, *, failed: FailedJob, at: datetime) -> FailedJob:
    """Have a job tried again from the beginning. Returns its line of the list, settled. Raises Refused."""
    line = _open(failed)
    name = line.name.removesuffix(SCHEDULED)
    if name not in app.tasks:
        raise Refused("This version of Fingerpost knows no such work. Set it aside.")
    enqueue(name, **line.arguments)
    return _settle(line, actor, at, "")


@command(allow=Permission.ADMINISTER_SYSTEM)
def set_aside(actor: Actor, subject: Scope, *, failed: FailedJob, reason: str, at: datetime) -> FailedJob:
    """Say why a job need not be done any more. Returns its line of the list, settled. Raises Refused."""
    line = _open(failed)
    if not reason.strip():
        raise Refused("Write why it need not be done.", field="reason")
    return _settle(line, actor, at, reason.strip())


def _open(failed: FailedJob) -> FailedJob:
    line = locked(failed)
    if line.settled_at:
        raise Refused("Somebody has seen to this already.")
    return line


def _settle(line: FailedJob, actor: Actor, at: datetime, reason: str) -> FailedJob:
    line.settled_at, line.settled_by_id, line.reason = at, actor.id, reason
    line.save(update_fields=["settled_at", "settled_by", "reason"])
    return line
