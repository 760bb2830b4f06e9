"""One case, as its page shows it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.correspondence.models import Message
from fingerpost.work.casework.models import Allocation, Case, CaseChild, CaseDiscussion, Contact
from fingerpost.work.outcomes.models import Administration, SchoolEvent


@dataclass(frozen=True)
class CasePage:
    """A case with what belongs to it, newest first. `sessions` counts those that were held as casework sessions."""

    case: Case
    children: list[CaseChild]
    contacts: list[Contact]
    sessions: int
    discussions: list[CaseDiscussion]
    allocations: list[Allocation]
    scores: list[Administration]
    letters: list[Message]
    school_events: list[SchoolEvent]


def get(actor: Actor, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Case:
    """One case with its family, people and places. Raises Case.DoesNotExist for one that they may not meet. One query."""
    found = _called(actor, ref, permission=permission)
    if not found:
        raise Case.DoesNotExist(ref)
    return found[0]


@built_once
def _called(actor: Actor, ref: str, *, permission: Permission) -> QuerySet[Case]:
    around = ("family", "worker", "team", "home_area", "request", "destination")
    return Case.objects.visible_to(actor, permission).filter(ref=ref).select_related(*around)


def case_page(actor: Actor, ref: str, *, contacts: int = 100) -> CasePage:
    """The whole case. Raises Case.DoesNotExist. Nine queries, whatever is on the case."""
    case = get(actor, ref)
    referred = CaseChild.objects.filter(case=case).select_related("person")
    of_case = Contact.objects.filter(case=case)
    return CasePage(
        case=case,
        children=list(referred.order_by("person__born_on", "person__first_name")),
        contacts=list(of_case.select_related("worker").order_by("-happened_at", "-recorded_at")[:contacts]),
        sessions=of_case.sessions().count(),
        discussions=list(
            CaseDiscussion.objects.filter(case=case)
            .select_related("supervision__supervisor")
            .order_by("-discussed_on", "-recorded_at")
        ),
        allocations=list(
            Allocation.objects.filter(case=case).select_related("worker", "allocated_by").order_by("-since")
        ),
        scores=list(Administration.objects.filter(episode_id=case.pk).order_by("-taken_on", "-recorded_at")),
        letters=list(Message.objects.filter(origin_kind="casework.case", origin_id=case.pk).order_by("-drafted_at")),
        school_events=list(
            SchoolEvent.objects.filter(episode_id=case.pk).select_related("person").order_by("-happened_on")
        ),
    )
