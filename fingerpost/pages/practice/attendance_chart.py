"""A bar for each school week, as SVG. Colours and sizes come from the kit's style sheet; nothing here is a person's text."""

from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, FOOT = 720, 220, 44, 28
LINES = (100, 90, 80, 50)


@dataclass(frozen=True)
class Bar:
    """One school week. Units: sessions (half-days)."""

    monday: date
    attended: int
    possible: int

    @property
    def percent(self) -> float:
        return 100 * self.attended / self.possible


def chart(bars: list[Bar], marks: list[tuple[date, str]]) -> SafeString:
    """The picture; empty for no weeks. Marks stand at the first week that ends on or after their day."""
    if not bars:
        return SafeString("")
    step = (WIDTH - LEFT) / len(bars)
    columns = format_html_join(
        "",
        '<rect class="app-bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"></rect>',
        (
            (LEFT + n * step + step * 0.1, _y(bar.percent), step * 0.8, _y(0) - _y(bar.percent))
            for n, bar in enumerate(bars)
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" class="app-svg" aria-hidden="true" focusable="false">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        _scale(),
        columns,
        _marks(bars, marks, step),
    )


def _y(percent: float) -> float:
    return 12 + (HEIGHT - FOOT - 12) * (1 - percent / 100)


def _scale() -> SafeString:
    return format_html_join(
        "",
        '<line class="app-grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"></line>'
        '<text class="app-axis" x="{}" y="{:.1f}" text-anchor="end">{} %</text>',
        ((LEFT, WIDTH, _y(p), _y(p), LEFT - 6, _y(p) + 4, p) for p in LINES),
    )


def _marks(bars: list[Bar], marks: list[tuple[date, str]], step: float) -> SafeString:
    placed = [(LEFT + _week_of(bars, day) * step, label) for day, label in marks]
    return format_html_join(
        "",
        '<line class="app-mark" x1="{0:.1f}" x2="{0:.1f}" y1="4" y2="{1}"></line>'
        '<text class="app-axis" x="{0:.1f}" y="{2}" text-anchor="middle">{3}</text>',
        ((min(max(x, LEFT + 40), WIDTH - 40), HEIGHT - FOOT, HEIGHT - 8, label) for x, label in placed),
    )


def _week_of(bars: list[Bar], day: date) -> int:
    return next((n for n, bar in enumerate(bars) if (day - bar.monday).days < 7), len(bars))
