"""`effort`: one piece of a worker's time: a contact that took place, or a session of a group that they led.

A contact without a case is neither casework nor a group. Time of a session counts once for everybody who led it, since each
gave it. A contact that does not count as a casework session is time, but no session.
"""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Family
from fingerpost.proof.measures.asked import KNOWN_AT, Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet, beside, in_period
from fingerpost.proof.measures.sets.groups_held import runs_of_service, sessions_held
from fingerpost.proof.measures.sets.known import of_service, with_areas, with_entry_in_use, with_family_reference
from fingerpost.proof.measures.tables import Column, Table, table_of
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import CoLeader, Session

CONTACT, SESSION = "contact", "session"
CASEWORK, GROUP, OTHER = "casework", "group", "other"
MINUTES_OF_AN_HOUR = 60

effort = RecordSet(
    SETS["effort"],
    model=Contact,
    kinds={CONTACT: Contact, SESSION: Session},
    units={"session": "session"},
    own=frozenset({"hours", "minutes", "mode", "group_kind", "worker"}),
    wholes={"hours": ("minutes", MINUTES_OF_AN_HOUR)},
    narrowed=frozenset({"worked_on"}),
)


@effort.rows
def rows(asked: Asked, when: str | None) -> Table:
    only_in_period = when == "worked_on"
    return ibis.union(_contacts(only_in_period), _sessions(only_in_period))


def _contacts(only_in_period: bool) -> Table:
    held, cases = known(of_service(table_of(Contact))), table_of(Case)
    held = held.filter(held.attended)
    held = with_entry_in_use(
        in_period(held, "happened_at") if only_in_period else held, Family, "family_id", into="family"
    )
    of_case = cases.select("ref", "home_area_id", case_id=cases.id, case_recorded_at=cases.recorded_at)
    found = beside(held, of_case, "case_id")
    found = found.filter(found.case_id.isnull() | (found.case_recorded_at <= KNOWN_AT))
    return found.select(
        "family",
        record=found.id,
        record_kind=ibis.literal(CONTACT),
        reference=found.ref.coalesce(""),
        session=found.counts_as_session.ifelse(found.id, ibis.null("uuid")),
        worker=found.worker_id.cast("string"),
        worked_on=day_of(found.happened_at),
        minutes=found.minutes,
        hours=_hours(found.minutes),
        mode=found.case_id.notnull().ifelse(CASEWORK, OTHER),
        group_kind=ibis.null("string"),
        area_key=found.home_area_id,
    )


def _sessions(only_in_period: bool) -> Table:
    found = sessions_held(only_in_period=only_in_period)
    found = found.left_join(_leaders(), "run", rname="{name}_beside")
    return found.select(
        family=ibis.null("uuid"),
        record=found.session,
        record_kind=ibis.literal(SESSION),
        reference=found.run_reference,
        session=found.session,
        worker=found.led_by.cast("string"),
        worked_on=found.held_on,
        minutes=found.minutes,
        hours=_hours(found.minutes),
        mode=ibis.literal(GROUP),
        group_kind=found.group_kind,
        area_key=found.area_key,
    )


def _leaders() -> Table:
    """Everybody who leads a run, once."""
    runs, others = runs_of_service(), table_of(CoLeader)
    first = runs.filter(runs.leader.notnull()).select("run", led_by=runs.leader)
    return ibis.union(first, others.select(run=others.run_id, led_by=others.user_id), distinct=True)


def _hours(minutes: Column) -> Column:
    return minutes.cast("decimal") / ibis.literal(MINUTES_OF_AN_HOUR)


@effort.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@effort.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
