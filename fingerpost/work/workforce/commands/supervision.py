"""Supervision meetings with what they agree, and reviews of how the work goes."""

import uuid
from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import both_words
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.work.workforce.models import Holding, PerformanceReview, Supervision, SupervisionAction

ACTION = "supervision_action"


@command(allow=Permission.MANAGE_WORKFORCE)
def supervise(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    team: Team | None,
    worker: User,
    held_on: date,
    note: str = "",
    wellbeing: str = "",
    supervisor: User | None = None,
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> Supervision:
    """Record one supervision meeting. The supervisor is the actor unless another is named. Returns it.

    The same meeting recorded twice is one, with the words of both. Clause 2.6, second printing (Essex advisors).
    """
    chair = supervisor.pk if supervisor else actor.id
    if chair is None:
        raise NotAllowed("Only a person can supervise")
    if chair == worker.pk:
        raise Refused("Nobody can supervise themselves. Choose somebody else.", field="worker")
    if held_on > timezone.localdate(at):
        raise Refused("The meeting cannot be in the future.", field="held_on")
    supervision, is_new = Supervision.objects.get_or_create(
        service=service,
        team=team,
        supervisor_id=chair,
        worker=worker,
        held_on=held_on,
        defaults={
            "note": note,
            "wellbeing": wellbeing,
            "recorded_at": at,
            "batch": batch,
            "batch_ref": batch_ref,
        },
    )
    if not is_new:
        _add_words(supervision, note=note, wellbeing=wellbeing)
    return supervision


def _add_words(supervision: Supervision, **words: str) -> None:
    for name, text in words.items():
        setattr(supervision, name, both_words(getattr(supervision, name), text))
    supervision.save(update_fields=list(words))


@command(allow=Permission.MANAGE_WORKFORCE)
def correct_supervision(
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
    """Put a supervision meeting right: its day and its words. Returns it; the history keeps what stood before, and why.

    Raises Refused for a day to come, one after which an action of it was due, or that of another meeting of the same two, and
    ChangedMeanwhile where somebody changed it since `read`.
    """
    meeting = locked(subject)
    require_version(read, meeting)
    require_reason(reason)
    if held_on > timezone.localdate(at):
        raise Refused("The meeting cannot be in the future.", field="held_on")
    if SupervisionAction.objects.filter(supervision=meeting, due_on__lt=held_on).exists():
        raise Refused("An action of this meeting was due before that day. Enter an earlier one.", field="held_on")
    both = {"service": meeting.service, "supervisor": meeting.supervisor_id, "worker": meeting.worker_id}
    if Supervision.objects.filter(held_on=held_on, **both).exclude(pk=meeting.pk).exists():
        raise Refused("Another meeting of these two is recorded on that day.", field="held_on")
    put_right(meeting, {"held_on": held_on, "note": note.strip(), "wellbeing": wellbeing.strip()})
    return meeting


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.raise_task",))
def agree_action(
    actor: Actor, subject: Supervision, *, what: str, owner: User, due_on: date, at: datetime
) -> SupervisionAction:
    """Write down what was agreed and put it on its owner's worklist. Returns the action; the same one twice is one."""
    if owner.pk not in (subject.worker_id, subject.supervisor_id):
        raise Refused("Choose one of the two who met.", field="owner")
    if not what.strip():
        raise Refused("Enter what is to be done.", field="what")
    if due_on < subject.held_on:
        raise Refused("The day is before the meeting. Choose a later one.", field="due_on")
    agreed = {"supervision": subject, "what": what.strip(), "owner": owner, "due_on": due_on, "done_at": None}
    action = SupervisionAction.objects.filter(**agreed).first()
    if action is None:
        action = SupervisionAction(service=subject.service, recorded_at=at, **agreed)
        action.scope = subject.scope | Scope.of(users=[owner.pk])
        action.save(force_insert=True)
    tasks.raise_task(
        actor, action, service=subject.service, kind=ACTION, title=action.what, due_on=due_on, owner=owner, at=at
    )
    return action


@command(allow=Permission.RECORD_CONTACT)
def complete_action(actor: Actor, subject: SupervisionAction, *, at: datetime) -> SupervisionAction:
    """Its owner has done what was agreed; it leaves their worklist. Returns the action. Twice changes nothing.

    Raises NotAllowed for anybody else's.
    """
    if subject.owner_id != actor.id:
        raise NotAllowed("This is somebody else's to do")
    return _done(actor, locked(subject), at)


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.complete",))
def tick_off(actor: Actor, subject: SupervisionAction, *, at: datetime) -> SupervisionAction:
    """Somebody who manages the worker says that an action is done. Returns it. Twice changes nothing."""
    return _done(actor, locked(subject), at)


def _done(actor: Actor, action: SupervisionAction, at: datetime) -> SupervisionAction:
    if action.done_at is None:
        action.done_at = at
        action.save(update_fields=["done_at"])
        raised = Task.objects.filter(kind=ACTION, origin_id=action.pk).open().first()
        if raised is not None:
            tasks.complete(actor, raised, outcome="Done", at=at)
    return action


@command(allow=Permission.MANAGE_WORKFORCE)
def review(
    actor: Actor,
    subject: Holding,
    *,
    held_on: date,
    objectives: str,
    rating: str,
    next_on: date | None = None,
    note: str = "",
    reviewer: User | None = None,
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> PerformanceReview:
    """Record a review of whoever holds a post. The reviewer is the actor unless another is named. Returns it.

    One review of a person a day; recorded again it takes the newer words. Clause 2.6, second printing (Essex advisors).
    """
    chair = reviewer.pk if reviewer else actor.id
    if chair is None:
        raise NotAllowed("Only a person can review")
    if chair == subject.user_id:
        raise Refused("Nobody can review themselves. Choose somebody else.", field="worker")
    _require_review(held_on, objectives, rating, next_on, timezone.localdate(at))
    post = subject.post
    found = PerformanceReview.objects.filter(service=post.service, worker_id=subject.user_id, held_on=held_on)
    made = found.select_for_update().first()
    if made is None:
        made = PerformanceReview(service=post.service, worker_id=subject.user_id, held_on=held_on, recorded_at=at)
        made.team_id, made.batch, made.batch_ref = post.team_id, batch, batch_ref
        made.scope = post.scope
    made.reviewer_id, made.objectives, made.rating = chair, objectives.strip(), rating
    made.next_on, made.note = next_on, note.strip()
    made.save()
    return made


def _require_review(held_on: date, objectives: str, rating: str, next_on: date | None, today: date) -> None:
    if held_on > today:
        raise Refused("The review cannot be in the future.", field="held_on")
    if not objectives.strip():
        raise Refused("Enter what they aim for until the next review.", field="objectives")
    if rating not in PerformanceReview.Rating.values:
        raise Refused("Choose how the work goes.", field="rating")
    if next_on and next_on <= held_on:
        raise Refused("The next review must be after this one.", field="next_on")
