"""Areas by absence as lying bars, the highest first, each with a dot for every advisor placed there."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fingerpost.work.workforce.queries import Placed, plain

NAMES, LENGTH, DOTS, ROW = 170, 300, 260, 24
ADVISOR = 15  # from one dot to the next
MOST_DOTS = 6
WORDS = {"high": "too few", "low": "too many"}


def need_bars(rows: Sequence[Placed]) -> SafeString:
    """The picture; empty for no rows. What is out of step has another colour, and says so."""
    if not rows:
        return SafeString("")
    highest = max(float(one.row.absence_rate) for one in rows) or 1
    return format_html(
        '<svg viewBox="0 0 {} {}" class="app-svg" aria-hidden="true" focusable="false">{}</svg>',
        NAMES + LENGTH + DOTS,
        len(rows) * ROW + 8,
        format_html_join("", "{}{}", ((_bar(one, n, highest), _advisors(one, n)) for n, one in enumerate(rows))),
    )


def _bar(one: Placed, number: int, highest: float) -> SafeString:
    y, long = number * ROW + 4, LENGTH * float(one.row.absence_rate) / highest
    return format_html(
        '<text class="app-axis" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="app-bar{}" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<text class="app-axis" x="{}" y="{}">{} %</text>',
        NAMES - 8, y + 16, one.row.area.name, " app-bar--flag" if one.flag else "", NAMES, y + 2, f"{long:.1f}", ROW - 8,
        f"{NAMES + long + 6:.1f}", y + 16, f"{one.row.absence_rate:.1f}",
    )  # fmt: skip


def _advisors(one: Placed, number: int) -> SafeString:
    """A dot for each whole advisor, then the number, and what is wrong with it."""
    y, x = number * ROW + 14, NAMES + LENGTH + 62
    dots = min(int(one.advisors), MOST_DOTS)
    said = f"{plain(one.advisors)}{f', {WORDS[one.flag]}' if one.flag else ''}"
    return format_html(
        '{}<text class="app-axis" x="{}" y="{}">{}</text>',
        format_html_join(
            "", '<circle class="app-dot" cx="{}" cy="{}" r="5"></circle>', ((x + n * ADVISOR, y) for n in range(dots))
        ),
        x + MOST_DOTS * ADVISOR,
        y + 6,
        said,
    )
