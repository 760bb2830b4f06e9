"""Reads of groups: runs, registers, and where there are none."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Person
from fingerpost.work.groups.models import Attendance, Booking, Run, Session


@dataclass(frozen=True)
class Coverage:
    """How much there is in one area in a period. A quadrant with no runs is a gap."""

    area_code: str
    area_name: str
    runs: int
    sessions_held: int

    @property
    def is_gap(self) -> bool:
        return self.runs == 0


@dataclass(frozen=True)
class RegisterLine:
    """One person with a place, and whether she came; None while not marked."""

    person: Person
    is_present: bool | None


def runs(service: str, *, since: date, until: date, area: str = "") -> QuerySet[Run]:
    """Runs that touch the period, the first to start first, each with `taken` places. One query; no people in it."""
    taken = Booking.objects.filter(run=OuterRef("pk"), cancelled_at=None).order_by().values("run")
    found = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since)
    found = found.filter(Q(area=area) | Q(area__parent=area)) if area else found
    counted = Coalesce(Subquery(taken.annotate(number=Count("id")).values("number")), 0)
    return (
        found.select_related("programme", "area", "venue", "leader")
        .annotate(taken=counted)
        .order_by("starts_on", "ref")
    )


def get(ref: str) -> Run:
    """One run. Raises Run.DoesNotExist. One query; no people in it."""
    return Run.objects.select_related("programme", "area", "venue", "team", "leader").get(ref=ref)


def register_of(actor: Actor, session: Session) -> list[RegisterLine]:
    """Everybody with a place whom the actor may see, by name, with the mark given. Two queries."""
    booked = Booking.objects.visible_to(actor).filter(run=session.run_id, cancelled_at=None).select_related("person")
    marks = dict(Attendance.objects.filter(session=session).values_list("person_id", "is_present"))
    lines = [RegisterLine(booking.person, marks.get(booking.person_id)) for booking in booked]
    return sorted(lines, key=lambda line: (line.person.last_name, line.person.first_name))


def coverage(service: str, *, since: date, until: date, level: str = "quadrant", kind: str = "") -> list[Coverage]:
    """Runs and sessions held in the period for every area of the level, none left out. Three queries.

    Clauses 2.8 and 2.9 (Essex advisors).
    """
    touching = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since)
    held = Session.objects.filter(run__service=service, held_at__date__range=(since, until))
    if kind:
        touching, held = touching.filter(programme__kind=kind), held.filter(run__programme__kind=kind)
    runs_in = _by_area(touching, "area")
    sessions_in = _by_area(held, "run__area")
    areas = list(Area.objects.filter(scheme=service).order_by("name"))
    above = {area.code: area.parent_id for area in areas}
    return [
        Coverage(area.code, area.name, _within(area.code, runs_in, above), _within(area.code, sessions_in, above))
        for area in areas
        if area.level == level
    ]


def _by_area(rows: QuerySet[Run] | QuerySet[Session], column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(number=Count("id")))


def _within(code: str, numbers: dict[str, int], above: dict[str, str | None]) -> int:
    """The numbers of the area and of every area inside it."""

    def lies_within(inner: str | None) -> bool:
        while inner is not None and inner != code:
            inner = above.get(inner)
        return inner == code

    return sum(number for area, number in numbers.items() if lies_within(area))
