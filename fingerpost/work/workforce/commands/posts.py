"""Posts: opened, changed, filled, left, ended."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.work.workforce.models import Holding, Post


@command(allow=Permission.MANAGE_WORKFORCE)
def appoint(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    role: str,
    user: User | None,
    team: Team | None = None,
    area: Area | None = None,
    hours: Decimal,
    full_time_hours: Decimal,
    since: date,
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> Post:
    """Open a post of so many weekly hours and, where a user is named, let them hold it from the same day. Returns the post."""
    _require_hours(hours, full_time_hours)
    kept = {"recorded_at": at, "batch": batch, "batch_ref": batch_ref}
    post = Post.objects.create(
        service=service,
        role=role,
        team=team,
        area=area,
        hours=hours,
        full_time_hours=full_time_hours,
        since=since,
        **kept,
    )
    if user is not None:
        Holding.objects.create(post=post, user=user, since=since, **kept)
    return post


@command(allow=Permission.MANAGE_WORKFORCE)
def fill(
    actor: Actor,
    subject: Post,
    *,
    user: User,
    since: date,
    until: date | None = None,
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> Holding:
    """Let the user hold a vacant post. Returns the holding. Raises Refused while somebody holds it."""
    post = locked(subject)
    _require_within(post, since, field="since")
    if until and until < since:
        raise Refused("The last day is before the first. Change one of them.", field="until")
    held = _held_during(post, since, until)
    if held is not None and held.user_id == user.pk:
        return held
    if held is not None:
        raise Refused(_who_holds(held, since), field="user")
    kept = {"recorded_at": at, "batch": batch, "batch_ref": batch_ref}
    return Holding.objects.create(post=post, user=user, since=since, until=until, **kept)


@command(allow=Permission.MANAGE_WORKFORCE)
def vacate(actor: Actor, subject: Post, *, last_day: date, at: datetime) -> Post:
    """End the holding of the post after its last day; the post stays, vacant. Returns the post."""
    post = locked(subject)
    held = Holding.objects.filter(post=post, until=None).first()
    if held is not None and held.since > last_day:
        raise Refused(
            f"They hold this post from {day_in_words(held.since)}. Enter that day or a later one.", field="last_day"
        )
    Holding.objects.filter(post=post, until=None).update(until=last_day)
    return post


@command(allow=Permission.MANAGE_WORKFORCE)
def change_post(
    actor: Actor,
    subject: Post,
    *,
    since: date,
    role: str,
    hours: Decimal,
    full_time_hours: Decimal,
    area: Area | None,
    team: Team | None,
    at: datetime,
) -> Post:
    """Give a post another role, hours or place from a day on. Returns the post as it is from then.

    The post as it was ends the day before and whoever holds it moves along, so that earlier days keep their figures. From
    the post's own first day it is put right where it stands.
    """
    _require_hours(hours, full_time_hours)
    post = locked(subject)
    new = {"role": role, "hours": hours, "full_time_hours": full_time_hours, "area": area, "team": team}
    if since == post.since:
        for name, value in new.items():
            setattr(post, name, value)
        post.save(update_fields=list(new))
        return post
    _require_within(post, since, field="since")
    if Holding.objects.filter(post=post, since__gt=since).exists():
        raise Refused("Somebody takes up this post after that day. Enter a later day.", field="since")
    after = Post.objects.create(
        service=post.service, since=since, until=post.until, follows=post, recorded_at=at, **new
    )
    Holding.objects.filter(post=post, since=since).update(
        post=after
    )  # whoever takes it up that day takes up what it is then
    _end(post, since - timedelta(days=1), moving_to=after, at=at)
    return after


@command(allow=Permission.MANAGE_WORKFORCE)
def end_post(actor: Actor, subject: Post, *, last_day: date, at: datetime) -> Post:
    """End the post after its last day, and with it whoever holds it. Returns the post."""
    post = locked(subject)
    _require_within(post, last_day, field="last_day")
    if Holding.objects.filter(post=post, since__gt=last_day).exists():
        raise Refused("Somebody takes up this post after that day. Enter a later day.", field="last_day")
    _end(post, last_day, moving_to=None, at=at)
    return post


def _end(post: Post, last_day: date, *, moving_to: Post | None, at: datetime) -> None:
    held = Holding.objects.filter(Q(until=None) | Q(until__gt=last_day), post=post, since__lte=last_day).first()
    if held is not None and moving_to is not None:
        Holding.objects.create(
            post=moving_to, user_id=held.user_id, since=moving_to.since, until=held.until, recorded_at=at
        )
    if held is not None:
        held.until = last_day
        held.save(update_fields=["until"])
    post.until = last_day
    post.save(update_fields=["until"])


def _held_during(post: Post, since: date, until: date | None) -> Holding | None:
    held = Holding.objects.filter(Q(until=None) | Q(until__gte=since), post=post).select_related("user")
    if until is not None:
        held = held.filter(since__lte=until)
    return held.order_by("since").first()


def _who_holds(held: Holding, since: date) -> str:
    if held.since > since:
        return f"{held.user} holds this post from {day_in_words(held.since)}. Choose days before that."
    if held.until is None:
        return f"{held.user} holds this post. End that first."
    return f"{held.user} holds this post until {day_in_words(held.until)}. Choose a later day."


def _require_hours(hours: Decimal, full_time_hours: Decimal) -> None:
    if not 0 < hours <= full_time_hours:
        raise Refused(f"Weekly hours must be above 0 and no more than {full_time_hours}.", field="hours")


def _require_within(post: Post, day: date, *, field: str) -> None:
    if day < post.since:
        raise Refused(f"This post begins on {day_in_words(post.since)}. Enter that day or a later one.", field=field)
    if post.until and day > post.until:
        raise Refused(f"This post ends on {day_in_words(post.until)}. Enter that day or an earlier one.", field=field)
