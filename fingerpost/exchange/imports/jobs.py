"""Long lists are tried, loaded and taken back by the worker, while the page says how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.models.functions import Now

from fingerpost.exchange.imports import acting
from fingerpost.exchange.imports.checking import Tell
from fingerpost.exchange.imports.models import Run
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.jobs.queue import job

NOT_ALLOWED = "You may not load lists into this service any more."
WENT_WRONG = (
    "Something went wrong on our side, and nothing was written. Try again. If it happens again, tell your manager."
)


@job("imports.run", lock="imports.run")
def run(run_id: int) -> None:
    """Do what was asked. However it ends, the run says so; a fault of ours is raised again for the log of jobs."""
    asked = Run.objects.select_related("list_received", "asked_by").get(pk=run_id)
    if asked.ended_at:
        return
    refusal = WENT_WRONG
    try:
        with _progress(asked) as tell:
            _act(asked, tell)
        refusal = ""
    except Refused as refused:
        refusal = refused.message
    except NotAllowed:
        refusal = NOT_ALLOWED
    finally:
        Run.objects.filter(pk=run_id, ended_at=None).update(ended_at=Now(), refusal=refusal)


def _act(asked: Run, tell: Tell) -> None:
    actor = Actor.of(asked.asked_by) if asked.asked_by else Actor.system("Lists")
    acting.act(
        actor,
        asked.list_received,
        Run.Act(asked.act),
        good_rows_only=asked.good_rows_only,
        tell=tell,
        at=asked.asked_at,
    )


@contextmanager
def _progress(asked: Run) -> Iterator[Tell]:
    """Writes how many rows were looked at, on a connection of its own: the page must see it before the work is committed."""
    beside = connections.create_connection("default")

    def tell(rows: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(
                f"UPDATE {Run._meta.db_table} SET looked_at = %s, moved_at = now() WHERE id = %s",  # noqa: S608 - own name
                [rows, asked.pk],
            )

    try:
        tell(0)
        yield tell
    finally:
        beside.close()
