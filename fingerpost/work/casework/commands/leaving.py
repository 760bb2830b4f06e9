"""A worker leaves for good: their open cases are asked to be given to others."""

from datetime import datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks import commands as tasks
from fingerpost.work.casework.models import Case

CHOOSE_ANOTHER_WORKER = "choose_another_worker"


@command(
    allow=Permission.ADMINISTER_SYSTEM,
    includes=("tasks.raise_task",),
    sees_everything="whoever leaves leaves every family, restricted ones too; whoever administers learns the number alone",
)
def ask_for_another_worker(actor: Actor, subject: Scope, *, worker: User, at: datetime) -> int:
    """Put each open case of the worker on its team's list, to be given to somebody else. Returns how many there are."""
    cases = Case.objects.open().filter(worker=worker).select_related("team")
    for case in cases:
        tasks.raise_task(
            actor,
            case,
            service=case.service,
            kind=CHOOSE_ANOTHER_WORKER,
            title=f"{worker.name} has left: choose another worker",
            due_on=timezone.localdate(at),
            team=case.team,
            ref=case.ref,
            family_id=case.family_id,
            at=at,
        )
    return len(cases)
