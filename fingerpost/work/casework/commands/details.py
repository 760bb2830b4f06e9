"""What a case's own page lets people change."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.revisions import require_revision


class _Keep:
    """Stands for "as it is"."""


KEEP = _Keep()


@command(allow=Permission.HOLD_PLAN)
def edit(
    actor: Actor,
    subject: Case,
    *,
    revision: int,
    focus: str | _Keep = KEEP,
    next_due_on: date | _Keep | None = KEEP,
    at: datetime,
) -> Case:
    """Change what the work is for, or when the next contact is due. Returns the case.

    Raises ChangedMeanwhile, with their version, when somebody saved since `revision`.
    """
    case = locked(subject)
    require_revision(case, revision)
    if case.closed_at:
        raise Refused("This case is closed. Its details stay as they were.")
    changed = []
    if not isinstance(focus, _Keep):
        case.focus = focus.strip()
        changed.append("focus")
    if not isinstance(next_due_on, _Keep):
        if next_due_on and next_due_on != case.next_due_on and next_due_on < timezone.localdate(at):
            raise Refused(
                "The next contact cannot be due on a day that is over. Choose a later day.", field="next_due_on"
            )
        case.next_due_on = next_due_on
        changed.append("next_due_on")
    case.revision += 1
    case.save(update_fields=[*changed, "revision"])
    return case
