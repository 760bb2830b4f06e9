"""Letters that tell schools how the work went."""

from fingerpost.people.correspondence.models import Message
from fingerpost.work.casework.models import Case


def letters_of(case: Case) -> list[Message]:
    """The letters about a case already seen, by school. One query."""
    found = Message.objects.filter(origin_kind="casework.case", origin_id=case.pk, kind="outcome_to_school")
    return list(found.order_by("recipient"))
