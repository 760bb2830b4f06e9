"""Barriers: logged, told more of, resolved. What is written goes to the commissioner, so it may name nobody."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import agreement_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.proof.disclosure.identifying import traces
from fingerpost.proof.quality.models import Barrier


@command(allow=Permission.LOG_BARRIER)
def log_barrier(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    logged_on: date,
    area: Area | None = None,
    team: Team | None = None,
    description: str,
    effect: str,
    action: str = "",
    at: datetime,
) -> Barrier:
    """Log something that got in the way. Returns it. `subject` is where it lies: the service, the area and who logs it.

    Raises Refused for a day to come or before the agreement, and for words that would give a family away.
    """
    agreement = agreement_of(service)
    if logged_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="logged_on")
    if logged_on < agreement.starts_on:
        raise Refused("The agreement had not begun on that day.", field="logged_on")
    if area is not None and area.scheme != service:
        raise Refused("Choose a place of this service.", field="area")
    said = {"description": description, "effect": effect, "action": action}
    return Barrier.objects.create(
        ref=new_reference(Barrier, "B"),
        agreement=agreement,
        logged_on=logged_on,
        area=area,
        team=team,
        **_plain(said),
        logged_by_id=actor.id,
        recorded_at=at,
    )


@command(allow=Permission.LOG_BARRIER)
def reword_barrier(
    actor: Actor, subject: Barrier, *, description: str, effect: str, action: str, revision: int, at: datetime
) -> Barrier:
    """Say a barrier in other words, or what is being done now. Returns it. Raises Refused, ChangedMeanwhile."""
    barrier = _open(subject, revision)
    said = _plain({"description": description, "effect": effect, "action": action})
    barrier.description, barrier.effect, barrier.action = said["description"], said["effect"], said["action"]
    barrier.revision += 1
    barrier.save(update_fields=["description", "effect", "action", "revision"])
    return barrier


@command(allow=Permission.LOG_BARRIER)
def resolve_barrier(
    actor: Actor, subject: Barrier, *, resolved_on: date, outcome: str, revision: int | None = None, at: datetime
) -> Barrier:
    """The barrier is out of the way. Returns it. Raises Refused for a day before it was logged or to come."""
    barrier = _open(subject, revision)
    if not barrier.logged_on <= resolved_on <= timezone.localdate(at):
        raise Refused("Choose a day from the day it was logged until today.", field="resolved_on")
    barrier.resolved_on, barrier.outcome = resolved_on, _plain({"outcome": outcome})["outcome"]
    barrier.revision += 1
    barrier.save(update_fields=["resolved_on", "outcome", "revision"])
    return barrier


def _open(subject: Barrier, revision: int | None) -> Barrier:
    barrier = locked(subject)
    if revision is not None and barrier.revision != revision:
        raise ChangedMeanwhile(
            "Somebody else changed this barrier while you did. Look at it, and save again.", theirs=barrier
        )
    if barrier.resolved_on:
        raise Refused("This barrier is resolved. Log a new one if it has come back.")
    return barrier


def _plain(said: dict[str, str]) -> dict[str, str]:
    for field, words in said.items():
        found = traces(words)
        if found:
            named = ", ".join(map(str, found))
            raise Refused(f"The council reads this, so it must name nobody. Take out: {named}.", field=field)
    return {field: words.strip() for field, words in said.items()}
