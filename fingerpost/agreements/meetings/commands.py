"""Meetings called, recorded, and the actions people took on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.meetings.models import Action, Meeting
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task

TASK = "meeting_action"


@command(allow=Permission.KEEP_MEETING)
def call(
    actor: Actor,
    subject: Agreement,
    *,
    series: str,
    day: date,
    place: str = "",
    papers: Iterable[str] = (),
    at: datetime,
) -> Meeting:
    """Call a meeting of a series of the contract. Returns it; one of that day that was called before comes back as it is.

    Raises Refused for a series that the contract lacks, or a day before the agreement began.
    """
    if series not in rules(subject.key, max(day, subject.starts_on)).contract.meetings:
        raise Refused("The contract asks for no such meeting. Choose one from its list.", field="series")
    if day < subject.starts_on:
        raise Refused(f"The agreement began on {day_in_words(subject.starts_on)}. Choose a later day.", field="day")
    told = {"place": place.strip(), "papers": _lines(papers)}
    made, is_new = Meeting.objects.get_or_create(
        agreement=subject,
        series=series,
        day=day,
        defaults={
            "ref": new_reference(Meeting, "M"),
            **told,
            "called_at": at,
            "called_by_id": actor.id,
        },
    )
    if not is_new:
        otherwise = f"A meeting of that day was called already: {made.ref}. Open that one."
        require_same(made, {name: value for name, value in told.items() if value}, otherwise, field="day")
    return made


@command(allow=Permission.KEEP_MEETING)
def record(
    actor: Actor,
    subject: Meeting,
    *,
    people: Sequence[User] = (),
    others: Iterable[str] = (),
    papers: Iterable[str] = (),
    decisions: Iterable[str] = (),
    note: str = "",
    revision: int,
    at: datetime,
) -> Meeting:
    """Write down who came, what lay on the table and what was decided. Returns the meeting; written again, the new words stand.

    Raises Refused before the day or where nobody came, ChangedMeanwhile when somebody saved since `revision`.
    """
    meeting = locked(subject)
    if meeting.revision != revision:
        raise ChangedMeanwhile(
            "Somebody else wrote this record while you did. Look at theirs, and save again.", theirs=meeting
        )
    if meeting.day > timezone.localdate(at):
        raise Refused(
            f"The meeting is on {day_in_words(meeting.day)}. Write its record when it has been held.", field="day"
        )
    meeting.people, meeting.others = [person.pk for person in people], _lines(others)
    if not meeting.people and not meeting.others:
        raise Refused("Say who came.", field="people")
    meeting.papers, meeting.decisions, meeting.note = _lines(papers), _lines(decisions), note.strip()
    meeting.recorded_at, meeting.recorded_by_id, meeting.revision = at, actor.id, revision + 1
    meeting.save()
    return meeting


@command(allow=Permission.KEEP_MEETING, includes=("tasks.raise_task",))
def agree_action(actor: Actor, subject: Meeting, *, text: str, owner: User, due_on: date, at: datetime) -> Action:
    """Somebody takes something on. Returns the action; it stands among their tasks. The same action twice is the one it was.

    Raises Refused for a day before the meeting or an owner who cannot see the agreement.
    """
    if due_on < subject.day:
        raise Refused("Choose a day after the meeting.", field="due_on")
    if not _belongs(owner, subject):
        raise Refused(f"{owner.name} has no part in this agreement. Choose somebody who has.", field="owner")
    held = {"meeting": subject, "text": text.strip(), "owner": owner, "due_on": due_on}
    action = Action.objects.filter(**held, done_at=None).first()
    if action is None:
        action = Action.objects.create(**held, agreed_at=at)
        service = subject.agreement.key
        tasks.raise_task(
            actor,
            action,
            service=service,
            kind=TASK,
            title=action.text,
            due_on=due_on,
            owner=owner,
            ref=subject.ref,
            at=at,
        )
    return action


@command(allow=Permission.KEEP_MEETING, includes=("tasks.complete",))
def finish(actor: Actor, subject: Action, *, outcome: str = "", at: datetime) -> Action:
    """An action is done; its task is ticked off with it. Returns it. Twice changes nothing."""
    action = locked(subject)
    if action.done_at is not None:
        require_same(action, {"outcome": outcome.strip()}, "This action was done already. Look at what came of it.")
        return action
    action.done_at, action.outcome = at, outcome.strip()
    action.save(update_fields=["done_at", "outcome"])
    with seeing_everything(why="the task that the action raised is ticked off with it, whose-ever it is"):
        for task in Task.objects.filter(kind=TASK, origin_id=action.pk).open():
            tasks.complete(actor, task, outcome=outcome, at=at)
    return action


def _lines(given: Iterable[str]) -> list[str]:
    return [line.strip() for line in given if line.strip()]


def _belongs(person: User, meeting: Meeting) -> bool:
    actor = Actor.of(person)
    return any(actor.can(permission, meeting) for permission in (Permission.KEEP_MEETING, Permission.VIEW_FIGURES))
