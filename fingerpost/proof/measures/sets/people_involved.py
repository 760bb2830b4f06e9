"""`people_involved`: one person's tie to the service, a place on a case or on a run of a group."""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Membership, Person
from fingerpost.proof.measures.asked import SINCE, UNTIL, Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet, beside, joined
from fingerpost.proof.measures.sets.groups_held import runs_known
from fingerpost.proof.measures.sets.known import (
    VULNERABLE_GROUP,
    cases_known,
    first_of_each,
    into_use,
    of_service,
    with_areas,
    with_family_reference,
    with_person_kind,
    without_late_episodes,
)
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.casework.models import CaseChild
from fingerpost.work.community.models import Participation, Say
from fingerpost.work.groups.models import Booking, Programme
from fingerpost.work.outcomes.models import SchoolEvent

CASE, REGISTRATION = "case", "registration"

people_involved = RecordSet(
    SETS["people_involved"],
    model=Person,
    units={"person": "person", "parent": "parent", "child": "child", "family": "family"},
    several=frozenset({"participation_kinds", "vulnerable_groups"}),
    own=frozenset({"tie", "line", "person_kind", "group_kind"}),
    narrowed=frozenset({"during", "last_day"}),
)
NO_KINDS = ibis.literal([], type="array<int64>").cast("array<string>")  # PostgreSQL must know of what


@people_involved.rows
def rows(asked: Asked, when: str | None) -> Table:
    """Each person once for every kind of tie and place: whoever takes part in two places counts in both, and once in the total.

    Of ties alike in all that is counted the latest stands for the others. On a case are the children referred and the parents
    of the family.
    """
    cases = _cases(when)
    ties = ibis.union(ibis.union(_children(cases), _parents(cases)), _on_runs(when))
    found = first_of_each(ties, _ALIKE, (ibis.desc("from_on"), "reference"))
    parent, child = found.person_kind == "parent", found.person_kind == "child"
    return found.mutate(
        record=found.person,
        parent=parent.ifelse(found.person, ibis.null("uuid")),
        child=child.ifelse(found.person, ibis.null("uuid")),
    )


_ALIKE = ("person", "family", "person_kind", "tie", "line", "group_kind", "area_key")
_COLUMNS = (*_ALIKE, "reference", "from_on", "until_on")


def _cases(when: str | None) -> Table:
    found = cases_known()
    found = found.mutate(
        tie=ibis.literal(CASE), group_kind=ibis.null("string"), from_on=found.opened_on, until_on=found.closed_on
    )
    return _touching(found, when).alias("cases_touched")


def _children(cases: Table) -> Table:
    children = known(table_of(CaseChild))
    children = into_use(children.select("person_id", case=children.case_id))
    found = cases.join(children, "case")
    return found.mutate(person_kind=ibis.literal("child")).select(*_COLUMNS)


def _parents(cases: Table) -> Table:
    """Parents who belonged to the family while the case was open."""
    members = known(table_of(Membership))
    members = into_use(members.filter(members.part == "parent").select("person_id", "family_id", "since", "until"))
    found = cases.join(members, "family")
    there = (found.since.isnull() | found.until_on.isnull() | (found.since <= found.until_on)) & (
        found.until.isnull() | (found.until >= found.from_on)
    )
    return found.filter(there).mutate(person_kind=ibis.literal("parent")).select(*_COLUMNS)


def _touching(ties: Table, when: str | None) -> Table:
    return joined(ties, when) if when in ("during", "last_day") else ties


def _on_runs(when: str | None) -> Table:
    """People with a place on a run, neither given up nor called off."""
    runs, programmes = runs_known(), table_of(Programme)
    runs = runs.filter(runs.cancelled_at.isnull())
    runs = runs.join(programmes.select(programme_id=programmes.id, group_kind=programmes.kind), "programme_id")
    booked = into_use(known(table_of(Booking)))
    booked = booked.filter(booked.cancelled_at.isnull())
    found = booked.join(
        runs.select("starts_on", "ends_on", "ref", "group_kind", run_id=runs.id, area_key=runs.area_id), "run_id"
    )
    found = found.mutate(
        tie=ibis.literal(REGISTRATION),
        line=ibis.null("string"),
        reference=found.ref,
        from_on=ibis.least(day_of(found.booked_at), found.starts_on),
        until_on=found.ends_on,
    )
    return with_person_kind(_touching(found, when)).select(*_COLUMNS)


@people_involved.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@people_involved.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


@people_involved.adds("age", reads=("person",))
def ages(rows: Table, asked: Asked) -> Table:
    """Whole years on the period's last day."""
    people = table_of(Person)
    found = beside(rows, people.select(person=people.id, born_on=people.born_on), "person")
    had_birthday = (UNTIL.month() > found.born_on.month()) | (
        (UNTIL.month() == found.born_on.month()) & (UNTIL.day() >= found.born_on.day())
    )
    years = UNTIL.year() - found.born_on.year() - had_birthday.ifelse(0, 1)
    return found.mutate(age=years.cast("int64"))


@people_involved.adds("participations", "participation_kinds", reads=("person",))
def participations(rows: Table, asked: Asked) -> Table:
    """How often a person had a say in the period, and in which of the kinds."""
    says, parts = known(of_service(table_of(Say))), into_use(known(table_of(Participation)))
    says = says.filter(says.happened_on.between(SINCE, UNTIL)).select("kind", say_id=says.id)
    taken = parts.join(says, "say_id")
    kinds = taken.select("person", "kind").distinct().group_by("person")
    found = beside(rows, taken.group_by("person").agg(participations=lambda t: t.count()), "person")
    found = beside(found, kinds.agg(participation_kinds=lambda t: t.kind.collect()), "person")
    return found.mutate(
        participations=found.participations.fill_null(0),
        participation_kinds=found.participation_kinds.fill_null(NO_KINDS),
    )


@people_involved.adds("education_events", reads=("person",))
def education_events(rows: Table, asked: Asked) -> Table:
    """Events at school in the period that the person took part in."""
    events = into_use(without_late_episodes(known(of_service(table_of(SchoolEvent)))))
    inside = events.filter(events.happened_on.between(SINCE, UNTIL)).group_by("person")
    found = beside(rows, inside.agg(education_events=lambda t: t.count()), "person")
    return found.mutate(education_events=found.education_events.fill_null(0))


@people_involved.adds("vulnerable_groups", reads=("person",))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    told = into_use(known(table_of(Circumstance)))
    told = told.filter(told.kind == VULNERABLE_GROUP, told.is_true).select("person", named=told.value).distinct()
    return beside(rows, told.group_by("person").agg(vulnerable_groups=lambda t: t.named.collect()), "person")
