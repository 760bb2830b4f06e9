"""What the queue does for itself."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from fingerpost.ground.jobs.rescue import rescue


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> int:
    """Each minute, also where the worker is not started by our own command: see to what dead workers left."""
    return await rescue(context.app)
