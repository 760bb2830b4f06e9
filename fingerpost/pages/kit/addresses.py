"""Addresses of pages for one reader: none where there is no such page, and none where they may not open it."""

from collections.abc import Sequence
from typing import Any

from django.urls import NoReverseMatch, resolve, reverse

from fingerpost.ground.access.actor import Actor

_needs: dict[str, Any] = {}  # what each page asks for, by its name; it never changes while the server runs


def address_for(actor: Actor, name: str, given: Sequence[object] = ()) -> str:
    """The address of a page by its name and arguments; empty for a name that leads nowhere, or to a page not theirs to open.

    Whether they may open this very record is the page's to say: here only whether they hold the permission somewhere.
    """
    try:
        address = reverse(name, args=given) if name else ""
    except NoReverseMatch:
        return ""
    if address and name not in _needs:
        spec = getattr(resolve(address).func, "page_spec", None)
        _needs[name] = spec.allow if spec else None
    needed = _needs.get(name)
    return address if needed is None or actor.has(needed) else ""
