"""Under which keys a case and its family lie: every service, team and worker that has to do with them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from fingerpost.ground.access.scope import Scope
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.home import team_of
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.rescoping import rescope


def scope_of(case: Case, on: date) -> Scope:
    """The scope of one case: its service, the team of the home locality, its own team and its worker.

    The locality itself is a key only while a request waits: every advisor there sees the waiting list, not each other's cases.
    """
    patch = team_of(case.locality_id or "", on)
    own = Scope.of(service=case.service, team=case.team_id, users=_present([case.worker_id]))
    return own | Scope.of(team=patch.team_id if patch else None)


def follow(case: Case, on: date) -> None:
    """Bring every row about the case's family under the keys that its cases and waiting requests give it now."""
    scope = Scope(frozenset(), case.restricted)
    for other in Case.objects.filter(family_id=case.family_id):
        scope |= scope_of(other, on)
    for service, locality in (
        Request.objects.waiting().filter(family_id=case.family_id).values_list("service", "locality")
    ):
        patch = team_of(locality, on)
        scope |= Scope.of(service=service, area=locality, team=patch.team_id if patch else None)
    rescope(case.family_id, scope.keys)
    case.scope = Scope(scope.keys, case.restricted)


def _present(ids: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in ids if one is not None]
