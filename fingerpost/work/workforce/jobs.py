"""Each night: an absence whose last day was known beforehand is over, and the clock that asked for its cover stops."""

from datetime import date

from fingerpost.ground.access import clock as time
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.jobs.queue import every, job
from fingerpost.ground.tasks.models import Clock
from fingerpost.work.workforce import commands
from fingerpost.work.workforce.models import Absence

KIND = "workforce.absence"


@every("20 0 * * *")
@job("workforce.end_absences")
def end_absences() -> int:
    """Stop the clocks of absences whose last day has passed. Returns how many."""
    running = Clock.objects.running().filter(subject_kind=KIND)
    ended = 0
    for service in set(running.values_list("service", flat=True)):
        today = time.today(service)
        for absence in _over(service, today):
            last_day = absence.ended_on or today
            commands.end_absence(Actor.system(), absence, ended_on=last_day, at=time.now(service))
            ended += 1
    return ended


def _over(service: str, today: date) -> list[Absence]:
    waiting = Clock.objects.running().filter(subject_kind=KIND, service=service).values("subject_id")
    return list(Absence.objects.filter(pk__in=waiting, ended_on__lt=today))
