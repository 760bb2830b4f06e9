"""Cases as they touch staff: those discussed at a meeting, and those handed over when somebody was away."""

import uuid
from collections.abc import Iterable

from fingerpost.ground.access.actor import Actor
from fingerpost.work.casework.models import Allocation, CaseDiscussion


def discussed_at(actor: Actor, meeting: uuid.UUID) -> list[CaseDiscussion]:
    """What a supervision meeting decided of cases that the actor may see, by reference. One query."""
    found = CaseDiscussion.objects.visible_to(actor).filter(supervision=meeting)
    return list(found.select_related("case__family").order_by("case__ref"))


def handed_over(actor: Actor, covers: Iterable[uuid.UUID]) -> list[Allocation]:
    """Cases that went over under these plans of cover and that the actor may see, the earliest first. One query."""
    found = Allocation.objects.visible_to(actor).filter(cover__in=list(covers))
    return list(found.select_related("case__family", "worker").order_by("since", "case__ref"))
