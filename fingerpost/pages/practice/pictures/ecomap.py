"""What a family is tied to outside the home: the family in the middle, a line to each school, worker, group and service."""

from collections.abc import Sequence
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fingerpost.proof.chronology.kinship import Outside

WIDE, BOX, STEP, HIGH = 620, 210, 92, 76
LONGEST = 25


def ecomap(family: str, ties: Sequence[Outside]) -> SafeString:
    """The picture; empty where nothing is known."""
    if not ties:
        return SafeString("")
    names = list(dict.fromkeys((tie.kind, tie.name) for tie in ties))
    left, right = names[::2], names[1::2]
    height = max(len(left), 2) * STEP
    boxes = [(0, _at(n, len(left), height), *name) for n, name in enumerate(left)]
    boxes += [(WIDE - BOX, _at(n, len(right), height), *name) for n, name in enumerate(right)]
    lines = format_html_join(
        "",
        '<line class="app-tie" x1="{}" y1="{}" x2="{}" y2="{}"></line>',
        ((WIDE / 2, height / 2, BOX if x == 0 else x, y + HIGH / 2) for x, y, _, _ in boxes),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" class="app-svg app-svg--ties" aria-hidden="true" focusable="false">{}{}{}</svg>',
        WIDE,
        height,
        lines,
        _centre(family, height),
        format_html_join("", "{}", ((_box(*box),) for box in boxes)),
    )


def _at(number: int, among: int, height: int) -> float:
    return (height - among * STEP) / 2 + number * STEP + (STEP - HIGH) / 2


def _centre(family: str, height: int) -> SafeString:
    return format_html(
        '<circle class="app-kin" cx="{0}" cy="{1}" r="52"></circle>'
        '<text class="app-kin__name" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        WIDE / 2,
        height / 2,
        height / 2 + 5,
        _cut(family, 13),
    )


def _box(x: float, y: float, kind: str, name: str) -> SafeString:
    return format_html(
        '<rect class="app-kin" x="{}" y="{}" width="{}" height="{}" rx="4"></rect>'
        '<text class="app-kin__kind" x="{}" y="{}">{}</text>{}',
        x, y, BOX, HIGH, x + 10, y + 21, kind, _lines(x + 10, y + 42, name),
    )  # fmt: skip


def _lines(x: float, y: float, name: str) -> SafeString:
    """The name on two lines at most; what is longer still stands whole in the table."""
    lines = wrap(name, LONGEST) or [""]
    shown = lines if len(lines) < 3 else [lines[0], _cut(" ".join(lines[1:]), LONGEST)]
    return format_html_join(
        "",
        '<text class="app-kin__name" x="{}" y="{}">{}</text>',
        ((x, y + 20 * number, line) for number, line in enumerate(shown)),
    )


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
