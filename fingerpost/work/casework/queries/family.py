"""One family with everybody in it and its work, in a fixed number of queries."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.people.families import queries as families
from fingerpost.people.families.models import Family
from fingerpost.people.families.queries import Member
from fingerpost.work.assessments import queries as assessments
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import queries as referrals
from fingerpost.work.referrals.models import Request


@dataclass(frozen=True)
class FamilyPage:
    """A family, its people, and its work, newest first; only what the actor may see."""

    family: Family
    members: list[Member]
    cases: list[Case]
    requests: list[Request]
    assessments: list[Assessment]


def family_page(actor: Actor, ref: str) -> FamilyPage:
    """Everything the family's page shows. Raises Family.DoesNotExist for one that they may not meet. Five queries."""
    family = families.family(actor, ref)
    if family is None:
        raise Family.DoesNotExist(ref)
    return FamilyPage(
        family=family,
        members=families.members_of(actor, [family])[family.pk],
        cases=_cases(actor, family.pk),
        requests=referrals.of_family(actor, family.pk),
        assessments=assessments.of_family(actor, family.pk),
    )


@built_once
def _cases(actor: Actor, family: UUID) -> QuerySet[Case]:
    rows = Case.objects.visible_to(actor).filter(family=family)
    return rows.select_related("worker", "home_area").order_by("-opened_at")
