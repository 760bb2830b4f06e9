"""`pupils`: one pupil on roll at a school, with attendance over the period.

Sessions are those of the school weeks that begin in the period, at whichever school. A pupil without a loaded week has no rate.
"""

import ibis

from fingerpost.ground.places.models import Area
from fingerpost.language.vocabulary import SETS
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, School
from fingerpost.proof.measures.asked import SERVICE, SINCE, UNTIL, Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import VULNERABLE_GROUP, into_use, with_areas
from fingerpost.proof.measures.tables import Table, percent, table_of

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
    own = areas.filter(areas.scheme == SERVICE).select(area_id=areas.code, own_area=areas.code)
    at = beside(schools, own, "area_id")
    found = enrolled.join(
        at.select(school_id=at.code, school_phase=at.phase.nullif(""), locality_code=at.own_area), "school_id"
    )
    return found.select(
        "school_phase",
        "locality_code",
        record=found.id,
        pupil=found.person,
        school=found.school_id,
        from_on=found.since.fill_null(ibis.literal(LONG_AGO).cast("date")),
        until_on=found.until,
        in_service_area=found.locality_code.notnull(),
    )


@pupils.adds("sessions_possible", "sessions_attended", "absence_rate", reads=("pupil",))
def attendance(rows: Table, asked: Asked) -> Table:
    weeks = into_use(known(table_of(AttendanceWeek)))
    inside = weeks.filter(weeks.monday.between(SINCE, UNTIL)).group_by(pupil=weeks.person)
    sums = inside.agg(
        sessions_possible=lambda t: t.possible.sum().cast("int64"),
        sessions_attended=lambda t: t.attended.sum().cast("int64"),
    )
    found = beside(rows, sums, "pupil")
    missed = found.sessions_possible - found.sessions_attended
    return found.mutate(absence_rate=percent(missed, found.sessions_possible))


@pupils.adds("locality", "quadrant", reads=("locality_code",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows)


@pupils.adds("vulnerable_group", reads=("pupil",))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    told = into_use(known(table_of(Circumstance)))
    told = (
        told.filter(told.kind == VULNERABLE_GROUP, told.is_true).select(pupil=told.person, named=told.value).distinct()
    )
    return beside(rows, told.group_by("pupil").agg(vulnerable_group=lambda t: t.named.collect()), "pupil")


@pupils.adds("reference", "family_reference", reads=("pupil", "school"))
def references(rows: Table, asked: Asked) -> Table:
    """A pupil has no reference of her own: her family's stands for her, or else the school's number."""
    members, families = into_use(known(table_of(Membership))), table_of(Family)
    held = members.join(families.select(family=families.id, ref=families.ref), "family")
    found = beside(rows, held.group_by(pupil=held.person).agg(family_reference=held.ref.min()), "pupil")
    return found.mutate(reference=found.family_reference.coalesce(found.school))
