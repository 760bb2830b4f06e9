"""For which days the lists of a school are complete, all of them together: worked out anew when a list comes or goes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fingerpost.ground.places.models import SchoolTerm
from fingerpost.people.schooling.models import Coverage, Listed, School

SATURDAY = 5
A_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True)
class Terms:
    """The terms of one calendar. Before the first and after the last every weekday may be a school day."""

    spans: tuple[Span, ...] = ()

    def is_open(self, day: date) -> bool:
        """Whether schools may be open on the day."""
        if day.weekday() >= SATURDAY:
            return False
        if not self.spans or not self.spans[0][0] <= day <= max(last for _, last in self.spans):
            return True
        return any(first <= day <= last for first, last in self.spans)

    def widened(self, span: Span) -> Span:
        """The stretch with the days off beside it."""
        since, until = span
        while not self.is_open(since - A_DAY):
            since -= A_DAY
        while not self.is_open(until + A_DAY):
            until += A_DAY
        return since, until


def terms_of(calendars: Collection[str]) -> dict[str, Terms]:
    """The terms of some calendars. One query."""
    spans = defaultdict[str, list[Span]](list)
    rows = SchoolTerm.objects.filter(calendar__in=calendars).order_by("first_day")
    for calendar, first, last in rows.values_list("calendar", "first_day", "last_day"):
        spans[calendar].append((first, last))
    return {calendar: Terms(tuple(spans[calendar])) for calendar in calendars}


def joined(spans: Iterable[Span], terms: Terms) -> list[Span]:
    """Stretches without a gap, the earliest first: those that overlap, or have only days off between them, as one."""
    found: list[Span] = []
    for since, until in sorted(map(terms.widened, spans)):
        if found and since <= found[-1][1] + A_DAY:
            found[-1] = found[-1][0], max(until, found[-1][1])
        else:
            found.append((since, until))
    return found


def list_again(kind: str, schools: Collection[str]) -> None:
    """Work out anew what lists of a kind cover for these schools, as it was known at every moment. Five statements."""
    calendars = dict(School.objects.filter(code__in=schools).values_list("code", "calendar"))
    terms = terms_of(set(calendars.values()))
    said = defaultdict[str, list[Coverage]](list)
    for row in Coverage.objects.filter(kind=kind, school__in=schools):
        said[row.school_id].append(row)
    Listed.objects.filter(kind=kind, school__in=schools).delete()
    Listed.objects.bulk_create(
        Listed(kind=kind, school_id=school, since=span[0], until=span[1], recorded_at=known, superseded_at=ended)
        for school, rows in said.items()
        for span, known, ended in _over_time(rows, terms[calendars[school]])
    )


def _over_time(rows: Sequence[Coverage], terms: Terms) -> Iterator[tuple[Span, datetime, datetime | None]]:
    """The stretches that lists came to, each with the moment since when it was known and when it changed."""
    moments = sorted({row.recorded_at for row in rows} | {row.undone_at for row in rows if row.undone_at})
    standing: dict[Span, datetime] = {}
    for moment in moments:
        held = [row for row in rows if row.recorded_at <= moment and (row.undone_at is None or row.undone_at > moment)]
        now = set(joined(((row.since, row.until) for row in held), terms))
        for span in sorted(standing.keys() - now):
            yield span, standing.pop(span), moment
        standing |= dict.fromkeys(now - standing.keys(), moment)
    for span, known in sorted(standing.items()):
        yield span, known, None
