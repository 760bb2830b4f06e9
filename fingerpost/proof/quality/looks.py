"""Who looked at whom: the lines of the access log that an actor who governs records may read.

A line is read where the actor may govern somebody who is on it. A restricted family's lines are the safeguarding lead's alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.models import View
from fingerpost.people.families.models import Family, Membership, Person

FAMILY, PERSON = "family", "person"
NAMED = 3


class _IsAnyOf(Func):
    """Whether a key is among the keys of an array: asked so, the table's own index finds it."""

    template, arg_joiner, output_field = "(%(expressions)s))", " = ANY(", BooleanField()


@dataclass(frozen=True)
class Whom:
    """A family on a line of the log, or a person on it, with the family they belong to."""

    id: UUID
    name: str
    family_id: UUID | None
    family_ref: str


@dataclass
class Look:
    """A line of the log with those on it whom its reader may know of, and what is unusual about it."""

    view: View
    whom: list[Whom] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.view.at

    @property
    def page(self) -> str:
        """What the page is called: `practice.views.families.family_story` is Family story."""
        return self.view.page.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def named(self) -> str:
        """Who was on it, the first few by name."""
        names, more = [one.name for one in self.whom[:NAMED]], len(self.whom) - NAMED
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")

    @property
    def family_ids(self) -> set[UUID]:
        """The families on it."""
        return {one.family_id for one in self.whom if one.family_id}


def lines(actor: Actor) -> QuerySet[View]:
    """The lines that the actor may read, newest first."""
    families, people = (
        rows.filter(_IsAnyOf(F("pk"), OuterRef("subject_ids"))) for rows in (_families(actor), _people(actor))
    )
    seen = Q(Exists(families), subject_kind=FAMILY) | Q(Exists(people), subject_kind=PERSON)
    return View.objects.filter(seen).order_by("-at", "pk")


def lines_of_family(actor: Actor, family: Family) -> QuerySet[View]:
    """The lines on which the family is, or somebody who was in it at any time."""
    people = Membership.objects.filter(family=family).values_list("person_id", flat=True)
    return lines(actor).filter(subject_ids__overlap=[family.pk, *people])


def family_to_govern(actor: Actor, ref: str) -> Family | None:
    """The family, where the actor may read who looked at it."""
    return _families(actor).filter(ref=ref).first()


def lookers(actor: Actor) -> list[tuple[str, str]]:
    """Whose looks may be chosen: everybody who holds or held a role in the actor's services, by name."""
    granted = Grant.objects.filter(service__in=actor.services).values("user_id")
    users = User.objects.filter(pk__in=granted).order_by("name")
    return [(str(pk), name) for pk, name in users.values_list("pk", "name")]


def told(actor: Actor, views: Sequence[View]) -> list[Look]:
    """The lines with those on them whom the actor may know of. Three queries, however many lines."""
    ids = {pk for view in views for pk in view.subject_ids}
    found = {
        pk: Whom(pk, name, pk, ref)
        for pk, name, ref in _families(actor).filter(pk__in=ids).values_list("pk", "name", "ref")
    }
    people = {person.pk: person for person in _people(actor).filter(pk__in=ids - found.keys())}
    places = Membership.objects.filter(person__in=people, family__in=_families(actor)).order_by("-recorded_at")
    homes = {
        person: (family, ref) for person, family, ref in places.values_list("person_id", "family_id", "family__ref")
    }
    for pk, person in people.items():
        family_id, ref = homes.get(pk, (None, ""))
        found[pk] = Whom(pk, person.full_name, family_id, ref)
    return [Look(view, [found[pk] for pk in view.subject_ids if pk in found]) for view in views]


def _families(actor: Actor) -> QuerySet[Family]:
    return Family.objects.visible_to(actor, Permission.GOVERN_RECORDS)


def _people(actor: Actor) -> QuerySet[Person]:
    """Those whom the actor may know of, and who are in no family that they may not."""
    shut = Membership.objects.filter(person=OuterRef("pk"), family__restricted=True).exclude(
        family__in=_families(actor)
    )
    return Person.objects.visible_to(actor, Permission.GOVERN_RECORDS).filter(~Exists(shut))
