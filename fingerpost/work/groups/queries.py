"""Reads of groups: runs, registers, and where there are none."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Person
from fingerpost.work.groups.models import Attendance, Booking, Run, Session

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
    """Runs and sessions in the period for every area of the level, none left out; what was called off does not count.

    Three queries. Clauses 2.8 and 2.9 (Essex advisors).
    """
    touching = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since, cancelled_at=None)
    sessions = Session.objects.filter(
        run__service=service, starts_at__gte=_begin(since), starts_at__lt=_begin(until + ONE_DAY), cancelled_at=None
    )
    if kind:
        touching, sessions = touching.filter(programme__kind=kind), sessions.filter(run__programme__kind=kind)
    runs_in = dict(touching.order_by().values_list("area").annotate(number=Count("id")))
    counted = sessions.order_by().values_list("run__area").annotate(number=Count("id"), held=Count("held_at"))
    planned_in, held_in = {area: number for area, number, _ in counted}, {area: held for area, _, held in counted}
    areas = list(Area.objects.filter(scheme=service).order_by("name"))
    above = {area.code: area.parent_id for area in areas}
    return [
        Coverage(
            area.code, area.name, *(_within(area.code, numbers, above) for numbers in (runs_in, planned_in, held_in))
        )
        for area in areas
        if area.level == level
    ]


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _within(code: str, numbers: dict[str, int], above: dict[str, str | None]) -> int:
    """The numbers of the area and of every area inside it."""

    def lies_within(inner: str | None) -> bool:
        while inner is not None and inner != code:
            inner = above.get(inner)
        return inner == code

    return sum(number for area, number in numbers.items() if lies_within(area))
