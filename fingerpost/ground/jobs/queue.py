"""Work for later: kept in the database, enqueued inside the transaction, so it runs if and only if the act was saved.

A job may be run more than once: when it fails, and when the process that ran it was killed. So each is written to do nothing
the second time. How often and when it is tried again stands where it is declared; after that somebody is told (`failures`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from django.db import connections
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.jobs import failures
from fingerpost.ground.jobs.progress import Ended

F = TypeVar("F", bound=Callable[..., Any])

MINUTE = 60
WAITS = (MINUTE, 5 * MINUTE, 30 * MINUTE)
SCHEDULED = ".scheduled"


@dataclass(frozen=True)
class JobSpec:
    """How a job is tried again: after so many seconds each time. `given_up` hears of one that never will be."""

    waits: Sequence[int] = WAITS
    given_up: Callable[..., None] | None = None

    def wait_after(self, attempts: int) -> timedelta | None:
        """How long to wait after so many tries that failed; None when it has been tried often enough."""
        return timedelta(seconds=self.waits[attempts - 1]) if attempts <= len(self.waits) else None


SPECS: dict[str, JobSpec] = {}


class _Retries(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        wait = _wait_after(job, exception)
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())}) if wait is not None else None


def _wait_after(job: Job, fault: BaseException) -> timedelta | None:
    """A job that has told whoever asked that it failed holds up nobody by being tried again."""
    return None if isinstance(fault, Ended) else spec_of(job.task_name).wait_after(job.attempts + 1)


def spec_of(name: str) -> JobSpec:
    return SPECS.get(name.removesuffix(SCHEDULED), JobSpec())


def job(
    name: str,
    *,
    lock: str | None = None,
    waits: Sequence[int] = WAITS,
    given_up: Callable[..., None] | None = None,
) -> Callable[[F], F]:
    """Make a function of a room's `jobs.py` something that `enqueue` can name. It is run by the worker, in a process of its own.

    A `lock` lets only one job with the same word run at a time. `waits` are the seconds before each further try. `given_up` is
    called with the job's arguments when it is tried no more, to say so on its page.
    """

    def declare(function: F) -> F:
        SPECS[name] = JobSpec(tuple(waits), given_up)

        @wraps(function)
        def run(context: JobContext, **arguments: Any) -> Any:
            try:
                with seeing_everything(why=f"the system's own work: {name}"):
                    return function(**arguments)
            except Exception as fault:
                _note_if_last(context.job, fault)
                raise
            finally:
                connections.close_all()  # the worker's thread would hold it for ever

        app.task(name=name, lock=lock, pass_context=True, retry=_Retries())(run)
        function.job_name = name  # type: ignore[attr-defined]
        return function

    return declare


def every(cron: str) -> Callable[[F], F]:
    """Run a job by the calendar: five words as in cron. A run that is still waiting is not queued twice."""

    def declare(function: F) -> F:
        name = function.job_name  # type: ignore[attr-defined]

        def run(context: JobContext, timestamp: int) -> Any:
            try:
                with seeing_everything(why=f"the system's own work: {name}"):
                    return function()
            except Exception as fault:
                _note_if_last(context.job, fault)
                raise
            finally:
                connections.close_all()

        queueing = f"{name}{SCHEDULED}"
        scheduled = app.task(name=queueing, queueing_lock=queueing, pass_context=True, retry=_Retries())(run)
        app.periodic(cron=cron)(scheduled)
        return function

    return declare


def _note_if_last(job: Job, fault: Exception) -> None:
    """Put a job that will not be tried again on the list that somebody sees."""
    if _wait_after(job, fault) is None:
        why = type(fault.__cause__ or fault).__name__
        failures.note(job.id, job.task_name, job.task_kwargs, tries=job.attempts + 1, why=why)


def enqueue(name: str, *, run_at: datetime | None = None, **arguments: Any) -> int:
    """Ask for a job by name, with arguments that JSON can hold. Returns the job's number.

    Rolled back with the transaction it was asked in. Raises LookupError for a name that no room declares.
    """
    if name not in app.tasks:
        raise LookupError(f"No room declares a job named {name}")
    options: dict[str, Any] = {"schedule_at": run_at} if run_at else {}
    return app.configure_task(name, **options).defer(**arguments)
