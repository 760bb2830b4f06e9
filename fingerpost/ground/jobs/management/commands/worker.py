"""`fingerpost manage worker`: does the work that waits, and first what a worker that died left undone."""

import asyncio
import contextlib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app

from fingerpost.ground.jobs.rescue import DEAD_AFTER, HEARTBEAT, rescue

LOOK_EVERY = 10  # seconds


class Command(BaseCommand):
    help = "Do the work that waits in the background. Any number of these may run."

    def add_arguments(self, parser: CommandParser) -> None:
        # More than one, so that a long list does not keep an e-mail about a child waiting.
        parser.add_argument("--at-once", type=int, default=3, help="how many jobs at a time (usually 3)")

    def handle(self, *args: Any, at_once: int = 3, **options: Any) -> None:
        if settings.EMAIL_CARRIER == "unset":
            raise CommandError(settings.EMAIL_ADVICE)
        own = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        asyncio.run(_work(own, at_once))


async def _work(own: App, at_once: int) -> None:
    async with own.open_async():
        watch = asyncio.create_task(_watch(own))
        try:
            await own.run_worker_async(
                concurrency=at_once,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=DEAD_AFTER,
                delete_jobs="successful",
            )
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def _watch(own: App) -> None:
    """Look after the dead at the start and again and again: beside the jobs, so that no long one keeps it from looking."""
    while True:
        await rescue(own)
        await asyncio.sleep(LOOK_EVERY)
