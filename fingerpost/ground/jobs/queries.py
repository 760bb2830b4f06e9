"""How the work in the background stands: for whoever administers, and for the page that waits for one job."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from fingerpost.ground.jobs.models import FailedJob
from fingerpost.ground.jobs.queue import spec_of
from fingerpost.ground.jobs.rescue import DEAD_AFTER

SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind: how many, since when the first could have been done, and how many were tried before."""

    name: str
    number: int
    since: datetime | None
    tries: int


@dataclass(frozen=True)
class Overview:
    """The work in the background at one moment. `heartbeat` is the last sign of life of any worker; None when there is none."""

    waiting: list[Waiting]
    running: list[ProcrastinateJob]
    failed: list[FailedJob]
    failed_in_all: int
    heartbeat: datetime | None

    @property
    def has_worker(self) -> bool:
        return self.heartbeat is not None and timezone.now() - self.heartbeat < timedelta(seconds=2 * DEAD_AFTER)


def overview() -> Overview:
    """Five queries, however much there is. The real clock: a demonstration's day moves no worker."""
    todo = ProcrastinateJob.objects.filter(status="todo").values("task_name")
    counted = todo.annotate(number=Count("id"), since=Min("scheduled_at"), tries=Max("attempts")).order_by("task_name")
    failed = FailedJob.objects.filter(settled_at=None).order_by("-failed_at")
    return Overview(
        [Waiting(row["task_name"], row["number"], row["since"], row["tries"]) for row in counted],
        list(ProcrastinateJob.objects.filter(status="doing").order_by("id")[:SHOWN]),
        list(failed[:SHOWN]),
        failed.count(),
        ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"],
    )


@dataclass(frozen=True)
class Again:
    """A job that stopped before its end and is tried again: which try is next or under way, of how many."""

    number: int
    of: int
    at: datetime | None


def tried_again(name: str, **arguments: Any) -> Again | None:
    """Whether the latest job of that name about this is a further try. One query."""
    found = ProcrastinateJob.objects.filter(task_name=name, args__contains=arguments, status__in=("todo", "doing"))
    job = found.order_by("-id").first()
    if job is None or not job.attempts:
        return None
    return Again(job.attempts + 1, len(spec_of(name).waits) + 1, job.scheduled_at if job.status == "todo" else None)
