"""What a contract says of roles is taken over; what opens one wider waits for a second person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, forget_what_was_read, locked
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.roles import RESTRICTED, ServiceRoles, roles_in_force, words_of
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.models import View
from fingerpost.language.roles import Role, roles_of


@command(allow=Permission.ADMINISTER_SYSTEM)
def take_over_roles(
    actor: Actor, subject: Scope, *, service: str, number: int, since: date, words: Mapping[str, Any], at: datetime
) -> ServiceRoles:
    """Let the roles of a service be what a version of its contract says, from a day on. Returns what is kept.

    What would let somebody do more who holds a role already waits until a second person has agreed; all else holds at once.
    """
    before, after = roles_in_force(service, since), roles_of(words_of(words))
    held = set(Grant.objects.in_force(at).filter(service=service).values_list("role", flat=True).distinct())
    wider = {key: _wider(before[key], after[key]) for key in sorted(held & before.keys() & after.keys())}
    kept = ServiceRoles.objects.create(
        service=service,
        number=number,
        since=since,
        words=dict(words),
        waiting={key: more for key, more in wider.items() if more},
        adopted_by_id=actor.id,
    )
    forget_what_was_read()
    return kept


@command(allow=Permission.ADMINISTER_SYSTEM)
def agree_wider_roles(actor: Actor, subject: Scope, *, kept: ServiceRoles, at: datetime) -> ServiceRoles:
    """Let roles do what waited for a second person. Returns what is kept. The access log says who opened what.

    Raises Refused for whoever adopted the version, and for the system, which is no person.
    """
    row = locked(kept, "adopted_by")
    if not row.waits:
        return row
    if actor.id is None or (row.adopted_by and row.adopted_by.pk == actor.id):
        raise Refused("A second person agrees to this: not whoever adopted the contract.")
    ServiceRoles.objects.filter(pk=row.pk).update(agreed_at=at, agreed_by=actor.id)
    row.agreed_at = at
    _write_down(actor, row, at)
    forget_what_was_read()
    return row


def _wider(before: Role, after: Role) -> list[str]:
    more = sorted(str(one) for one in after.can - before.can)
    return [*more, RESTRICTED] if after.restricted and not before.restricted else more


def _write_down(actor: Actor, row: ServiceRoles, at: datetime) -> None:
    opened = "; ".join(f"{key}: {', '.join(more)}" for key, more in row.waiting.items())
    View(
        at=at,
        actor_id=actor.id or UUID(int=0),
        actor_name=actor.name,
        page="setup.roles",
        subject_kind="role",
        subject_ids=[row.pk],
        why=f"Opened wider in {row.service} on {timezone.localdate(at):%d %B %Y}. {opened}"[:300],
    ).save(force_insert=True)
