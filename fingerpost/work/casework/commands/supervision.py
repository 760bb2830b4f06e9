"""A case discussed in supervision, and the meeting put right with what it decided of cases."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.models import Case, CaseDiscussion
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.models import Supervision


@command(allow=Permission.APPROVE_DECISION)
def discuss(
    actor: Actor, subject: Case, *, supervision: Supervision, decided: str, note: str = "", at: datetime
) -> CaseDiscussion:
    """Record what a supervision meeting decided of a case: close, extend or refer_on. Clause 2.6 (Essex advisors).

    Returns the discussion; the same decision of the same meeting is returned as it is, another one of it takes its place.
    """
    case = locked(subject)
    if supervision.service != case.service:
        raise Refused("Choose a supervision meeting of this service.", field="supervision")
    if decided not in CaseDiscussion.Decided.values:
        raise Refused("Choose what was decided: close, go on for longer, or refer on.", field="decided")
    if supervision.held_on > timezone.localdate(at):
        raise Refused("The meeting cannot be in the future.", field="supervision")
    if supervision.held_on < timezone.localdate(case.opened_at):
        raise Refused("The meeting was before the case was opened.", field="supervision")
    if case.closed_at and supervision.held_on > timezone.localdate(case.closed_at):
        raise Refused("The case was closed before this meeting.", field="supervision")
    discussion = CaseDiscussion.objects.filter(case=case, supervision=supervision).first()
    if discussion is None:
        discussion = CaseDiscussion(
            case=case, supervision=supervision, discussed_on=supervision.held_on, recorded_at=at
        )
        discussion.scope = case.scope
    discussion.decided, discussion.note = decided, note.strip() or discussion.note
    discussion.save()
    return discussion


@command(
    allow=Permission.MANAGE_WORKFORCE,
    sees_everything="what a meeting decided of a case moves with its day, of a restricted case too, and nobody learns of one by it",
)
def correct_meeting(
    actor: Actor,
    subject: Supervision,
    *,
    held_on: date,
    note: str,
    wellbeing: str,
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Supervision:
    """Put a supervision meeting right; what it decided of cases moves with its day. Returns the meeting.

    Raises Refused as `correct_supervision`, and where a case that it decided on was not open on that day, of those that the
    actor may see.
    """
    meeting = workforce.correct_supervision(
        actor, subject, held_on=held_on, note=note, wellbeing=wellbeing, read=read, reason=reason, at=at
    )
    for made in CaseDiscussion.objects.filter(supervision=meeting).exclude(discussed_on=held_on).select_related("case"):
        if actor.can(Permission.VIEW_FAMILY, made.case) and not _was_open(made.case, held_on):
            raise Refused(
                f"The meeting decided on case {made.case.ref}, which was not open on that day. Enter another day.",
                field="held_on",
            )
        put_right(made, {"discussed_on": held_on})
    return meeting


def _was_open(case: Case, day: date) -> bool:
    ended = timezone.localdate(case.closed_at) if case.closed_at else day
    return timezone.localdate(case.opened_at) <= day <= ended
