"""Forms as a page shows them, read from its HTML, and filled in as somebody would who gives the first answer to everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class ShownForm:
    """A form of a page: where it posts (empty for the page itself) and its fields in order."""

    action: str = ""
    fields: list["ShownField"] = field(default_factory=list)

    @property
    def token(self) -> str:
        """What lets it act once; empty where the form has none."""
        return next((one.value for one in self.fields if one.name == "_once"), "")


@dataclass
class ShownField:
    """One field: its kind, what it holds now, and which answers it offers."""

    name: str
    kind: str
    value: str = ""
    answers: list[str] = field(default_factory=list)
    is_chosen: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[ShownForm] = []
        self.form: ShownForm | None = None
        self.open: ShownField | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method", "").lower() == "post":
            self.form = ShownForm(has.get("action", ""))
            self.found.append(self.form)
        elif self.form is None:
            return
        elif tag == "option" and self.open:
            self.open.answers.append(has.get("value", ""))
            self.open.value = has.get("value", "") if "selected" in has else self.open.value
        elif tag in ("input", "select", "textarea") and has.get("name") and "disabled" not in has:
            self._field(tag, has)

    def _field(self, tag: str, has: Mapping[str, str]) -> None:
        kind = has.get("type", "text") if tag == "input" else tag
        kind = (
            "date"
            if "moj-js-datepicker-input" in has.get("class", "") or "datepicker" in has.get("class", "")
            else kind
        )
        kind = "number" if has.get("inputmode") in ("numeric", "decimal") and kind == "text" else kind
        shown = ShownField(has["name"], kind, has.get("value", ""), is_chosen="checked" in has)
        assert self.form is not None
        self.form.fields.append(shown)
        self.open = shown if tag in ("select", "textarea") else None

    def handle_data(self, data: str) -> None:
        if self.open and self.open.kind == "textarea":
            self.open.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag in ("select", "textarea"):
            self.open = None


def forms_of(html: str) -> list[ShownForm]:
    """Every form of the page that posts."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


WORDS = {"text": "Words", "textarea": "Some words about it.", "number": "1", "date": "31/12/2010"}
LAST = object()
"""Told for a field: the last answer that it offers."""


def first_answers(form: ShownForm, told: Mapping[str, Any]) -> dict[str, Any]:
    """The form filled in: what it holds already, else the first answer there is; `told` goes before both."""
    filled: dict[str, Any] = {}
    for one in form.fields:
        if one.kind in ("radio", "checkbox"):
            if one.is_chosen or one.name not in filled or told.get(one.name) is LAST:
                filled[one.name] = one.value
        elif one.kind == "select":
            answers = [answer for answer in one.answers if answer]
            # A reason for no answer does not go beside an answer.
            first = one.value or ("" if one.name.endswith("-why") else next(iter(answers), ""))
            filled[one.name] = answers[-1] if told.get(one.name) is LAST and answers else first
        elif one.kind != "file":
            filled[one.name] = one.value.strip() or WORDS.get(one.kind, one.value)
    return {**filled, **{name: value for name, value in told.items() if value is not LAST}}
