"""Bar pictures as SVG, made on the server. Colours come from the style sheet; every picture stands beside its table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, TOP, FOOT = 720, 230, 52, 14, 34
MOST_LABELS = 12
NAMES, LENGTH, NUMBERS, ROW, LONGEST = 170, 300, 70, 28, 23


@dataclass(frozen=True)
class Bar:
    """One bar: its name below, its height in the picture's unit (None for no data, which leaves a gap)."""

    label: str
    value: float | None


@dataclass(frozen=True)
class Mark:
    """An upright line at the left edge of a bar, with words at its foot."""

    at: int
    label: str


def bars(
    shown: Sequence[Bar],
    *,
    top: float | None = None,
    unit: str = "",
    target: float | None = None,
    marks: Sequence[Mark] = (),
) -> SafeString:
    """The picture; empty for no bars. `top` is the highest value of the scale, `target` a line across."""
    if not shown:
        return SafeString("")
    values = [bar.value for bar in shown if bar.value is not None]
    highest = top or max([*values, target or 0, 1]) * 1.1
    step = (WIDTH - LEFT) / len(shown)
    parts = [_scale(highest, unit), _columns(shown, highest, step), _target(target, highest), _marks(marks, step)]
    if not marks:
        parts.append(_labels(shown, step))
    return format_html(
        '<svg viewBox="0 0 {} {}" class="app-svg" aria-hidden="true" focusable="false">{}</svg>',
        WIDTH,
        HEIGHT,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def lying_bars(
    shown: Sequence[Bar], *, top: float | None = None, unit: str = "", target: float | None = None
) -> SafeString:
    """Bars from left to right, one below another, each with its name before it and its number behind: for names of any length."""
    if not shown:
        return SafeString("")
    values = [bar.value for bar in shown if bar.value is not None]
    highest = top or max([*values, target or 0, 1])
    height = len(shown) * ROW + 8
    line = SafeString("")
    if target is not None:
        x = _p(NAMES + LENGTH * min(target / highest, 1))
        line = format_html('<line class="app-target" x1="{}" x2="{}" y1="0" y2="{}"></line>', x, x, height)
    return format_html(
        '<svg viewBox="0 0 {} {}" class="app-svg app-svg--lying" aria-hidden="true" focusable="false">{}{}</svg>',
        NAMES + LENGTH + NUMBERS,
        height,
        format_html_join("", "{}", ((_lying(bar, n, highest, unit),) for n, bar in enumerate(shown))),
        line,
    )


def _lying(bar: Bar, number: int, highest: float, unit: str) -> SafeString:
    y, long = number * ROW + 4, LENGTH * (bar.value or 0) / highest
    words = "–" if bar.value is None else f"{bar.value:.1f}{unit}" if unit or bar.value % 1 else f"{bar.value:.0f}"
    name = bar.label if len(bar.label) <= LONGEST else f"{bar.label[: LONGEST - 1]}…"
    return format_html(
        '<text class="app-axis" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="app-bar" x="{}" y="{}" width="{}" height="{}"></rect><text class="app-axis" x="{}" y="{}">{}</text>',
        NAMES - 8, y + 16, name, NAMES, y + 2, _p(max(long, 0)), ROW - 8, _p(NAMES + long + 6), y + 16, words,
    )  # fmt: skip


def _y(value: float, highest: float) -> float:
    return TOP + (HEIGHT - FOOT - TOP) * (1 - value / highest)


def _scale(highest: float, unit: str) -> SafeString:
    steps = [highest * part / 4 for part in range(5)]
    return format_html_join(
        "",
        '<line class="app-grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<text class="app-axis" x="{}" y="{}" text-anchor="end">{}{}</text>',
        (
            (LEFT, WIDTH, _p(_y(s, highest)), _p(_y(s, highest)), LEFT - 6, _p(_y(s, highest) + 4), f"{s:.0f}", unit)
            for s in steps
        ),
    )


def _columns(shown: Sequence[Bar], highest: float, step: float) -> SafeString:
    return format_html_join(
        "",
        '<rect class="app-bar" x="{}" y="{}" width="{}" height="{}"></rect>',
        (
            (
                _p(LEFT + n * step + step * 0.12),
                _p(_y(bar.value, highest)),
                _p(step * 0.76),
                _p(_y(0, highest) - _y(bar.value, highest)),
            )
            for n, bar in enumerate(shown)
            if bar.value is not None
        ),
    )


def _labels(shown: Sequence[Bar], step: float) -> SafeString:
    every = -(-len(shown) // MOST_LABELS)
    return format_html_join(
        "",
        '<text class="app-axis" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((_p(LEFT + (n + 0.5) * step), HEIGHT - 12, bar.label) for n, bar in enumerate(shown) if n % every == 0),
    )


def _target(target: float | None, highest: float) -> SafeString:
    if target is None:
        return SafeString("")
    y = _p(_y(target, highest))
    return format_html('<line class="app-target" x1="{}" x2="{}" y1="{}" y2="{}"></line>', LEFT, WIDTH, y, y)


def _marks(marks: Sequence[Mark], step: float) -> SafeString:
    places = [(_p(min(max(LEFT + mark.at * step, LEFT + 44), WIDTH - 44)), mark.label) for mark in marks]
    return format_html_join(
        "",
        '<line class="app-mark" x1="{0}" x2="{0}" y1="4" y2="{1}"></line>'
        '<text class="app-axis" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        ((x, HEIGHT - FOOT, HEIGHT - 10, label) for x, label in places),
    )


def _p(value: float) -> str:
    return f"{value:.1f}"
