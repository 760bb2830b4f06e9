"""The smallest macros, in Python because a page of fifty rows calls them hundreds of times. Used as `kit.cell(…)`."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from fingerpost.pages.kit.statuses import tag_of

# A reference such as C-7K3Q2M, which must not be broken over two lines.
_REFERENCE = re.compile(r"[A-Z]-[0-9A-Z]{6}")
_REFERENCE_LENGTH = 8
Caller = Callable[[], Markup] | None


_new = str.__new__


def _made(html: str) -> Markup:
    # Not Markup(html), which looks for other kinds of text first. Each part below is escaped where it is placed.
    return _new(Markup, html)


def _escaped(value: object) -> str:
    return value if type(value) is Markup else escape(value)


def _whole(text: object) -> str:
    """A reference is kept on one line."""
    words = text if isinstance(text, str) else str(text)
    return " app-whole" if len(words) == _REFERENCE_LENGTH and _REFERENCE.fullmatch(words) else ""


def link(text: object, href: str, hidden: object = "", classes: str = "") -> Markup:
    """A link; `hidden` is read out after the text, to tell many alike links apart."""
    more = f'<span class="govuk-visually-hidden"> {_escaped(hidden)}</span>' if hidden else ""
    css = f"govuk-link {_escaped(classes)}" if classes else "govuk-link"
    return _made(f'<a class="{css}{_whole(text)}" href="{_escaped(href)}">{_escaped(text)}{more}</a>')


def tag(text: object, colour: str = "") -> Markup:
    """A word in a coloured box."""
    css = f"govuk-tag govuk-tag--{_escaped(colour)}" if colour else "govuk-tag"
    return _made(f'<strong class="{css}">{_escaped(text)}</strong>')


def status_tag(code: object, text: str = "") -> Markup:
    """A status by its code, such as `overdue`; `text` replaces the usual words."""
    return tag(*tag_of(code, text))


def with_note(text: object, note: object = "") -> Markup:
    """What stands in a cell, with a quieter line below it where there is more to say."""
    more = f'<br><span class="app-quiet">{_escaped(note)}</span>' if note else ""
    return _made(f"{_escaped(text)}{more}")


def typed(text: str, longest: int = 160) -> Markup:
    """The beginning of what a person typed, as it was typed; empty for nothing."""
    short = text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]}…"
    return _made(f'<span class="app-typed">{_escaped(short)}</span>') if text else _made("")


def with_tag(text: object, tagged: Markup) -> Markup:
    """What stands in a cell, with a tag behind it."""
    return _made(f"{_escaped(text)} {tagged}")


def cell(
    label: object,
    value: object = "",
    numeric: bool = False,
    header: bool = False,
    caller: Caller = None,
    phone: bool = True,
) -> Markup:
    """One cell: the name of its column (shown on narrow screens) and what stands in it.

    `header`: it names its row. `phone=False`: it is left out on narrow screens.
    """
    shown = caller() if caller else value
    opening, closing = _edges(label, numeric, header, phone)
    return _made(f'{opening}{_whole(shown)}">{_escaped(shown)}{closing}')


@lru_cache(maxsize=1024)
def _edges(label: object, numeric: bool, header: bool, phone: bool) -> tuple[str, str]:
    """What stands before and after a cell of this column: the same in every row."""
    if header:
        opening, closing = '<th scope="row" class="govuk-table__header"', "</div></th>"
    else:
        css = "govuk-table__cell govuk-table__cell--numeric" if numeric else "govuk-table__cell"
        css += "" if phone else " app-roomy"
        opening, closing = f'<td class="{css}"', "</div></td>"
    named = str(label).removesuffix("?")  # a colon follows it on narrow screens
    return f'{opening} data-label="{_escaped(named)}"><div class="app-cell', closing


def cell_of(value: object, label: object, numeric: bool = False, header: bool = False) -> Markup:
    """`cell` as a filter. Jinja calls filters directly, which halves the time of a row in a list that is opened often."""
    return cell(label, value, numeric, header)


PIECES: dict[str, Any] = {"cell": cell, "link": link, "status_tag": status_tag, "tag": tag}
