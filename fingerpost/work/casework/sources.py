"""Cases and contacts as records from which a safeguarding concern may be raised, whatever their state."""

from uuid import UUID

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.safeguarding.sources import Source


def of_case(actor: Actor, key: str, permission: Permission) -> Source | None:
    """The case of this reference, open or closed; None where they may not meet it. One query."""
    found = Case.objects.visible_to(actor, permission).filter(ref=key).select_related("family").first()
    return Source(found, found.family, f"Case {found.ref}", found.ref) if found else None


def of_contact(actor: Actor, key: str, permission: Permission) -> Source | None:
    """The contact of this id; None where they may not meet it, or for what is no id. One query."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    rows = Contact.objects.visible_to(actor, permission).filter(pk=wanted)
    found = rows.select_related("family", "case__family").first()
    if found is None:
        return None
    family = found.family or (found.case.family if found.case else None)
    return Source(found, family, str(found).replace("_", " ").capitalize(), found.case.ref if found.case else "")
