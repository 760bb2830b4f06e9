"""A case discussed in supervision."""

from datetime import datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.models import Case, CaseDiscussion
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
