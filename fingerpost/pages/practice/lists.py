"""What pages with lists share."""

from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.tasks.queries import Item
from fingerpost.pages.kit.addresses import address_for

_BY_KIND = {
    "workforce.absence": "practice:absence",
    "workforce.supervisionaction": "practice:my_action",
    "families.personcheck": "practice:person_check",
}
_BY_LETTER = {
    "C": "practice:case",
    "R": "practice:request",
    "F": "practice:family",
    "S": "practice:concern",
    "V": "practice:reply",
    "Y": "practice:say",
    "G": "practice:run",
    "K": "practice:case_study",
    "B": "practice:barrier",
    "E": "practice:entry",
}


def where_about(item: Item) -> str:
    """The address of the record a line of their own worklist is about; empty for one without a page."""
    if name := _BY_KIND.get(item.about_kind):
        return reverse(name, args=[item.about_id])
    name = _BY_LETTER.get(item.ref[:1], "")
    return reverse(name, args=[item.ref]) if name else ""


def where_ref(actor: Actor, ref: str) -> str:
    """The address of the record of this reference; empty for one without a page, or with one that they may not open."""
    return address_for(actor, _BY_LETTER.get(ref[:1], ""), [ref])
