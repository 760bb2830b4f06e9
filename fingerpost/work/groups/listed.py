"""Groups as a return lists them: each run, and drop-ins by area. No parent and no child is named."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from fingerpost.agreements.contracts.lists import Column, Listed, serves
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.ground.places.models import Area
from fingerpost.language.periods import Period
from fingerpost.work.groups.models import Attendance, Run, Session

DROP_IN = "drop_in"


@serves("group_run")
def runs_of_courses(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """Courses and workshops that touched the period, the first to start first. Three queries."""
    found = list(
        _runs(agreement, period).exclude(programme__kind=DROP_IN).select_related("programme", "area", "area__parent")
    )
    held, came = _held(found, period, at), _people_who_came(found, period, at)
    columns = (
        Column("Course or workshop"),
        Column("Where"),
        Column("From"),
        Column("Until"),
        Column("Sessions held", numeric=True),
        Column("People who came", people=True),
    )
    rows = tuple(
        (
            run.programme.title,
            _place(run.area),
            day_in_words(run.starts_on),
            day_in_words(run.ends_on),
            held.get(run.pk, 0),
            came.get(run.pk, 0),
        )
        for run in found
    )
    return Listed("Courses and workshops", columns, rows, empty="No course or workshop ran in this period.")


@serves("drop_in")
def drop_ins(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """Drop-ins held in the period by the widest areas of the contract, none left out. Three queries and the contract."""
    runs = _runs(agreement, period).filter(programme__kind=DROP_IN)
    found = list(runs.select_related("area__parent__parent__parent"))
    held = _held(found, period, at)
    contract = rules(agreement.key, max(period.end, agreement.starts_on)).contract
    level = contract.levels[0] if contract.levels else "area"
    rows = []
    for wide in Area.objects.filter(scheme=agreement.key, parent=None).order_by("name"):
        here = [run for run in found if _widest(run.area) == wide]
        number = sum(held.get(run.pk, 0) for run in here)
        where = ", ".join(sorted({run.area.name for run in here}))
        if here or wide.closed_on is None or wide.closed_on > period.start:
            rows.append((wide.name, where or f"None in {contract.level_in_words(level)}", number))
    columns = (Column(contract.level_label(level)), Column("Where"), Column("Drop-ins held", numeric=True))
    return Listed("Drop-ins and one stop shops", columns, tuple(rows))


def _runs(agreement: Agreement, period: Period) -> QuerySet[Run]:
    touching = Run.objects.filter(service=agreement.key, starts_on__lte=period.end, ends_on__gte=period.start)
    return touching.order_by("starts_on", "ref")


def _held(runs: Iterable[Run], period: Period, at: datetime) -> dict[object, int]:
    last = min(period.end, timezone.localdate(at))
    held = Session.objects.filter(run__in=list(runs), held_at__date__range=(period.start, last))
    return dict(held.order_by().values_list("run_id").annotate(number=Count("id")))


def _people_who_came(runs: Iterable[Run], period: Period, at: datetime) -> dict[object, int]:
    present = Attendance.objects.filter(
        Q(session__held_at__date__range=(period.start, period.end)),
        session__run__in=list(runs),
        is_present=True,
        recorded_at__lte=at,
    )
    return dict(present.order_by().values_list("session__run_id").annotate(number=Count("person_id", distinct=True)))


def _widest(area: Area) -> Area:
    return _widest(area.parent) if area.parent else area


def _place(area: Area) -> str:
    return f"{area.name}, {area.parent.name}" if area.parent else area.name
