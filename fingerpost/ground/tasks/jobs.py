"""Runs every few minutes: a clock that ran out is noted once, and the team hears of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fingerpost.ground.access import clock as time
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Team
from fingerpost.ground.history.tracking import recording
from fingerpost.ground.jobs.queue import every, job
from fingerpost.ground.tasks.models import Clock, Task

OVERDUE = "clock_missed"
AT_ONCE = 500


@every("*/5 * * * *")
@job("tasks.check_clocks")
def check_clocks() -> int:
    """Note every clock that ran out, and raise one task for each. Returns how many were found."""
    found = 0
    for service in _services_with_running_clocks():
        now = time.now(service)
        while noted := note_missed(service, now):
            found += noted
    return found


def _services_with_running_clocks() -> list[str]:
    return list(Clock.objects.running().filter(missed_noted_at=None).values_list("service", flat=True).distinct())


@transaction.atomic
def note_missed(service: str, now: datetime) -> int:
    """Note at most a few hundred missed clocks of a service, and raise their tasks. Returns how many.

    Two workers may do this at once: each takes clocks that the other has not locked.
    """
    missed = list(
        Clock.objects.select_for_update(skip_locked=True)
        .running()
        .filter(service=service, missed_noted_at=None, due_at__lt=now)
        .order_by("due_at")[:AT_ONCE]
    )
    if missed:
        recording(actor_id=None, actor_name=Actor.system().name, command="tasks.check_clocks", at=now.isoformat())
        Task.objects.bulk_create([_overdue_task(clock, now) for clock in missed])
        Clock.objects.filter(id__in=[clock.id for clock in missed]).update(missed_noted_at=now)
    return len(missed)


def _overdue_task(clock: Clock, now: datetime) -> Task:
    task = Task(
        service=clock.service,
        kind=OVERDUE,
        title=f"Overdue: {clock.title}"[:200],
        owner_id=None if clock.team_id or _team_in(clock) else clock.owner_id,
        team_id=clock.team_id or _team_in(clock),
        origin_kind=clock.subject_kind,
        origin_id=clock.subject_id,
        origin_ref=clock.subject_ref,
        family_id=clock.family_id,
        clock=clock,
        raised_at=now,
        due_on=timezone.localdate(clock.due_at),
    )
    task.scope = clock.scope
    return task


def _team_in(clock: Clock) -> str | None:
    """The team whose scope the clock lies in, where nobody named one."""
    keys = [key.removeprefix("team:") for key in clock.scope_keys if key.startswith("team:")]
    known = Team.objects.filter(id__in=keys).values_list("id", flat=True).first() if keys else None
    return str(known) if known else None
