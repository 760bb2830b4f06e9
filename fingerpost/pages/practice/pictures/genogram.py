"""A family tree in the usual signs: a square for a man or boy, a circle for a woman or girl, a diamond where that is not known.

A double outline marks a child whom the work is about, a shaded sign somebody whose details are protected. A broken line is
care rather than parenthood, a line struck through a tie that has ended.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fingerpost.people.families.identity import age_on
from fingerpost.people.families.models import Relationship
from fingerpost.proof.chronology.generations import PARENTHOOD, Place, placed
from fingerpost.proof.chronology.kinship import Kin, Kinship, Tie

WIDE, HIGH, SIGN, MARGIN = 190, 126, 40, 14
LONGEST = 17
Point = tuple[float, float]
Points = Mapping[uuid.UUID, Point]


def genogram(kinship: Kinship, ages: Mapping[uuid.UUID, str]) -> SafeString:
    """The picture; empty for nobody. `ages` are the words under each name."""
    places = placed(kinship)
    if not places:
        return SafeString("")
    width = MARGIN * 2 + WIDE * (max(place.column for place in places) + 1)
    height = MARGIN * 2 + HIGH * max(place.row for place in places) + SIGN + 34
    points = {place.kin.id: _middle(place) for place in places}
    parts = [*_couples(kinship.ties, points), *_children(kinship.ties, points), *_others(kinship.ties, points)]
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" class="app-svg app-svg--kin" aria-hidden="true" focusable="false">{}{}</svg>',
        _p(width),
        _p(height),
        _p(width),
        _joined(parts),
        _joined(_person(place.kin, points[place.kin.id], ages) for place in places),
    )


def _middle(place: Place) -> Point:
    return MARGIN + SIGN / 2 + place.column * WIDE, MARGIN + SIGN / 2 + place.row * HIGH


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


# --- People ---


def _person(kin: Kin, at: Point, ages: Mapping[uuid.UUID, str]) -> SafeString:
    x, y = at
    lines = [*_wrapped(kin.name), ages.get(kin.id, "")]
    text = format_html_join(
        "",
        '<text class="app-kin__name" x="{}" y="{}">{}</text>',
        ((_p(x + SIGN / 2 + 8), _p(y - 6 + 17 * n), line) for n, line in enumerate(filter(None, lines))),
    )
    inner = _sign(kin, at, SIGN / 2 - 5) if kin.is_referred else SafeString("")
    return format_html("<g>{}{}{}</g>", _sign(kin, at, SIGN / 2), inner, text)


def _sign(kin: Kin, at: Point, half: float) -> SafeString:
    x, y = at
    drawn = "app-kin app-kin--hidden" if kin.is_hidden else "app-kin"
    if kin.sex == "M":
        side = half * 2
        return format_html(
            '<rect class="{}" x="{}" y="{}" width="{}" height="{}"></rect>',
            drawn, _p(x - half), _p(y - half), _p(side), _p(side),
        )  # fmt: skip
    if kin.sex == "F":
        return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"></circle>', drawn, _p(x), _p(y), _p(half))
    corners = f"{_p(x)},{_p(y - half)} {_p(x + half)},{_p(y)} {_p(x)},{_p(y + half)} {_p(x - half)},{_p(y)}"
    return format_html('<polygon class="{}" points="{}"></polygon>', drawn, corners)


def _wrapped(name: str) -> list[str]:
    """The name on two lines at most; what is longer is cut here and stands whole in the table."""
    lines: list[str] = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > LONGEST:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    cut = [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines]
    return cut if len(cut) < 3 else [cut[0], f"{cut[1][: LONGEST - 1]}…"]


# --- Ties ---


def _couples(ties: Iterable[Tie], points: Points) -> list[SafeString]:
    return [
        _path(_bow(points[tie.person], points[tie.other]), tie)
        for tie in ties
        if tie.kind == Relationship.Kind.PARTNER and _drawn(tie, points)
    ]


def _drawn(tie: Tie, points: Points) -> bool:
    return tie.person in points and tie.other in points


def _bow(one: Point, other: Point) -> list[Point]:
    """Down from one sign, along, and up to the other."""
    low = max(one[1], other[1]) + SIGN / 2 + 16
    return [(one[0], one[1] + SIGN / 2), (one[0], low), (other[0], low), (other[0], other[1] + SIGN / 2)]


def _children(ties: Iterable[Tie], points: Points) -> list[SafeString]:
    """A line down to each child from between its parents, or from the one parent that is known."""
    partners = {frozenset((t.person, t.other)) for t in ties if t.kind == Relationship.Kind.PARTNER}
    of_child: dict[uuid.UUID, list[Tie]] = defaultdict(list)
    for tie in ties:
        if tie.kind in PARENTHOOD and _drawn(tie, points):
            of_child[tie.other].append(tie)
    found = []
    for child, its in of_child.items():
        parents = [tie for tie in its if tie.kind == Relationship.Kind.PARENT and not tie.is_ended]
        couple = next((p for p in partners if len(p & {t.person for t in parents}) == 2), None)
        if couple:
            one, other = (points[person] for person in sorted(couple, key=lambda p: points[p]))
            low = max(one[1], other[1]) + SIGN / 2 + 16
            found.append(_path(_fall(((one[0] + other[0]) / 2, low), points[child]), parents[0]))
        alone = [tie for tie in its if not couple or tie.person not in couple]
        found += [_path(_from_one(points[tie.person], points[child]), tie) for tie in alone]
    return found


def _from_one(parent: Point, child: Point) -> list[Point]:
    """From one parent or carer; past the generations between, on the side where no name stands."""
    x, y = parent
    if child[1] - y <= HIGH:
        return _fall((x, y + SIGN / 2), child)
    side = child[0] - SIGN / 2 - 8
    below = y + SIGN / 2 + 8
    return [(x, y + SIGN / 2), (x, below), (side, below), (side, child[1]), (child[0] - SIGN / 2, child[1])]


def _fall(start: Point, child: Point) -> list[Point]:
    """Down from the parents, along above the children, down to the child."""
    above = child[1] - SIGN / 2 - 16
    return [start, (start[0], above), (child[0], above), (child[0], child[1] - SIGN / 2)]


def _others(ties: list[Tie], points: Points) -> list[SafeString]:
    """Brothers and sisters whose parents are not drawn, and ties of another kind."""
    with_parents = {tie.other for tie in ties if tie.kind in PARENTHOOD}
    found = []
    for tie in ties:
        if not _drawn(tie, points) or tie.kind in PARENTHOOD or tie.kind == Relationship.Kind.PARTNER:
            continue
        if tie.kind == Relationship.Kind.SIBLING and {tie.person, tie.other} <= with_parents:
            continue
        one, other = points[tie.person], points[tie.other]
        high = min(one[1], other[1]) - SIGN / 2 - 8
        route = [(one[0], one[1] - SIGN / 2), (one[0], high), (other[0], high), (other[0], other[1] - SIGN / 2)]
        found.append(_path(route, tie))
    return found


_LOOKS = {Relationship.Kind.CARER: " app-tie--care", Relationship.Kind.OTHER: " app-tie--other"}


def _path(route: list[Point], tie: Tie) -> SafeString:
    line = format_html(
        '<polyline class="app-tie{}" points="{}"></polyline>',
        _LOOKS.get(Relationship.Kind(tie.kind), ""),
        " ".join(f"{_p(x)},{_p(y)}" for x, y in route),
    )
    return format_html("{}{}", line, _struck(route)) if tie.is_ended else line


def _struck(route: list[Point]) -> SafeString:
    """Two strokes through the middle of a tie that ended."""
    (ax, ay), (bx, by) = route[1], route[2]
    x, y = (ax + bx) / 2, (ay + by) / 2
    return format_html_join(
        "",
        '<line class="app-tie" x1="{}" y1="{}" x2="{}" y2="{}"></line>',
        ((_p(x + shift - 4), _p(y + 8), _p(x + shift + 4), _p(y - 8)) for shift in (-3, 3)),
    )


def _p(value: float) -> str:
    return f"{value:.1f}"


def age_in_words(born: date | None, on: date) -> str:
    """How old somebody was on the day; empty where that is not known or they were not born."""
    years = age_on(born, on)
    if years is None or years < 0:
        return ""
    return f"{years} years" if years != 1 else "1 year"
