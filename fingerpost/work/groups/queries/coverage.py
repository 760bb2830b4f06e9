"""Where there are groups and where there are none: by area for a term, and by area, age and topic."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from fingerpost.ground.places.models import Area
from fingerpost.work.directory import queries as directory
from fingerpost.work.directory.models import Provision
from fingerpost.work.groups.models import Run, Session

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Coverage:
    """How much there is in one area in a period: runs, sessions planned or held, and those held. One with no runs is a gap."""

    area_code: str
    area_name: str
    runs: int
    sessions: int
    sessions_held: int

    @property
    def is_gap(self) -> bool:
        return self.runs == 0

    @property
    def has_no_session(self) -> bool:
        return self.sessions == 0


@dataclass(frozen=True)
class Cell:
    """What there is on one topic for one area: runs of our own and programmes of others. With neither it is a gap."""

    topic: str
    ours: int
    others: int

    @property
    def is_gap(self) -> bool:
        return not self.ours + self.others


@dataclass(frozen=True)
class GapLine:
    """One of the smallest areas with a cell for each topic."""

    area_code: str
    area_name: str
    cells: list[Cell] = field(default_factory=list)


def coverage(service: str, *, since: date, until: date, level: str, kind: str = "") -> list[Coverage]:
    """Runs and sessions in the period for every area of the level, none left out; what was called off does not count.

    Three queries. Clauses 2.8 and 2.9 (Essex advisors).
    """
    return coverage_by_kind(service, since=since, until=until, level=level, kinds=[kind])[kind]


def coverage_by_kind(
    service: str, *, since: date, until: date, kinds: Iterable[str], level: str
) -> dict[str, list[Coverage]]:
    """The same for several kinds of group at once; the kind "" is all of them together. Three queries."""
    touching = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since, cancelled_at=None)
    sessions = Session.objects.filter(
        run__service=service, starts_at__gte=_begin(since), starts_at__lt=_begin(until + ONE_DAY), cancelled_at=None
    )
    runs = touching.order_by().values_list("area", "programme__kind").annotate(number=Count("id"))
    counted = sessions.order_by().values_list("run__area", "run__programme__kind")
    runs_in, planned_in, held_in = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for area, kind, number in runs:
        runs_in[area, kind] += number
    for area, kind, number, held in counted.annotate(number=Count("id"), held=Count("held_at")):
        planned_in[area, kind] += number
        held_in[area, kind] += held
    areas = list(Area.objects.filter(scheme=service).order_by("name"))
    above = {area.key: area.parent_id for area in areas}
    return {
        kind: [
            Coverage(area.code, area.name, *(_within(area.key, kind, n, above) for n in (runs_in, planned_in, held_in)))
            for area in areas
            if area.level == level
            and (area.closed_on is None or area.closed_on > since or _within(area.key, kind, runs_in, above))
        ]
        for kind in kinds
    }


def gaps(
    service: str,
    *,
    since: date,
    until: date,
    level: str,
    topics: Iterable[str],
    kind: str = "programme",
    age_band: str = "",
    within: str = "",
) -> list[GapLine]:
    """For every area of the level (in the area `within`, where named), what there is on each topic in the period: ours and others'.

    With `age_band` only what is for that age, or for no age in particular. Three queries. Clause 2.8 (Essex advisors).
    """
    runs = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since, cancelled_at=None)
    found = runs.filter(programme__kind=kind).values_list("area", "programme__topic", "programme__age_band")
    ours = Counter((area, topic) for area, topic, ages in found if not age_band or ages in ("", age_band))
    offered = [
        one
        for one in directory.provision(service, since=since, until=until)
        if one.kind == kind and (not age_band or one.age_band in ("", age_band))
    ]
    areas = Area.objects.of_level(service, level, since).order_by("parent__name", "name")
    around = {area: _around(area) for area in areas.select_related("parent__parent__parent")}
    return [
        GapLine(
            area.code,
            area.name,
            [Cell(topic, sum(ours[one.key, topic] for one in here), _of(offered, here, topic)) for topic in topics],
        )
        for area, here in around.items()
        if not within or within in {one.code for one in here}
    ]


def _around(area: Area) -> list[Area]:
    """The area and those that hold it, the smallest first."""
    found = [area]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _of(offered: Iterable[Provision], here: list[Area], topic: str) -> int:
    keys = {None, *(area.key for area in here)}
    return sum(one.topic == topic and one.area_id in keys for one in offered)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _within(key: str, kind: str, numbers: Counter[tuple[str, str]], above: dict[str, str | None]) -> int:
    """The numbers of the area and of every area inside it, of one kind of group or of all."""

    def lies_within(inner: str | None) -> bool:
        while inner is not None and inner != key:
            inner = above.get(inner)
        return inner == key

    return sum(number for (area, one), number in numbers.items() if kind in ("", one) and lies_within(area))
