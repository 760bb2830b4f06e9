"""Lists: one declaration gives columns, sorting, filters, a search within, pages and a file of what is shown.

A view declares a `List`, hands it the rows that its reader may meet, and shows what comes back with `kit.listing(…)`.
Everything is links and forms, so that it works without scripts. How to write one: docs/how-to/show-a-list.md.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString

from fingerpost.pages.kit import fields, list_files, list_search, pieces, words
from fingerpost.pages.kit.forms import KitForm

PER_PAGE = (12, 50, 100)
"""Twelve rows are a screen and a half of a phone. Whoever chooses more gets more in every list until they sign out."""
CHOSEN = "rows_on_a_page"

MOST_COUNTED = 10_000
"""A county's cases are not counted to the last one at each click: beyond this a list says "more than"."""

Rows = Any  # a queryset, or a sequence of whatever a query gave


@dataclass(frozen=True)
class Column:
    """One column. `value` is what the file holds: a word, a number, a date; the page shows it too, unless `show` says how.

    `sort`: of a queryset the fields to sort by; of other rows a function, or True for the value itself.
    `only`: "page" or "file", for a column that stands in one of them alone. `phone`: "bare" for a value that needs no name before
    it where there is no room for columns, "no" for one that is left out there.
    """

    title: str
    value: Callable[[Any], Any]
    show: Callable[[Any], Any] | None = None
    sort: str | tuple[str, ...] | Callable[[Any], Any] | bool = False
    numeric: bool = False
    only: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """Its name in an address: `next-due`."""
        return "-".join(self.title.lower().split())


@dataclass(frozen=True)
class Choice:
    """A filter by one of several choices. `keep(rows, chosen)` gives what is left; `blank` is what choosing nothing is called.

    `start` is in force while nothing is chosen, and takes the place of choosing nothing: a list of this term, say.
    """

    name: str
    label: str
    options: Iterable[tuple[str, str]]
    keep: Callable[[Rows, str], Rows]
    blank: str = "All"
    start: str = ""

    def field(self) -> Any:
        """What the form asks."""
        asked = fields.Choice(self.label, list(self.options), required=False, blank=self.blank)
        if self.start:
            asked.choices = list(self.options)
        return asked

    def words(self, chosen: str) -> str:
        """What was chosen, as its tag says it."""
        return f"{self.label}: {dict(self.options).get(chosen, chosen)}"


@dataclass(frozen=True)
class Day:
    """A filter by a day, such as the first that counts. `keep(rows, day)` gives what is left."""

    name: str
    label: str
    keep: Callable[[Rows, dt.date], Rows]
    start = ""

    def field(self) -> Any:
        """What the form asks."""
        return fields.Date(self.label, required=False)

    def words(self, chosen: dt.date) -> str:
        """What was chosen, as its tag says it."""
        return f"{self.label}: {words.date(chosen)}"


@dataclass(frozen=True)
class List:
    """The declaration of a list.

    `one`, `many`: what a row is, "case" and "cases". `start`: the key of the column it is sorted by at first, with a minus for
    the highest first; empty leaves the rows as they come. `search`: fields of a queryset, or True for other rows (every
    column is searched). `prepare`: given the rows of one page, gives them back with whatever they lack, in a constant number
    of queries. `seen`: told the rows that are shown or put in a file, for the access log. `name`: tells two lists of one page
    apart.
    """

    columns: Sequence[Column]
    one: str
    many: str = ""
    filters: Sequence[Choice | Day] = ()
    search: Sequence[str] | bool = ()
    start: str = ""
    empty: str = "There is nothing here yet."
    name: str = ""
    caption: str = ""
    prepare: Callable[[list[Any]], list[Any]] | None = None
    seen: Callable[[list[Any]], None] | None = None
    per_page: Sequence[int] = PER_PAGE

    def of(self, request: HttpRequest, rows: Rows) -> "Listed":
        """The list as it is asked for in the address. Rows are those that the reader may meet."""
        return _Reading(self, request).of(rows)


@dataclass
class Listed:
    """A list ready to be shown; `file` is the answer to give at once where the file was asked for."""

    spec: List
    rows: list[Any]
    total: int
    is_more: bool
    page: Any
    form: KitForm | None
    sort: str
    within: str
    _address: Callable[..., str]
    _chosen: list[tuple[str, str]] = field(default_factory=list)
    file: HttpResponse | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter or a search is in force."""
        return bool(self._chosen)

    @property
    def may_filter(self) -> bool:
        """Whether filters are of use: there is a choice of rows, or a filter that began by itself hides some."""
        return self.is_narrowed or self.total > 1 or any(one.start for one in self.spec.filters)

    @property
    def many(self) -> str:
        """What its rows are called."""
        return self.spec.many or f"{self.spec.one}s"

    @property
    def caption(self) -> str:
        """What the table is called: "Showing 1 to 15 of 240 cases"."""
        if not self.rows:
            return self.spec.caption or self.many.capitalize()
        if len(self.rows) == self.total:
            return words.plural(self.total, self.spec.one, self.many)
        first = self.page.start_index()
        whole = f"more than {words.number(self.total)}" if self.is_more else words.number(self.total)
        return f"{first} to {first + len(self.rows) - 1} of {whole} {self.many}"

    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in force: its words, and the address without it."""
        return [(told, self._address(**{name: ""}, page="")) for told, name in self._chosen]

    def clear(self) -> str:
        """The address with no filter and no search."""
        return self._address(**{name: "" for _, name in self._chosen}, page="")

    def headings(self) -> list[dict[str, Any]]:
        """The heads of the columns: {text, numeric, href, direction}; `href` empty for one that is not sorted by."""
        return [
            {
                "text": column.title,
                "numeric": column.numeric,
                "href": self._sorted_by(column) if column.sort else "",
                "direction": {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, ""),
            }
            for column in self._shown()
        ]

    def _sorted_by(self, column: Column) -> str:
        return self._address(sort=f"-{column.key}" if self.sort == column.key else column.key, page="")

    def _shown(self) -> list[Column]:
        return [column for column in self.spec.columns if column.only != "file"]

    def lines(self) -> Iterable[SafeString]:
        """Each row of the table as HTML; the first column names its row."""
        columns = list(enumerate(self._shown()))
        for row in self.rows:
            cells = [
                pieces.cell(
                    "" if c.phone == "bare" else c.title,
                    on_page((c.show or c.value)(row)),
                    numeric=c.numeric,
                    header=place == 0,
                    phone=c.phone != "no",
                )
                for place, c in columns
            ]
            yield SafeString("".join(cells))

    def page_links(self) -> str:
        """The address of a page of it, less its number at the end."""
        return f"{self._address(page='')}{'&' if '?' in self._address(page='') else '?'}{_name(self.spec, 'page')}="

    def downloads(self) -> list[tuple[str, str]]:
        """The files of exactly what is filtered: [(words, address)]."""
        return [("CSV", self._address(download="csv", page="")), ("Excel", self._address(download="xlsx", page=""))]

    def sizes(self) -> list[tuple[int, str]]:
        """How many rows a page may hold: [(number, address or "" for the one in force)]; none for a short list."""
        if self.total <= self.spec.per_page[0]:
            return []
        here = self.page.paginator.per_page
        return [(n, "" if n == here else self._address(rows=str(n), page="")) for n in self.spec.per_page]

    def back(self) -> str:
        """Where a search within comes back to."""
        return self._address(page="", within="")

    def kept(self) -> list[tuple[str, str]]:
        """What the filter's form must carry along: [(name, value)]."""
        own = set(self.form.fields) if self.form else set()
        query = QueryDict(self._address(page="").partition("?")[2])
        return [(name, str(value)) for name, value in query.items() if name not in own]


def on_page(value: Any) -> Any:
    """A value as a list writes it: 4 Dec 2010; 1,234; Yes. Words and HTML stay."""
    if isinstance(value, dt.datetime):
        return f"{words.list_date(value)}, {words.time(value)}"
    if isinstance(value, dt.date):
        return words.list_date(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return words.number(value)
    if isinstance(value, float | Decimal):
        return words.number(value, 1)
    return "" if value is None else value


def _name(spec: List, name: str) -> str:
    return f"{spec.name}-{name}" if spec.name else name


class _Reading:
    """What the address asks of a list."""

    def __init__(self, spec: List, request: HttpRequest) -> None:
        self.spec, self.request = spec, request
        self.asked = {name: request.GET.get(_name(spec, name), "") for name in ("sort", "rows", "page", "download")}
        self.within = list_search.words_of(request, request.GET.get(_name(spec, "within"), ""))
        self.form = self._form()

    def _form(self) -> KitForm | None:
        if not self.spec.filters:
            return None
        answers = self.request.GET.copy()
        for one in self.spec.filters:
            if one.start and not answers.get(_name(self.spec, one.name)):
                answers[_name(self.spec, one.name)] = one.start
        form = KitForm(answers)
        for one in self.spec.filters:
            form.fields[_name(self.spec, one.name)] = one.field()
        form.is_valid()  # what cannot be read is said at its field, and filters nothing
        return form

    def of(self, rows: Rows) -> Listed:
        rows = self._sorted(self._searched(self._filtered(rows)))
        if self.asked["download"] in list_files.KINDS:
            return self._as_file(rows)
        total, is_more = _counted(rows)
        per_page = self._per_page()
        page = Paginator(range(total), per_page).get_page(self.asked["page"])
        first = (page.number - 1) * per_page
        return self._listed(self._ready(rows[first : first + per_page]), total, is_more, page)

    def _per_page(self) -> int:
        return rows_on_a_page(self.request, self.asked["rows"], self.spec.per_page)

    def _listed(self, rows: list[Any], total: int, is_more: bool, page: Any) -> Listed:
        return Listed(
            self.spec,
            rows,
            total,
            is_more,
            page,
            self.form,
            self.asked["sort"] if self._column() else self.spec.start,
            self.within,
            self._address,
            self._chosen(),
        )

    def _as_file(self, rows: Rows) -> Listed:
        if hasattr(self.request, "why_seen"):
            self.request.why_seen = f"Taken as a file ({self.asked['download'].upper()})"
        held = self._ready(rows[: list_files.MOST])
        columns = [column for column in self.spec.columns if column.only != "page"]
        told = [[column.value(row) for column in columns] for row in held]
        named = (self.spec.many or f"{self.spec.one}s").replace(" ", "_")
        listed = self._listed([], len(held), False, Paginator(range(1), 1).get_page(1))
        listed.file = list_files.file_of(self.asked["download"], named, [c.title for c in columns], told)
        return listed

    def _ready(self, rows: Rows) -> list[Any]:
        held = list(rows)
        held = self.spec.prepare(held) if self.spec.prepare else held
        if self.spec.seen:
            self.spec.seen(held)
        return held

    def _filtered(self, rows: Rows) -> Rows:
        for one in self.spec.filters:
            chosen = self._value(one)
            rows = one.keep(rows, chosen) if chosen else rows
        return rows

    def _value(self, one: Choice | Day) -> Any:
        return self.form.cleaned_data.get(_name(self.spec, one.name)) if self.form else None

    def _searched(self, rows: Rows) -> Rows:
        sought = self.within.split()
        if not sought or not self.spec.search:
            return rows
        if isinstance(rows, QuerySet):
            named = self.spec.search if not isinstance(self.spec.search, bool) else ()
            for word in sought:
                rows = rows.filter(reduce(lambda q, name: q | Q(**{f"{name}__icontains": word}), named, Q()))
            return rows
        return [row for row in rows if self._holds(row, [word.casefold() for word in sought])]

    def _holds(self, row: Any, sought: list[str]) -> bool:
        text = " ".join(str(on_page(column.value(row))) for column in self.spec.columns).casefold()
        return all(word in text for word in sought)

    def _column(self) -> Column | None:
        key = self.asked["sort"].removeprefix("-")
        return next((column for column in self.spec.columns if column.sort and column.key == key), None)

    def _sorted(self, rows: Rows) -> Rows:
        column, is_down = self._column(), self.asked["sort"].startswith("-")
        if column is None:
            return rows
        if isinstance(rows, QuerySet):
            named = (column.sort,) if isinstance(column.sort, str) else column.sort
            order = [
                F(n).desc(nulls_last=True) if is_down else F(n).asc(nulls_last=True)
                for n in named  # type: ignore[union-attr]
            ]
            return rows.order_by(*order, "pk")
        key = column.sort if callable(column.sort) else column.value
        known = [row for row in rows if key(row) not in (None, "")]
        unknown = [row for row in rows if key(row) in (None, "")]
        return sorted(known, key=lambda row: _in_order(key(row)), reverse=is_down) + unknown

    def _chosen(self) -> list[tuple[str, str]]:
        """What narrows the list: (words, name in the address)."""
        chosen = [
            (one.words(self._value(one)), one.name)
            for one in self.spec.filters
            if self._value(one) and self._value(one) != one.start
        ]
        return [*chosen, *([(f"Search: {self.within}", "within")] if self.within else [])]

    def _address(self, **changed: str) -> str:
        query = self.request.GET.copy()
        query.pop(_name(self.spec, "download"), None)
        for name, value in changed.items():
            query.pop(_name(self.spec, name), None)
            if value:
                query[_name(self.spec, name)] = value
        for name in [name for name, value in query.items() if not value]:
            query.pop(name)
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path


def rows_on_a_page(request: HttpRequest, asked: str, sizes: Sequence[int] = PER_PAGE) -> int:
    """As many rows as were asked for now (`asked`), or in any list before."""
    session = getattr(request, "session", {})
    if chosen := next((n for n in sizes if str(n) == asked), None):
        session[CHOSEN] = chosen
    kept: int = session.get(CHOSEN, 0)
    return kept if kept in sizes else sizes[0]


def _in_order(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _counted(rows: Rows) -> tuple[int, bool]:
    """How many rows there are, and whether there are more than that."""
    if not isinstance(rows, QuerySet):
        return len(rows), False
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    return min(found, MOST_COUNTED), found > MOST_COUNTED
