"""Posts and who holds them; supervision meetings."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.work.workforce.models import Holding, Post, Supervision


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
    at: datetime,
) -> Post:
    """Open a post of so many weekly hours and, where a user is named, let her hold it from the same day. Returns the post."""
    if not 0 < hours <= full_time_hours:
        raise Refused(f"Weekly hours must be above 0 and no more than {full_time_hours}.", field="hours")
    post = Post.objects.create(
        service=service,
        role=role,
        team=team,
        area=area,
        hours=hours,
        full_time_hours=full_time_hours,
        since=since,
    )
    if user is not None:
        Holding.objects.create(post=post, user=user, since=since)
    return post


@command(allow=Permission.MANAGE_WORKFORCE)
def fill(actor: Actor, subject: Post, *, user: User, since: date, at: datetime) -> Holding:
    """Let the user hold a vacant post. Returns the holding. Raises Refused while somebody holds it."""
    post = locked(subject)
    held = Holding.objects.filter(post=post, until=None).select_related("user").first()
    if held is not None and held.user_id == user.pk:
        return held
    if held is not None:
        raise Refused(f"{held.user} holds this post. End that first.", field="user")
    return Holding.objects.create(post=post, user=user, since=since)


@command(allow=Permission.MANAGE_WORKFORCE)
def vacate(actor: Actor, subject: Post, *, last_day: date, at: datetime) -> Post:
    """End the holding of the post after its last day; the post stays, vacant. Returns the post."""
    post = locked(subject)
    Holding.objects.filter(post=post, until=None, since__lte=last_day).update(until=last_day)
    return post


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
    supervisor: User | None = None,
    at: datetime,
) -> Supervision:
    """Record one supervision meeting. The supervisor is the actor unless another is named. Returns it.

    The same meeting recorded twice is returned as it is. Clause 2.6, second printing (Essex advisors).
    """
    chair = supervisor.pk if supervisor else actor.id
    if chair is None:
        raise NotAllowed("Only a person can supervise")
    if chair == worker.pk:
        raise Refused("Nobody can supervise herself. Choose somebody else.", field="worker")
    if held_on > timezone.localdate(at):
        raise Refused("The meeting cannot be in the future.", field="held_on")
    supervision, is_new = Supervision.objects.get_or_create(
        service=service,
        team=team,
        supervisor_id=chair,
        worker=worker,
        held_on=held_on,
        defaults={"note": note, "recorded_at": at},
    )
    if not is_new and note and note not in supervision.note:
        supervision.note = f"{supervision.note}\n\n{note}".strip()
        supervision.save(update_fields=["note"])
    return supervision
