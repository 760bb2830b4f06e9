"""`pupils`: one pupil on roll at a school, with attendance over the period.

Sessions are those of the school weeks that begin in the period, at whichever school. A pupil of
whom too few weeks are known has no rate.
"""

import ibis

from fingerpost.ground.places.models import Area, SchoolWeek
from fingerpost.language.vocabulary import SETS
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership
from fingerpost.people.schooling.models import Enrolment, School
from fingerpost.proof.measures.asked import SERVICE, SINCE, TODAY, UNTIL, Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import VULNERABLE_GROUP, into_use, with_areas
from fingerpost.proof.measures.sets.schooling import weeks_by_person
from fingerpost.proof.measures.tables import Table, days_after, percent, table_of
from fingerpost.proof.measures.weeks import FRIDAY

LONG_AGO = "1900-01-01"

pupils = RecordSet(
    SETS["pupils"],
    model=Enrolment,
    units={"pupil": "pupil"},
    several=frozenset({"vulnerable_group"}),
    own=frozenset({"in_service_area", "school_phase"}),
)


@pupils.rows
def rows(asked: Asked, when: str | None) -> Table:
    enrolled, schools, areas = into_use(known(table_of(Enrolment))), table_of(School), table_of(Area)
    own = areas.filter(areas.scheme == SERVICE).select(area_id=areas.key, own_area=areas.key)
    at = beside(schools, own, "area_id")
    found = enrolled.join(
        at.select(school_id=at.code, school_phase=at.phase.nullif(""), area_key=at.own_area), "school_id"
    )
    return found.select(
        "school_phase",
        "area_key",
        record=found.id,
        pupil=found.person,
        school=found.school_id,
        from_on=found.since.fill_null(ibis.literal(LONG_AGO).cast("date")),
        until_on=found.until,
        in_service_area=found.area_key.notnull(),
    )


@pupils.adds("sessions_possible", "sessions_attended", "weeks_known", "absence_rate", reads=("pupil", "school"))
def attendance(rows: Table, asked: Asked) -> Table:
    """Half-days of the period's school weeks, and how many of the weeks are known. The rate is NULL where too few are."""
    weeks = weeks_by_person(SINCE, UNTIL)
    sums = weeks.group_by(pupil=weeks.person).agg(
        possible=lambda t: t.possible.sum().cast("int64"),
        attended=lambda t: t.attended.sum().cast("int64"),
        weeks_known=lambda t: t.count(where=t.possible > 0),
    )
    found = beside(beside(rows, sums, "pupil"), _weeks_of_schools(), "school")
    least = asked.span("weeks_known_least") or 0
    enough = (found.weeks_known * 100 >= found.weeks.fill_null(0) * least) & (found.weeks_known > 0)
    found = found.mutate(
        weeks_known=found.weeks_known.fill_null(0),
        sessions_possible=enough.ifelse(found.possible, ibis.null("int64")),
        sessions_attended=enough.ifelse(found.attended, ibis.null("int64")),
    )
    missed = found.sessions_possible - found.sessions_attended
    return found.mutate(absence_rate=percent(missed, found.sessions_possible)).drop("possible", "attended", "weeks")


def _weeks_of_schools() -> Table:
    """How many school weeks of the period each school has had that are over."""
    weeks, schools = table_of(SchoolWeek), table_of(School)
    over = weeks.filter(weeks.monday.between(SINCE, UNTIL), weeks.monday < days_after(TODAY, -FRIDAY))
    of_calendar = over.group_by("calendar").agg(weeks=over.count())
    return schools.join(of_calendar, "calendar").select(school="code", weeks="weeks")


@pupils.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@pupils.adds("vulnerable_group", reads=("pupil",))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    told = into_use(known(table_of(Circumstance)))
    told = (
        told.filter(told.kind == VULNERABLE_GROUP, told.is_true).select(pupil=told.person, named=told.value).distinct()
    )
    return beside(rows, told.group_by("pupil").agg(vulnerable_group=lambda t: t.named.collect()), "pupil")


@pupils.adds("reference", "family_reference", reads=("pupil", "school"))
def references(rows: Table, asked: Asked) -> Table:
    """A pupil has no reference of their own: their family's stands for them, or else the school's number."""
    members, families = into_use(known(table_of(Membership))), table_of(Family)
    held = members.join(families.select(family=families.id, ref=families.ref), "family")
    found = beside(rows, held.group_by(pupil=held.person).agg(family_reference=held.ref.min()), "pupil")
    return found.mutate(reference=found.family_reference.coalesce(found.school))
