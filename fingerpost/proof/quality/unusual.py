"""Which looks at records are unusual. Nobody is accused: each is a question that whoever governs records asks.

Reach is judged by the grants and the place of a family as they are now; what happened in between stands in the history.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.queries import StoredCalendar, calendar
from fingerpost.people.families.models import Family, Membership
from fingerpost.people.families.names import plain
from fingerpost.proof.quality.looks import FAMILY, PERSON, Look, lines, told
from fingerpost.work.casework.models import Case, Contact

DAYS, MOST = 31, 5000
"""How far back unusual looks are sought, and among how many lines, newest first."""

REASONS = {
    "outside": "Outside their caseload and team",
    "many": "Many families in a short time",
    "hours": "Out of hours",
    "restricted": "A restricted family",
    "name": "Somebody of their own name",
    "colleague": "Somebody of a colleague’s name",
    "no_work": "No work followed",
}
OF_THE_LOG = "oversight.views.looks."
_OWN = ("user:", "team:", "area:", "named:")


@dataclass(frozen=True)
class Looker:
    """Somebody who looked, with what they hold now."""

    id: UUID
    name: str
    keys: frozenset[str]
    works: bool

    @property
    def last_name(self) -> str:
        return plain(self.name).rpartition(" ")[2]


def unusual(actor: Actor, at: datetime) -> list[Look]:
    """The unusual looks of the last weeks that the actor may read, newest first, each with its reasons. A dozen queries."""
    begins = at - timedelta(days=DAYS)
    looks = told(actor, list(lines(actor).filter(at__gte=begins, at__lte=at)[:MOST]))
    return [look for look in _judged(looks, at) if look.reasons]


def _judged(looks: list[Look], at: datetime) -> list[Look]:
    known = _Known(looks, at)
    crowded = _crowded(looks)
    for look in looks:
        found = {
            "many": look.view.pk in crowded,
            "hours": known.is_out_of_hours(look.at),
            "restricted": any(known.is_restricted(pk) for pk in look.family_ids),
        }
        if _is_of_one(look):
            found |= known.of_one(look)
        look.reasons = [reason for reason in REASONS if found.get(reason)]
    return looks


def _is_of_one(look: Look) -> bool:
    """Whether a record was opened, and not a list read that happens to name it, or this log."""
    if look.view.page.startswith(OF_THE_LOG):
        return False
    return len(look.view.subject_ids) == 1 and look.view.subject_kind in (FAMILY, PERSON) and bool(look.whom)


def _crowded(looks: list[Look]) -> set[UUID]:
    """Lines of an hour in which somebody opened more families, one after the other, than work brings."""
    by_looker: dict[UUID, list[Look]] = defaultdict(list)
    for look in sorted(looks, key=lambda look: look.at):
        if _is_of_one(look):
            by_looker[look.view.actor_id].append(look)
    found: set[UUID] = set()
    for theirs in by_looker.values():
        first = 0
        for last, look in enumerate(theirs):
            while look.at - theirs[first].at > timedelta(hours=1):
                first += 1
            window = theirs[first : last + 1]
            if len({pk for one in window for pk in one.family_ids}) > settings.UNUSUAL_LOOKS["families_in_an_hour"]:
                found.update(one.view.pk for one in window)
    return found


class _Known:
    """What must be known to judge these lines: read once for all of them."""

    def __init__(self, looks: list[Look], at: datetime) -> None:
        self._at = at
        self._calendar = _calendar()
        families = {pk for look in looks for pk in look.family_ids}
        self._families = {f.pk: f for f in Family.objects.filter(pk__in=families)}
        self._lookers = _lookers({look.view.actor_id for look in looks}, at)
        opened = {pk for look in looks if _is_of_one(look) for pk in look.family_ids}
        self._names = _names(opened)
        self._colleagues = {plain(name) for name in User.objects.filter(is_active=True).values_list("name", flat=True)}
        self._work = _work({look.view.actor_id for look in looks}, opened)

    def is_restricted(self, family: UUID) -> bool:
        return family in self._families and self._families[family].restricted

    def is_out_of_hours(self, moment: datetime) -> bool:
        local, hours = timezone.localtime(moment), settings.UNUSUAL_LOOKS
        if not hours["day_begins"] <= local.hour < hours["day_ends"]:
            return True
        try:
            return self._calendar is not None and not self._calendar.is_working_day(local.date())
        except LookupError:
            return local.weekday() >= 5

    def of_one(self, look: Look) -> dict[str, bool]:
        """What is unusual about opening one record."""
        looker = self._lookers.get(look.view.actor_id)
        if looker is None:
            return {}
        names = {name for pk in look.family_ids for name in self._names[pk]} | {plain(one.name) for one in look.whom}
        is_theirs = all(self._is_theirs(looker, pk) for pk in look.family_ids)
        settled = look.at + timedelta(days=settings.UNUSUAL_LOOKS["work_follows_within_days"]) <= self._at
        return {
            "outside": not is_theirs,
            "name": any(looker.last_name in name.split() for name in names),
            "colleague": bool((names & self._colleagues) - {plain(looker.name)}),
            "no_work": looker.works and settled and not is_theirs and not self._worked(look),
        }

    def _is_theirs(self, looker: Looker, family: UUID) -> bool:
        keys = set(self._families[family].scope_keys) if family in self._families else set()
        return (
            bool(keys & {key for key in looker.keys if key.startswith(_OWN)}) or (looker.id, family) in self._work.cases
        )

    def _worked(self, look: Look) -> bool:
        return any(
            when >= look.at for pk in look.family_ids for when in self._work.contacts.get((look.view.actor_id, pk), ())
        )


@dataclass(frozen=True)
class _Work:
    """Whose cases these families' are, and when they were in contact: by worker and family."""

    cases: set[tuple[UUID, UUID]]
    contacts: dict[tuple[UUID, UUID], list[datetime]]


def _work(workers: Iterable[UUID], families: Iterable[UUID]) -> _Work:
    workers, families = list(workers), list(families)
    cases = Case.objects.filter(worker__in=workers, family__in=families).values_list("worker_id", "family_id")
    contacts: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    rows = Contact.objects.filter(worker__in=workers, case__family__in=families)
    for worker, family, recorded in rows.values_list("worker_id", "case__family_id", "recorded_at"):
        contacts[worker, family].append(recorded)
    return _Work({(worker, family) for worker, family in cases if worker}, contacts)


def _lookers(ids: set[UUID], at: datetime) -> dict[UUID, Looker]:
    keys: dict[UUID, set[str]] = defaultdict(set)
    held = Grant.objects.in_force(at).filter(user__in=ids)
    for grant in held.select_related("user"):
        keys[grant.user_id].add(grant.key)
    works = set(held.giving(Permission.RECORD_CONTACT, timezone.localdate(at)).values_list("user_id", flat=True))
    return {
        user.pk: Looker(user.pk, user.name, frozenset(keys[user.pk] | {f"named:{user.pk}"}), user.pk in works)
        for user in User.objects.filter(pk__in=ids)
    }


def _names(families: Iterable[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(family__in=list(families)).select_related("person")
    for membership in rows:
        found[membership.family_id].add(plain(membership.person.full_name))
    return found


def _calendar() -> StoredCalendar | None:
    try:
        return calendar()
    except LookupError:
        return None
