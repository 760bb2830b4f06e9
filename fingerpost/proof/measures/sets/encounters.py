"""`encounters`: one person expected or present at one contact or one session of a group.

A contact does not say who was there: it meets the parents who belonged to the family that day. At a group the register says.
"""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Family, Membership
from fingerpost.proof.measures.asked import Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet, beside, in_period
from fingerpost.proof.measures.sets.effort import CASEWORK, CONTACT, GROUP
from fingerpost.proof.measures.sets.groups_held import sessions_held
from fingerpost.proof.measures.sets.known import (
    first_of_each,
    into_use,
    of_service,
    with_areas,
    with_entry_in_use,
    with_family_reference,
    with_person_kind,
)
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import Attendance, Booking

ATTENDANCE, PARENT = "attendance", "parent"

encounters = RecordSet(
    SETS["encounters"],
    model=Contact,
    kinds={CONTACT: Contact, ATTENDANCE: Attendance},
    units={"encounter": "record", "person": "person", "parent": "parent", "family": "family", "session": "session"},
    crowded=frozenset({"person", "parent", "family"}),
    own=frozenset({"mode", "group_kind", "delivered", "invited"}),
    narrowed=frozenset({"happened_on"}),
)


@encounters.rows
def rows(asked: Asked, when: str | None) -> Table:
    only_in_period = when == "happened_on"
    return ibis.union(_on_cases(only_in_period), _in_groups(only_in_period))


def _on_cases(only_in_period: bool) -> Table:
    held, cases = known(of_service(table_of(Contact))), known(table_of(Case))
    held = in_period(held, "happened_at") if only_in_period else held
    held = with_entry_in_use(held.filter(held.case_id.notnull()), Family, "family_id", into="family")
    held = held.join(cases.select("ref", "home_area_id", case_id=cases.id), "case_id")
    held = held.mutate(happened_on=day_of(held.happened_at), contact=held.id)
    members = known(table_of(Membership))
    members = members.filter(members.part == PARENT).select("person_id", "family_id", "since", "until")
    there = held.select(
        "contact", "family", "happened_on", "attended", "counts_as_session", "ref", "home_area_id"
    ).join(into_use(members), "family")
    there = there.filter(
        there.since.isnull() | (there.since <= there.happened_on),
        there.until.isnull() | (there.until >= there.happened_on),
    )
    return there.select(
        "person",
        "happened_on",
        record=there.contact,
        record_kind=ibis.literal(CONTACT),
        reference=there.ref,
        session=there.counts_as_session.ifelse(there.contact, ibis.null("uuid")),
        run=ibis.null("uuid"),
        family_met=there.family,
        met_as=ibis.literal(PARENT),
        mode=ibis.literal(CASEWORK),
        group_kind=ibis.null("string"),
        delivered=there.attended,
        invited=ibis.literal(True),
        area_key=there.home_area_id,
    )


def _in_groups(only_in_period: bool) -> Table:
    marks, sessions = into_use(known(table_of(Attendance))), sessions_held(only_in_period=only_in_period)
    marks = marks.select("person", "is_present", record=marks.id, session=marks.session_id)
    found = marks.join(sessions, "session")
    return found.select(
        "person",
        happened_on=found.held_on,
        record=found.record,
        record_kind=ibis.literal(ATTENDANCE),
        reference=found.run_reference,
        session=found.session,
        run=found.run,
        family_met=ibis.null("uuid"),
        met_as=ibis.null("string"),
        mode=ibis.literal(GROUP),
        group_kind=found.group_kind,
        delivered=found.is_present,
        invited=ibis.literal(True),
        area_key=found.area_key,
    )


@encounters.adds("person_kind", "parent", reads=("person", "met_as"))
def person_kinds(rows: Table, asked: Asked) -> Table:
    found = with_person_kind(rows, sought=rows.filter(rows.met_as.isnull()))
    found = found.mutate(person_kind=found.met_as.coalesce(found.person_kind))
    return found.mutate(parent=(found.person_kind == PARENT).ifelse(found.person, ibis.null("uuid")))


@encounters.adds("family", reads=("run", "person", "family_met"))
def families(rows: Table, asked: Asked) -> Table:
    """The family that was met, or that the person came with to the run."""
    found = beside(rows, _booked_families(), "run", "person")
    return found.mutate(family=found.family_met.coalesce(found.family_booked))


def _booked_families() -> Table:
    """The family that a person came with, by run."""
    booked = into_use(known(table_of(Booking)))
    booked = booked.filter(booked.family.notnull())
    booked = booked.select("person", "family", "booked_at", run=booked.run_id, booking=booked.id)
    first = first_of_each(booked, ("run", "person"), ("booked_at", "booking"))
    return first.select("run", "person", family_booked=first.family)


@encounters.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@encounters.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
