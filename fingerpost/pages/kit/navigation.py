"""The links at the top and at the foot of every page. Each audience registers its own when its room starts up."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

FEW = 6
"""As many links stand in one row at 1,280 pixels; whoever has more finds them in sections."""


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permission: Any = None
    order: int = 0
    when: Callable[[HttpRequest], bool] | None = None
    section: str = ""
    also: Sequence[str] = ()
    says: str = ""

    def is_for(self, request: HttpRequest) -> bool:
        """Whoever asks may follow it: they hold the permission somewhere, or none is asked for."""
        if self.when is not None and not self.when(request):
            return False
        actor = getattr(request, "actor", None)
        return self.permission is None or bool(actor and actor.has(self.permission))

    def covers(self, path: str, href: str) -> int:
        """How much of a page's address this link stands for, in letters; nought for a page that is not below it."""
        begun = [start for start in (href, *self.also) if _is_below(path, start)]
        return max(map(len, begun), default=0)


@dataclass(frozen=True)
class Search:
    """Where the words of the search at the top are sent, as which field, and who may search."""

    label: str
    url_name: str
    field: str
    permission: Any


@dataclass(frozen=True)
class Section:
    """One section as the help page shows it: its pages, each {"href", "text", "says"}."""

    name: str
    pages: list[dict[str, Any]]


@dataclass
class Navigation:
    """What stands at the top of a page: links or sections in one row, and below it the pages of the section one is in."""

    links: list[dict[str, Any]] = field(default_factory=list)
    section: str = ""
    pages: list[dict[str, Any]] = field(default_factory=list)


_top: dict[str, Entry] = {}
_foot: dict[str, Entry] = {}
_search: list[Search] = []


def register(
    label: str,
    url_name: str,
    permission: Any = None,
    *,
    order: int = 0,
    when: Callable[[HttpRequest], bool] | None = None,
    section: str = "",
    also: Sequence[str] = (),
    says: str = "",
) -> None:
    """Add a link to the primary navigation; lower `order` stands further left. Registering a name again replaces it.

    `says` tells on the help page what it is for: one plain sentence or two.

    Without a permission everybody signed in sees the link; `when` narrows it further. Whoever has many links finds those of a
    `section` together. `also`: beginnings of other addresses that belong to it, such as "/families".
    """
    _top[url_name] = Entry(label, url_name, permission, order, when, section, also, says)


def register_search(label: str, url_name: str, permission: Any, *, field: str) -> None:
    """Put a search at the top of every page, for whoever holds the permission; its words are posted as `field`."""
    _search[:] = [Search(label, url_name, field, permission)]


def search(request: HttpRequest | None) -> dict[str, str] | None:
    """The search that this person may use: {"href", "label", "field"}. None for nobody, and on the page that it leads to."""
    actor = getattr(request, "actor", None) if request else None
    for one in _search:
        with suppress(NoReverseMatch):
            href = reverse(one.url_name)
            if request and actor and actor.id and actor.has(one.permission) and request.path != href:
                return {"href": href, "label": one.label, "field": one.field}
    return None


def explained(request: HttpRequest) -> list[Section]:
    """What this person may open, by section, each page with what it is for. Nobody signed in: nothing."""
    if getattr(getattr(request, "actor", None), "id", None) is None:
        return []
    sections: dict[str, list[dict[str, Any]]] = {}
    for entry, link in _links(_top.values()):
        if entry.is_for(request):
            sections.setdefault(entry.section or entry.label, []).append({**link, "says": entry.says})
    return [Section(name, pages) for name, pages in sections.items()]


def said_of_pages() -> dict[str, str]:
    """What the help page says of each link: name of the address to sentence."""
    return {entry.url_name: entry.says for entry in _top.values()}


def register_footer(label: str, url_name: str, *, order: int = 0) -> None:
    """Add a link to the foot of every page, for everybody."""
    _foot[url_name] = Entry(label, url_name, None, order)


def navigation(request: HttpRequest | None) -> Navigation:
    """What this person may follow, in order; links are {"href", "text", "active"}. Nobody signed in: nothing."""
    if not request or getattr(getattr(request, "actor", None), "id", None) is None:
        return Navigation()
    found = [(e, link) for e, link in _links(_top.values()) if e.is_for(request)]
    here = max(found, key=lambda pair: pair[0].covers(request.path, pair[1]["href"]), default=None)
    if here and here[0].covers(request.path, here[1]["href"]):
        here[1]["active"] = True
    if len(found) <= FEW:
        return Navigation([link for _, link in found])
    sections: dict[str, list[dict[str, Any]]] = {}
    for entry, link in found:
        sections.setdefault(entry.section or entry.label, []).append(link)
    row = [
        {"href": links[0]["href"], "text": name, "active": any(link["active"] for link in links)}
        for name, links in sections.items()
    ]
    inside = next((name for name, links in sections.items() if any(link["active"] for link in links)), "")
    pages = sections.get(inside, [])
    return Navigation(row, inside, pages if len(pages) > 1 else [])


def footer_links() -> list[dict[str, Any]]:
    """The links at the foot, in order: {"href", "text"}."""
    return [link for _, link in _links(_foot.values())]


def missing() -> list[str]:
    """Registered names that lead nowhere; for the test that there are none."""
    known = {entry.url_name for entry, _ in [*_links(_top.values()), *_links(_foot.values())]}
    return [e.url_name for e in [*_top.values(), *_foot.values()] if e.url_name not in known]


def _links(entries: Iterable[Entry]) -> list[tuple[Entry, dict[str, Any]]]:
    # The frame holds every page, error pages too: a name that leads nowhere is left out, and a test complains of it.
    links = []
    for entry in sorted(entries, key=lambda e: (e.order, e.label)):
        with suppress(NoReverseMatch):
            links.append((entry, {"href": reverse(entry.url_name), "text": entry.label, "active": False}))
    return links


def _is_below(path: str, start: str) -> bool:
    return path == start or (start != "/" and path.startswith(f"{start.rstrip('/')}/"))
