"""Long lists are tried, loaded and taken back by the worker, while the page says how far it is."""

from fingerpost.exchange.imports import acting
from fingerpost.exchange.imports.models import Run
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.jobs.progress import Tell, end, ending, progress
from fingerpost.ground.jobs.queue import job

NOT_ALLOWED = "You may not load lists into this service any more."
WENT_WRONG = (
    "Something went wrong on our side, and nothing was written. Try again. If it happens again, tell your manager."
)


STOPPED = (
    "This stopped before its end each time it was tried, and nothing was written by it. "
    "Whoever runs Fingerpost sees that as well."
)


def stopped(run_id: int) -> None:
    """The run is tried no more."""
    end(Run(pk=run_id), STOPPED)


@job("imports.run", lock="imports.run", waits=(10, 60), given_up=stopped)
def run(run_id: int) -> None:
    """Do what was asked. However it ends, the run says so; a fault of ours is raised again for the log of jobs."""
    asked = Run.objects.select_related("list_received", "asked_by").get(pk=run_id)
    if asked.ended_at:
        return
    with (
        ending(asked, not_allowed=NOT_ALLOWED, went_wrong=WENT_WRONG),
        progress(asked, "looked_at") as tell,
    ):
        tell(0)
        _act(asked, tell)


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
