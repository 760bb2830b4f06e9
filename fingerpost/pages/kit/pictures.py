"""Bar pictures, made on the server. Words are words of the page, so that they wrap, grow and print as it does; only the bars
are SVG. Colours come from the style sheet, every picture stands beside its table, and nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fingerpost.pages.kit.words import NO_BREAK

WHOLE, THICK = 100, 20  # the size of one bar's drawing, which is stretched to the room there is
STRIPE = 3  # from one stripe of a bar of few records to the next
FEW = 10
"""A bar of fewer records than this is striped and says so: 100 % of one is not 100 % of forty."""
DATES = 5


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length in the picture's unit (None for no data, which leaves a gap), and what it is made of.

    `note` stands behind the number, such as "3 of 4"; `of` is how many records it rests on, where that is known; `is_flagged`
    marks one that the note says something is wrong with.
    """

    label: str
    value: float | None
    note: str = ""
    of: int | None = None
    is_flagged: bool = False

    @property
    def is_few(self) -> bool:
        return self.of is not None and self.of < FEW


@dataclass(frozen=True)
class Mark:
    """An upright line at the left edge of a bar, with words in the list below the picture."""

    at: int
    label: str


def lying_bars(
    shown: Sequence[Bar], *, top: float | None = None, unit: str = "", places: int = 1, target: float | None = None
) -> SafeString:
    """Bars from left to right, one below another, each with its name before it and its number behind. Empty for no numbers."""
    values = [bar.value for bar in shown if bar.value is not None]
    if not values:
        return SafeString("")
    highest = top or max([*values, target or 0, 1])
    rows = format_html_join("", "{}", ((_row(bar, highest, unit, places, target),) for bar in shown))
    return format_html(
        '<div class="app-bars" aria-hidden="true">{}</div>{}',
        rows,
        _key(target, unit, has_few=any(bar.is_few and bar.value is not None for bar in shown)),
    )


def _row(bar: Bar, highest: float, unit: str, places: int, target: float | None) -> SafeString:
    return format_html(
        '<div class="app-bars__row"><span class="app-bars__name">{}</span>'
        '<svg class="app-bars__line" viewBox="0 0 {} {}" preserveAspectRatio="none" focusable="false">{}{}</svg>'
        '<span class="app-bars__number">{}{}</span></div>',
        bar.label,
        WHOLE,
        THICK,
        _drawn(bar, highest),
        _line(target, highest),
        _number(bar, unit, places),
        format_html(' <span class="app-quiet">{}</span>', bar.note) if bar.note else "",
    )


def _number(bar: Bar, unit: str, places: int) -> str:
    if bar.value is None:
        return "–"
    return f"{bar.value:.{places}f}{unit}" if unit or bar.value % 1 else f"{bar.value:.0f}"


def _drawn(bar: Bar, highest: float) -> SafeString:
    """The bar itself: solid, or outlined with stripes where it rests on few records."""
    long = max(0.0, min(WHOLE * (bar.value or 0) / highest, WHOLE))
    if not long:
        return SafeString("")
    kind = "app-bar app-bar--few" if bar.is_few else "app-bar app-bar--flag" if bar.is_flagged else "app-bar"
    solid = format_html('<rect class="{}" x="0" y="0" width="{}" height="{}"></rect>', kind, _p(long), THICK)
    if not bar.is_few:
        return solid
    stripes = "".join(f"M{x} 0V{THICK}" for x in range(STRIPE, int(long) + 1, STRIPE))
    return format_html('{}<path class="app-stripes" d="{}"></path>', solid, stripes)


def _line(target: float | None, highest: float) -> SafeString:
    if target is None:
        return SafeString("")
    x = _p(WHOLE * min(target / highest, 1))
    return format_html('<line class="app-target" x1="{0}" x2="{0}" y1="0" y2="{1}"></line>', x, THICK)


def _key(target: float | None, unit: str, *, has_few: bool) -> SafeString:
    """What the line and the stripes mean, in words."""
    told = [f"The dashed line is the target, {target:g}{unit}."] if target is not None else []
    told += [f"A striped bar rests on fewer than {FEW} records."] if has_few else []
    return format_html('<p class="govuk-body-s app-quiet">{}</p>', " ".join(told)) if told else SafeString("")


def columns(
    shown: Sequence[Bar], *, top: float, unit: str = "", marks: Sequence[Mark] = (), is_dated: bool = True
) -> SafeString:
    """Many upright bars side by side, as of weeks, with the names of some below them. Empty for no numbers.

    `is_dated`: the names are days in order, of which the first, the last and a few between are enough.
    """
    if all(bar.value is None for bar in shown):
        return SafeString("")
    step = WHOLE / len(shown)
    drawn = format_html_join(
        "",
        '<rect class="app-bar" x="{}" y="{}" width="{}" height="{}"></rect>',
        (
            (_p(n * step + step * 0.1), _p(WHOLE - _high(bar, top)), _p(step * 0.8), _p(_high(bar, top)))
            for n, bar in enumerate(shown)
            if bar.value
        ),
    )
    lines = format_html_join(
        "",
        '<line class="app-mark" x1="{0}" x2="{0}" y1="0" y2="{1}"></line>',
        ((_p(m.at * step), WHOLE) for m in marks),
    )
    return format_html(
        '<div class="app-columns-picture" aria-hidden="true"><div class="app-columns-picture__scale">'
        "<span>{0}{1}</span><span>{2}{1}</span><span>0{1}</span></div>"
        '<svg class="app-columns-picture__bars" viewBox="0 0 {3} {3}" preserveAspectRatio="none" focusable="false">{4}{5}</svg>'
        '<div class="app-columns-picture__names">{6}</div></div>{7}',
        f"{top:g}",
        unit,
        f"{top / 2:g}",
        WHOLE,
        drawn,
        lines,
        _some_names(shown) if is_dated else _names(shown),
        _marked(shown, marks),
    )


def _high(bar: Bar, top: float) -> float:
    return max(0.0, min(WHOLE * (bar.value or 0) / top, WHOLE))


def _names(shown: Sequence[Bar]) -> SafeString:
    return format_html_join("", "<span>{}</span>", ((bar.label.replace(NO_BREAK, " "),) for bar in shown))


def _some_names(shown: Sequence[Bar]) -> SafeString:
    last = len(shown) - 1
    places = sorted({round(last * part / (DATES - 1)) for part in range(DATES)})
    return _names([shown[n] for n in places])


def _marked(shown: Sequence[Bar], marks: Sequence[Mark]) -> SafeString:
    if not marks:
        return SafeString("")
    told = "; ".join(f"{m.label}, week of {shown[min(m.at, len(shown) - 1)].label}" for m in marks)
    return format_html('<p class="govuk-body-s app-quiet">Dashed lines: {}.</p>', told)


def _p(value: float) -> str:
    return f"{value:.1f}"
