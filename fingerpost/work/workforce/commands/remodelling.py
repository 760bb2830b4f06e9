"""The plan to last: actions agreed, changed, done; posts that become other posts."""

import uuid
from datetime import date, datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import both_words
from fingerpost.ground.access.scope import Scope
from fingerpost.work.workforce.models import PlanAction, Post, PostChange


@command(allow=Permission.MANAGE_WORKFORCE)
def plan_action(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    what: str,
    owner: str,
    due_on: date,
    started_on: date | None = None,
    done_on: date | None = None,
    note: str = "",
    batch: uuid.UUID | None = None,
    at: datetime,
) -> PlanAction:
    """Add an action to the plan by which the service is to last. Returns it. Clause 1.5 (Essex advisors)."""
    _require_words(what, owner)
    _require_days(started_on, done_on, None)
    return PlanAction.objects.create(
        service=service,
        what=what.strip(),
        owner=owner.strip(),
        due_on=due_on,
        started_on=started_on,
        done_on=done_on,
        note=note.strip(),
        recorded_at=at,
        batch=batch,
    )


@command(allow=Permission.MANAGE_WORKFORCE)
def change_action(
    actor: Actor,
    subject: PlanAction,
    *,
    what: str,
    owner: str,
    due_on: date,
    started_on: date | None = None,
    done_on: date | None = None,
    dropped_on: date | None = None,
    note: str = "",
    revision: int,
    at: datetime,
) -> PlanAction:
    """Change an action: its words, its days, that it is done or dropped. Returns it.

    `revision` is the one they had before them. Raises ChangedMeanwhile where somebody else saved first.
    """
    _require_words(what, owner)
    _require_days(started_on, done_on, dropped_on)
    action = locked(subject)
    if action.revision != revision:
        raise ChangedMeanwhile(
            "Somebody else changed this action meanwhile. Read theirs, and save again.", theirs=action
        )
    action.what, action.owner, action.due_on, action.note = what.strip(), owner.strip(), due_on, note.strip()
    action.started_on, action.done_on, action.dropped_on = started_on, done_on, dropped_on
    action.revision += 1
    action.save()
    return action


@command(allow=Permission.MANAGE_WORKFORCE)
def plan_post_change(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    role_from: str,
    role_to: str,
    effective_on: date,
    action: PlanAction | None = None,
    post: Post | None = None,
    note: str = "",
    batch: uuid.UUID | None = None,
    at: datetime,
) -> PostChange:
    """Write down that a post is to become another from a day on. Returns it; twice it is one, with the words of both."""
    if not role_from.strip() or not role_to.strip():
        raise Refused("Enter what the post is now and what it becomes.", field="role_to" if role_from else "role_from")
    if role_from.strip() == role_to.strip():
        raise Refused("It becomes what it is now. Enter another role.", field="role_to")
    about = {"service": service, "role_from": role_from.strip(), "role_to": role_to.strip(), "post": post}
    found = PostChange.objects.filter(**about, effective_on=effective_on, action=action).first()
    if found is not None:
        found.note = both_words(found.note, note)
        found.save(update_fields=["note"])
        return found
    return PostChange.objects.create(
        **about, effective_on=effective_on, action=action, note=note.strip(), recorded_at=at, batch=batch
    )


def _require_words(what: str, owner: str) -> None:
    if not what.strip():
        raise Refused("Enter what is to be done.", field="what")
    if not owner.strip():
        raise Refused("Enter who sees to it.", field="owner")


def _require_days(started_on: date | None, done_on: date | None, dropped_on: date | None) -> None:
    if started_on and done_on and done_on < started_on:
        raise Refused("It was done before it began. Change one of the days.", field="done_on")
    if done_on and dropped_on:
        raise Refused("It cannot be both done and dropped. Leave one empty.", field="dropped_on")
