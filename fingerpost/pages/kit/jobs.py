"""What the kit does by the calendar."""

from fingerpost.ground.jobs.queue import every, job
from fingerpost.pages.kit import once


@every("15 3 * * *")
@job("kit.forget_posted")
def forget_posted() -> int:
    """Remove the tokens of forms sent more than two days ago; how many."""
    return once.forget()
