"""Jobs whose process died: found by its heartbeat, tried again or given up. Their lock goes with them."""

import json
import logging
from collections.abc import Iterable

from asgiref.sync import sync_to_async
from django.db import IntegrityError, connections
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.utils import utcnow

from fingerpost.ground.jobs import failures
from fingerpost.ground.jobs.queue import SCHEDULED, spec_of

HEARTBEAT = 5.0  # seconds between two of a worker's signs of life
DEAD_AFTER = 20.0  # seconds without one

log = logging.getLogger(__name__)


async def rescue(app: App, *, dead_after: float = DEAD_AFTER) -> int:
    """Try again what dead workers left, or give it up. Returns how many jobs there were.

    A job that kills its process comes back here each time: it counts as a try, and is not tried for ever.
    """
    stalled: Iterable[Job] = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after)
    found = list(stalled)
    for job in found:
        await _again_or_never(app, job)
    return len(found)


async def _again_or_never(app: App, job: Job) -> None:
    wait = spec_of(job.task_name).wait_after(job.attempts + 1)
    if wait is None:
        log.warning(
            "Job %s (%s) stopped with its process %s times and is given up", job.id, job.task_name, job.attempts + 1
        )
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        await sync_to_async(_give_up)(job)
        return
    # The first time at once: a process that was killed says nothing against the job.
    soon = utcnow() if job.attempts == 0 else utcnow() + wait
    log.warning("Job %s (%s) stopped with its process; it is tried again at %s", job.id, job.task_name, soon)
    try:
        await app.job_manager.retry_job(job, retry_at=soon)
    except (ConnectorException, IntegrityError):
        if not job.task_name.endswith(SCHEDULED):
            raise
        # The calendar has queued the next run meanwhile, and one is enough.
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


def _give_up(job: Job) -> None:
    try:
        # Django's own connector gives the arguments as text, the worker's as they were.
        told = job.task_kwargs if isinstance(job.task_kwargs, dict) else json.loads(job.task_kwargs)
        failures.note(job.id, job.task_name, told, tries=job.attempts + 1, why=failures.STOPPED)
    finally:
        connections.close_all()
