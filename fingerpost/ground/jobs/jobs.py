"""What the queue does for itself, and the sealing of history, which stands below the queue."""

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from fingerpost.ground.history import sealing
from fingerpost.ground.jobs.queue import every, job
from fingerpost.ground.jobs.rescue import rescue


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> int:
    """Each minute, also where the worker is not started by our own command: see to what dead workers left."""
    return await rescue(context.app)


@every("* * * * *")
@job("history.seal", lock="history.seal")
def seal() -> int:
    """Seal every line of history that is settled. Returns how many."""
    return sealing.seal(timezone.now(), patience=1)  # what is still under way then is sealed a minute later
