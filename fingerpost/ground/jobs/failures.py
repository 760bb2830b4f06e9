"""The list of jobs that are tried no more, and who hears of each."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from fingerpost.ground.history.sight import seeing_everything

STOPPED = "The process that did it stopped each time"


@seeing_everything(why="a job that is given up is told of on the record it was for, whose-ever that is")
@transaction.atomic
def note(job: int | None, name: str, arguments: Mapping[str, Any], *, tries: int, why: str) -> None:
    """Put a job on the list, and tell whoever declared it. Once for each job however often it is told."""
    from fingerpost.ground.jobs.models import FailedJob
    from fingerpost.ground.jobs.queue import spec_of

    if job is None:
        return
    kept = {name: value for name, value in arguments.items() if name != "timestamp"}
    if FailedJob.objects.filter(job=job, settled_at=None).exists():
        return
    FailedJob.objects.create(job=job, name=name, arguments=kept, tries=tries, why=why[:120])
    if given_up := spec_of(name).given_up:
        given_up(**kept)
