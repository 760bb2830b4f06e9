"""The smallest macros, in Python because a page of fifty rows calls them hundreds of times. Used as `kit.cell(…)`."""

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from fingerpost.pages.kit.statuses import tag_of

# A reference such as C-7K3Q2M, which must not be broken over two lines.
_REFERENCE = re.compile(r"[A-Z]-[0-9A-Z]{6}")
Caller = Callable[[], Markup] | None


def _made(html: str) -> Markup:
    # Markup.format would escape for us, at five times the cost. Each part below is escaped where it is placed.
    return Markup(html)  # noqa: S704


def link(text: object, href: str, hidden: object = "", classes: str = "") -> Markup:
    """A link; `hidden` is read out after the text, to tell many alike links apart."""
    more = f'<span class="govuk-visually-hidden"> {escape(hidden)}</span>' if hidden else ""
    css = f"govuk-link {escape(classes)}" if classes else "govuk-link"
    if _REFERENCE.fullmatch(str(text)):
        css += " app-whole"
    return _made(f'<a class="{css}" href="{escape(href)}">{escape(text)}{more}</a>')


def tag(text: object, colour: str = "") -> Markup:
    """A word in a coloured box."""
    css = f"govuk-tag govuk-tag--{escape(colour)}" if colour else "govuk-tag"
    return _made(f'<strong class="{css}">{escape(text)}</strong>')


def status_tag(code: object, text: str = "") -> Markup:
    """A status by its code, such as `overdue`; `text` replaces the usual words."""
    return tag(*tag_of(code, text))


def cell(
    label: object,
    value: object = "",
    numeric: bool = False,
    header: bool = False,
    caller: Caller = None,
) -> Markup:
    """One cell: the name of its column (shown on narrow screens) and what stands in it.

    `header`: it names its row.
    """
    shown = caller() if caller else value
    if header:
        opening, closing = '<th scope="row" class="govuk-table__header"', "</th>"
    else:
        css = "govuk-table__cell govuk-table__cell--numeric" if numeric else "govuk-table__cell"
        opening, closing = f'<td class="{css}"', "</td>"
    whole = " app-whole" if _REFERENCE.fullmatch(str(shown)) else ""
    return _made(f'{opening} data-label="{escape(label)}"><div class="app-cell{whole}">{escape(shown)}</div>{closing}')


PIECES: dict[str, Any] = {"cell": cell, "link": link, "status_tag": status_tag, "tag": tag}
