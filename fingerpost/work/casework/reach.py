"""Under which keys a case and its family lie: every service, team and worker that has to do with them."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Family
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.home import team_of
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.rescoping import rescope, rescope_many
from fingerpost.work.referrals.restricting import hold


def scope_of(case: Case, on: date) -> Scope:
    """The scope of one case: its service, the team of the home area, its own team and its worker.

    The home area itself is a key only while a request waits: every advisor there sees the waiting list, not each other's cases.
    """
    patch = team_of(case.home_area_id or "", on)
    own = Scope.of(service=case.service, team=case.team_id, users=_present([case.worker_id]))
    return own | Scope.of(team=patch.team_id if patch else None)


def follow(case: Case, on: date) -> None:
    """Bring every row about the case's family under the keys that its cases and waiting requests give it now."""
    scope = Scope(frozenset(), case.restricted)
    for other in Case.objects.filter(family_id=case.family_id):
        scope |= scope_of(other, on)
    for service, home_area in (
        Request.objects.waiting().filter(family_id=case.family_id).values_list("service", "home_area")
    ):
        patch = team_of(home_area, on)
        scope |= Scope.of(service=service, area=home_area, team=patch.team_id if patch else None)
    rescope(case.family_id, scope.keys)
    named = hold(case.family_id) if case.restricted else frozenset[str]()
    case.scope = Scope(scope.keys | named, case.restricted)


class Teams:
    """Which team covers an area on a day, remembered: a list names the same few areas again and again."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[str, UUID | None] = {}

    def of(self, area: str | None) -> UUID | None:
        """The team's id, or None."""
        if not area:
            return None
        if area not in self._known:
            patch = team_of(area, self._on)
            self._known[area] = patch.team_id if patch else None
        return self._known[area]


def follow_many(families: Collection[UUID], on: date) -> None:
    """`follow` for many families at once: a few statements for however many a list brings."""
    teams, keys_of = Teams(on), {family: set[str]() for family in families}
    cases = Case.objects.filter(family_id__in=families)
    for family, service, team, worker, home_area in cases.values_list(
        "family_id", "service", "team_id", "worker_id", "home_area_id"
    ):
        own = Scope.of(service=service, team=team, users=_present([worker]))
        keys_of[family] |= (own | Scope.of(team=teams.of(home_area))).keys
    waiting = Request.objects.waiting().filter(family_id__in=families)
    for family, service, home_area in waiting.values_list("family_id", "service", "home_area"):
        keys_of[family] |= Scope.of(service=service, area=home_area, team=teams.of(home_area)).keys
    rescope_many({family: keys for family, keys in keys_of.items() if keys})
    for family in Family.objects.filter(pk__in=families, restricted=True).values_list("pk", flat=True):
        hold(family)


def _present(ids: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in ids if one is not None]
