"""The links at the top and at the foot of every page. Each audience registers its own when its room starts up."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permission: Any = None
    order: int = 0
    when: Callable[[HttpRequest], bool] | None = None

    def is_for(self, request: HttpRequest) -> bool:
        """Whoever asks may follow it: she holds the permission somewhere, or none is asked for."""
        if self.when is not None and not self.when(request):
            return False
        actor = getattr(request, "actor", None)
        return self.permission is None or bool(actor and actor.has(self.permission))


_top: dict[str, Entry] = {}
_foot: dict[str, Entry] = {}


def register(
    label: str,
    url_name: str,
    permission: Any = None,
    *,
    order: int = 0,
    when: Callable[[HttpRequest], bool] | None = None,
) -> None:
    """Add a link to the primary navigation; lower `order` stands further left. Registering a name again replaces it.

    Without a permission everybody signed in sees the link; `when` narrows it further.
    """
    _top[url_name] = Entry(label, url_name, permission, order, when)


def register_footer(label: str, url_name: str, *, order: int = 0) -> None:
    """Add a link to the foot of every page, for everybody."""
    _foot[url_name] = Entry(label, url_name, None, order)


def navigation(request: HttpRequest | None) -> list[dict[str, Any]]:
    """The links that this person may follow, in order: {"href", "text", "active"}. Nobody signed in: none.

    The link whose address begins the page's own is active; the longest wins.
    """
    if not request or getattr(getattr(request, "actor", None), "id", None) is None:
        return []
    entries = [e for e in _top.values() if e.is_for(request)]
    links: list[dict[str, Any]] = [link | {"active": False} for link in _links(entries)]
    begun = [link for link in links if request.path.startswith(link["href"]) and link["href"] != "/"]
    begun += [link for link in links if link["href"] == request.path == "/"]
    if begun:
        max(begun, key=lambda link: len(link["href"]))["active"] = True
    return links


def footer_links() -> list[dict[str, str]]:
    """The links at the foot, in order: {"href", "text"}."""
    return _links(_foot.values())


def missing() -> list[str]:
    """Registered names that lead nowhere; for the test that there are none."""
    known = {link["text"] for link in [*_links(_top.values()), *_links(_foot.values())]}
    return [e.url_name for e in [*_top.values(), *_foot.values()] if e.label not in known]


def _links(entries: Iterable[Entry]) -> list[dict[str, str]]:
    # The frame holds every page, error pages too: a name that leads nowhere is left out, and a test complains of it.
    links = []
    for entry in sorted(entries, key=lambda e: (e.order, e.label)):
        with suppress(NoReverseMatch):
            links.append({"href": reverse(entry.url_name), "text": entry.label})
    return links
