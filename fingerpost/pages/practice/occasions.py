"""The case or run behind a reference in an address, and the people on it who may be asked what they think."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from fingerpost.ground.access.page import PageRequest
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.practice.groups import run_or_404
from fingerpost.pages.practice.views.cases import case_or_404
from fingerpost.people.families.models import Membership, Person
from fingerpost.people.families.queries import members_of
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.groups.models import Booking, Run, Session
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes.occasions import Occasion

CHILD, PARENT = "child", "parent"
LATELY, MOST_FAMILIES = timedelta(days=92), 60


@dataclass(frozen=True)
class Someone:
    """A person who may be asked, as a parent or as a child."""

    person: Person
    respondent: str

    @property
    def label(self) -> str:
        return f"{self.person.full_name} ({'child' if self.respondent == CHILD else 'parent or carer'})"


@dataclass(frozen=True)
class About:
    """What people are asked about: a case, or a run with its sessions."""

    ref: str
    title: str
    href: str
    occasion: Occasion
    people: list[Someone]
    run: Run | None = None

    def session(self, chosen: str) -> Occasion:
        """One session of the run, where one was chosen; else the whole."""
        if self.run is None or not chosen:
            return self.occasion
        return of_run(self.run, Session.objects.get(run=self.run, pk=UUID(chosen)))


def about_or_404(request: PageRequest, ref: str, permission: Permission) -> About:
    """The case or run of this reference, if they may act on it. Notes which families they saw. Raises Http404."""
    return _run(request, ref, permission) if ref.startswith("G") else _case(request, ref, permission)


def _case(request: PageRequest, ref: str, permission: Permission) -> About:
    case: Case = case_or_404(request, ref, permission)
    members = members_of(request.actor, [case.family_id]).get(case.family_id, [])
    people = [Someone(one.person, CHILD if one.is_child else PARENT) for one in members]
    return About(
        case.ref, f"Case {case.ref}, {case.family.name}", reverse("practice:case", args=[ref]), of_case(case), people
    )


def _run(request: PageRequest, ref: str, permission: Permission) -> About:
    run = run_or_404(request, ref, permission)
    booked = Booking.objects.visible_to(request.actor, permission).filter(run=run, cancelled_at=None)
    rows = list(booked.select_related("person").order_by("person__last_name", "person__first_name"))
    request.saw("family", *[row.family_id for row in rows if row.family_id])
    children = _children_among([row.person for row in rows])
    people = [Someone(row.person, CHILD if row.person_id in children else PARENT) for row in rows]
    title = f"{run.programme.title}, {run.area.name}"
    return About(run.ref, title, reverse("practice:run", args=[run.ref]), of_run(run), people, run)


def _children_among(people: Iterable[Person]) -> set[UUID]:
    """Those whom their families hold as children, and none as a parent."""
    rows = Membership.objects.filter(person__in=list(people), until=None).values_list("person_id", "part")
    parents = {person for person, part in rows if part != Membership.Part.CHILD}
    return {person for person, part in rows if part == Membership.Part.CHILD} - parents


def people_of_my_cases(request: PageRequest) -> list[Someone]:
    """The parents and children of their open cases and of those closed in the last quarter, by name. Three queries."""
    rows = Case.objects.visible_to(request.actor, Permission.RECORD_CONTACT).filter(worker_id=request.actor.id)
    recent = rows.filter(Q(closed_at=None) | Q(closed_at__gte=request.at - LATELY))
    families = list(recent.order_by("-opened_at").values_list("family_id", flat=True)[:MOST_FAMILIES])
    request.saw("family", *families)
    members = members_of(request.actor, families)
    people = {
        one.person.pk: Someone(one.person, CHILD if one.is_child else PARENT)
        for family in families
        for one in members.get(family, [])
    }
    return sorted(people.values(), key=lambda one: (one.person.last_name, one.person.first_name))
