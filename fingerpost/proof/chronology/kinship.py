"""Who belonged to a family on a day, how they were related, and what they were tied to outside: the facts of both pictures."""

import uuid
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families.models import Family, Membership, Person, Relationship
from fingerpost.people.schooling.models import Enrolment
from fingerpost.work.casework.models import Allocation, Case, CaseChild
from fingerpost.work.groups.models import Booking
from fingerpost.work.referrals.models import Request

HIDDEN_NAME = "Details protected"


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody of the family, or related to it and not a member on the day.

    Of one whose details are protected only the part is known.
    """

    id: uuid.UUID
    name: str
    sex: str
    born_on: date | None
    part: str
    is_hidden: bool = False
    is_referred: bool = False
    is_member: bool = True

    @property
    def is_child(self) -> bool:
        return self.part == Membership.Part.CHILD


@dataclass(frozen=True, slots=True)
class Tie:
    """`person` is `kind` of `other`. `ended_on` where it ended before the day asked about."""

    id: uuid.UUID
    person: uuid.UUID
    kind: str
    other: uuid.UUID
    since: date | None
    until: date | None
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class Kinship:
    """The family on a day: people, elders first, and their ties."""

    on: date
    people: list[Kin]
    ties: list[Tie]

    def named(self, person: uuid.UUID) -> str:
        return next((one.name for one in self.people if one.id == person), HIDDEN_NAME)


@dataclass(frozen=True, slots=True)
class Outside:
    """Something outside the home that the family was tied to on a day."""

    kind: str
    name: str
    who: str
    since: date | None


def running(on: date) -> Q:
    """Rows with `since` and `until` that ran on the day; an end not known is open."""
    return (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))


def kinship(actor: Actor, family: Family, on: date) -> Kinship:
    """The people and ties of a family on a day, as this reader may know them. Five queries.

    Ties that had ended by the day are given too, marked, since a genogram shows them. Somebody of the family whom the
    reader may not meet stands without name, age, sex and ties. The caller has seen that the family may be met.
    """
    places = list(
        Membership.objects.visible_to(actor)
        .filter(running(on), family=family, person__merged_into=None)
        .select_related("person")
    )
    referred = set(CaseChild.objects.visible_to(actor).filter(case__family=family).values_list("person_id", flat=True))
    visible = {p.pk for p in Person.objects.visible_to(actor).filter(pk__in=[m.person_id for m in places])}
    people = {m.person_id: _kin(m.person, m.part, referred) for m in places if m.person_id in visible}
    ties = [tie for tie in _relationships(actor, people) if tie.since is None or tie.since <= on]
    for tie in ties:
        for one in (tie.person, tie.other):
            people.setdefault(one.pk, replace(_kin(one, Membership.Part.OTHER, referred), is_member=False))
    elders = sorted(people.values(), key=lambda one: (one.is_child, one.born_on or date.max, one.name))
    return Kinship(on, [*elders, *_hidden(family, on, set(people))], [_tie(tie, on) for tie in ties])


def _kin(person: Person, part: str, referred: set[uuid.UUID]) -> Kin:
    return Kin(person.pk, person.full_name, person.sex, person.born_on, part, is_referred=person.pk in referred)


def _relationships(actor: Actor, people: dict[uuid.UUID, Kin]) -> list[Relationship]:
    rows = Relationship.objects.visible_to(actor).filter(Q(person_id__in=people) | Q(other_id__in=people))
    visible = Person.objects.visible_to(actor)
    rows = rows.filter(person__in=visible, other__in=visible)
    return list(rows.select_related("person", "other").order_by("since", "kind", "id"))


def _tie(row: Relationship, on: date) -> Tie:
    ended = row.until is not None and row.until < on
    return Tie(row.pk, row.person_id, row.kind, row.other_id, row.since, row.until, ended)


def _hidden(family: Family, on: date, shown: set[uuid.UUID]) -> list[Kin]:
    """That somebody belongs to the family, and as what; nothing of who it is. Read without `visible_to` for that alone."""
    rows = Membership.objects.filter(running(on), family=family, person__merged_into=None).exclude(person_id__in=shown)
    parts = rows.order_by("part").values_list("part", flat=True)
    return [Kin(uuid.uuid4(), HIDDEN_NAME, "", None, part, is_hidden=True) for part in parts]


def outside(actor: Actor, family: Family, kin: Kinship) -> list[Outside]:
    """Schools, workers, groups, referrers and services that the family was tied to on the day. Five queries."""
    shown = {one.id: one.name for one in kin.people if not one.is_hidden}
    on, found = kin.on, []
    enrolled = Enrolment.objects.visible_to(actor).filter(running(on), person_id__in=shown).select_related("school")
    found += [Outside("School", row.school.name, shown[row.person_id], row.since) for row in enrolled]
    held = Allocation.objects.visible_to(actor).filter(case__family=family, since__date__lte=on)
    held = held.filter(
        Q(until=None) | Q(until__date__gte=on), Q(case__closed_at=None) | Q(case__closed_at__date__gte=on)
    )
    found += [
        Outside("Worker", row.worker.name, family.name, row.since.date()) for row in held.select_related("worker")
    ]
    booked = Booking.objects.visible_to(actor).filter(
        person_id__in=shown, booked_at__date__lte=on, run__ends_on__gte=on
    )
    for place in booked.filter(cancelled_at=None).select_related("run__programme"):
        found.append(Outside("Group", place.run.programme.title, shown[place.person_id], place.run.starts_on))
    asked = Request.objects.visible_to(actor).filter(family=family, received_at__date__lte=on).exclude(referrer_name="")
    for request in asked.order_by("-received_at")[:1]:
        found.append(Outside("Asked for support", request.referrer_name, family.name, request.received_at.date()))
    moved_on = Case.objects.visible_to(actor).filter(family=family, closed_at__date__lte=on, destination__isnull=False)
    for case in moved_on.select_related("destination").order_by("-closed_at"):
        found.append(Outside("Service", case.destination.name, family.name, case.closed_at.date()))
    return list(dict.fromkeys(found))
