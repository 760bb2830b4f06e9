"""`enrolments`: one person on one run of a programme, with whether they came and whether they finished.

`places` says who finished, for every record set that asks it. Finishing means that they came to the contract's share of the
sessions that were held. It is told once the run is over and its register has had its time; until then it is pending.
"""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Membership, Person
from fingerpost.people.families.relations import called_with_sex
from fingerpost.proof.measures.asked import SINCE, TODAY, UNTIL, Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.groups_held import runs_of_service, sessions_held
from fingerpost.proof.measures.sets.known import (
    first_of_each,
    into_use,
    with_areas,
    with_family_reference,
    with_person_kind,
)
from fingerpost.proof.measures.tables import Table, days_after, percent, table_of
from fingerpost.work.groups.models import Attendance, Booking

PARENT, ROLE_OF_SEX = "parent", {"F": "mother", "M": "father"}

enrolments = RecordSet(
    SETS["enrolments"],
    model=Booking,
    units={"person": "person"},
    pending={"completed": "register_to_come"},
    computed=frozenset({"first_attended_on"}),
    own=frozenset({"evidence_based", "attended", "completed", "programme"}),
)


@enrolments.rows
def rows(asked: Asked, when: str | None) -> Table:
    """A place given up counts only where its holder had come before. Booked twice on a run, a person is on it once."""
    found = places(_runs_for(when), asked)
    found = found.filter(found.stands | found.attended)
    return found.select(
        "record",
        "person",
        "family",
        "programme",
        "evidence_based",
        "first_attended_on",
        "area_key",
        "attended",
        "completed",
        "register_to_come",
        reference=found.run_reference,
        run_ended_on=found.ends_on,
    )


def places(runs: Table, asked: Asked) -> Table:
    """Everybody who was given a place on one of these runs, once on each, with whether they came and whether they finished.

    Whoever gave the place up is among them. `completed` is NULL while `register_to_come`, and where nothing was held.
    """
    booked = known(table_of(Booking))
    booked = into_use(booked.mutate(record=booked.id, run=booked.run_id, stands=booked.cancelled_at.isnull()))
    booked = booked.select("record", "run", "person", "family", "booked_at", "stands").join(runs, "run")
    order = (ibis.desc("stands"), "booked_at", "record")
    found = first_of_each(booked, ("run", "person"), order)
    found = beside(beside(found, _sessions_of_runs(), "run"), _came(runs), "run", "person")
    share = percent(found.times.fill_null(0), found.held)
    wait = asked.span("run_end_wait") or 0
    to_come = days_after(found.ends_on, wait) >= TODAY
    wanted = asked.setting("completed_share")
    completed = ibis.null("boolean") if wanted is None else share >= ibis.literal(wanted)
    return found.mutate(
        attended=found.times.fill_null(0) > 0,
        completed=to_come.ifelse(ibis.null("boolean"), completed),
        register_to_come=to_come,
    )


def _sessions_of_runs() -> Table:
    return sessions_held(only_in_period=False).group_by("run").agg(held=lambda t: t.count())


def _runs_for(when: str | None) -> Table:
    """The runs on which a place can belong to the period."""
    runs = runs_of_service()
    match when:
        case "run_ended_on":
            return runs.filter(runs.ends_on.between(SINCE, UNTIL))
        case "first_attended_on":
            return runs.semi_join(sessions_held(only_in_period=True).select("run"), "run")
        case _:
            return runs


def _came(runs: Table) -> Table:
    """How often a person came to sessions of a run, and first when.

    Counted by entry, since hardly anybody has two on one run. Of whoever has, each session counts once.
    """
    sessions = sessions_held(only_in_period=False).select("session", "run", "held_on").semi_join(runs, "run")
    marks = known(table_of(Attendance))
    marks = marks.filter(marks.is_present).select("person_id", session=marks.session_id).join(sessions, "session")
    entries = marks.group_by(["run", "person_id"]).agg(times=marks.count(), first_attended_on=marks.held_on.min())
    entries = into_use(entries).mutate(entries=lambda t: t.count().over(group_by=["run", "person"]))
    twice = entries.filter(entries.entries > 1).select("run", "person_id", "person")
    both = marks.join(twice, ["run", "person_id"]).group_by(["run", "person"])
    both = both.agg(times=lambda t: t.session.nunique(), first_attended_on=lambda t: t.held_on.min())
    once = entries.filter(entries.entries <= 1).select("run", "person", "times", "first_attended_on")
    return ibis.union(once, both.select("run", "person", "times", "first_attended_on"))


@enrolments.adds("person_kind", reads=("person",))
def person_kinds(rows: Table, asked: Asked) -> Table:
    return with_person_kind(rows)


@enrolments.adds("parent_role", reads=("person", "person_kind"))
def parent_roles(rows: Table, asked: Asked) -> Table:
    """Mother or father, of a parent who was called so in a family, or else whose sex is written down."""
    people, members = table_of(Person), into_use(known(table_of(Membership)))
    found = beside(rows, people.select(person=people.id, sex=people.sex), "person")
    words = [(members.called.isin(called_with_sex(sex)), role) for sex, role in ROLE_OF_SEX.items()]
    said = members.mutate(said=ibis.cases(*words, else_=ibis.null("string")))
    found = beside(found, said.group_by("person").agg(said=lambda t: t.said.max()), "person")
    roles = [(found.sex == sex, role) for sex, role in ROLE_OF_SEX.items()]
    role = found.said.coalesce(ibis.cases(*roles, else_=ibis.null("string")))
    return found.mutate(parent_role=(found.person_kind == PARENT).ifelse(role, ibis.null("string")))


@enrolments.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@enrolments.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
