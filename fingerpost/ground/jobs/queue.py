"""Work for later: kept in the database, enqueued inside the transaction, so it runs if and only if the act was saved."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.db import connections
from procrastinate.contrib.django import app

F = TypeVar("F", bound=Callable[..., Any])


def job(name: str, *, lock: str | None = None) -> Callable[[F], F]:
    """Make a function of a room's `jobs.py` something that `enqueue` can name. It is run by the worker, in a process of its own.

    A `lock` lets only one job with the same word run at a time.
    """

    def declare(function: F) -> F:
        @wraps(function)
        def run(**arguments: Any) -> Any:
            try:
                return function(**arguments)
            finally:
                connections.close_all()  # the worker's thread would hold it for ever

        app.task(name=name, lock=lock)(run)
        function.job_name = name  # type: ignore[attr-defined]
        return function

    return declare


def every(cron: str) -> Callable[[F], F]:
    """Run a job by the calendar: five words as in cron. A run that is still waiting is not queued twice."""

    def declare(function: F) -> F:
        name = function.job_name  # type: ignore[attr-defined]

        def run(timestamp: int) -> Any:
            try:
                return function()
            finally:
                connections.close_all()

        scheduled = app.task(name=f"{name}.scheduled", queueing_lock=f"{name}.scheduled")(run)
        app.periodic(cron=cron)(scheduled)
        return function

    return declare


def enqueue(name: str, *, run_at: datetime | None = None, **arguments: Any) -> int:
    """Ask for a job by name, with arguments that JSON can hold. Returns the job's number.

    Rolled back with the transaction it was asked in. Raises LookupError for a name that no room declares.
    """
    if name not in app.tasks:
        raise LookupError(f"No room declares a job named {name}")
    options: dict[str, Any] = {"schedule_at": run_at} if run_at else {}
    return app.configure_task(name, **options).defer(**arguments)
