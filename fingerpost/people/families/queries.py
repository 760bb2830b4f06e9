"""People as pages ask for them: found by words, matched against the known, listed by family."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.people.families.matching import Match, matches
from fingerpost.people.families.models import Address, Family, Membership, Person, Relationship
from fingerpost.people.families.relations import label
from fingerpost.people.families.search import Found, find, references_behind, whom_to_ask

__all__ = [
    "Found",
    "Match",
    "Member",
    "family",
    "find",
    "matches",
    "members_of",
    "merged_in",
    "references_behind",
    "relationships_of",
    "whom_to_ask",
]


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: as written down, and the name of the area, empty where it is not known."""

    lines: str
    postcode: str
    area: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in a family, with where they live now."""

    person: Person
    part: str
    since: date | None
    until: date | None
    address: Home | None
    family_id: uuid.UUID
    called: str = ""

    @property
    def label(self) -> str:
        """The word that was used of them, such as Mother; else what the part is called."""
        return label(self.called, Membership.Part(self.part).label)

    @property
    def is_child(self) -> bool:
        return self.part == Membership.Part.CHILD


def family(actor: Actor, ref: str) -> Family | None:
    """The family of this reference if the actor may meet it. A merged family's reference gives the one it became. One query."""
    found = _families(actor, ref.strip().upper())
    return (found[0].merged_into or found[0]) if found else None


@built_once
def _families(actor: Actor, ref: str) -> QuerySet[Family]:
    return Family.objects.visible_to(actor).select_related("merged_into").filter(ref=ref)


def members_of(
    actor: Actor, families: Iterable[Family | uuid.UUID], *, on: date | None = None
) -> dict[uuid.UUID, list[Member]]:
    """The members of each family, parents first and then children by age: `{family id: [Member]}`. One query.

    With `on`, those who belonged on that day; without, those who belong now.
    """
    ids = [given.pk if isinstance(given, Family) else given for given in families]
    members: dict[uuid.UUID, list[Member]] = {pk: [] for pk in ids}
    for m in sorted(_memberships(actor, ids, on), key=_elders_first):
        home = Home(**m.home) if m.home else None
        members[m.family_id].append(Member(m.person, m.part, m.since, m.until, home, m.family_id, m.called))
    return members


@built_once
def _memberships(actor: Actor, families: list[uuid.UUID], on: date | None) -> QuerySet[Membership, Any]:
    """With each, its person, and where they live as JSON: `home`."""
    homes = _running(Address.objects.visible_to(actor).filter(person=OuterRef("person")), on)
    told = homes.values(told=JSONObject(lines="lines", postcode="postcode", area=Coalesce("area__name", Value(""))))
    rows = Membership.objects.visible_to(actor).filter(family_id__in=families, person__merged_into=None)
    return _running(rows.select_related("person"), on).annotate(home=Subquery(told[:1]))


def _running(rows: QuerySet[Any], on: date | None) -> QuerySet[Any]:
    """Rows that ran on the day; without a day, those that run now."""
    if on is None:
        return rows.filter(until=None)
    return rows.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on))


def _elders_first(membership: Membership) -> tuple[bool, date, str]:
    person = membership.person
    return membership.part == Membership.Part.CHILD, person.born_on or date.max, person.search_name


def merged_in(actor: Actor, people: Iterable[uuid.UUID], family: Family) -> list[Person]:
    """Entries said to be one of these people (ids), and entries of the family said to be somebody else, with whom. One query."""
    of_family = Membership.objects.filter(family=family, until=None).values("person_id")
    rows = Person.objects.visible_to(actor).filter(merged_into__isnull=False)
    return list(rows.filter(Q(merged_into__in=list(people)) | Q(pk__in=of_family)).select_related("merged_into"))


def relationships_of(actor: Actor, people: Iterable[Person]) -> list[Relationship]:
    """Every relationship that one of the people has now, either way round, with both persons. One query."""
    ids = [person.pk for person in people]
    rows = Relationship.objects.visible_to(actor).filter(Q(person_id__in=ids) | Q(other_id__in=ids), until=None)
    return list(rows.select_related("person", "other").order_by("kind", "person__search_name"))
