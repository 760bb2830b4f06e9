"""What several record sets begin from: cases as known at a moment, and where and with whom they lie."""

from typing import Any

import ibis

from fingerpost.ground.places.models import Area
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.proof.measures.asked import KNOWN_AT, SERVICE, Asked, day_of, known
from fingerpost.proof.measures.record_set import beside
from fingerpost.proof.measures.tables import Column, Table, table_of
from fingerpost.work.casework.models import Case
from fingerpost.work.groups.models import Run, Session
from fingerpost.work.referrals.models import Request

VULNERABLE_GROUP = "vulnerable_group"
MOMENTS = {"opened_on": "opened_at", "closed_on": "closed_at"}


def cases_known() -> Table:
    """Every case of the service with its days: one whose closing was recorded later is still open here."""
    cases = known(table_of(Case))
    cases = cases.filter(cases.service == SERVICE)
    noted_at = cases.closure_recorded_at.coalesce(cases.closed_at)
    cases = cases.mutate(is_closed=cases.closed_at.notnull() & (noted_at <= KNOWN_AT))
    cases = with_entry_in_use(cases, Family, "family_id", into="family")
    is_closed = cases.is_closed
    return cases.select(
        case=cases.id,
        reference=cases.ref,
        family=cases.family,
        request=cases.request_id,
        line=cases.line.nullif(""),
        area_key=cases.home_area_id,
        worker=cases.worker_id.cast("string"),
        opened_at=cases.opened_at,
        closed_at=cases.closed_at,
        opened_on=day_of(cases.opened_at),
        closed_on=is_closed.ifelse(day_of(cases.closed_at), ibis.null("date")),
        closure_reason=is_closed.ifelse(cases.closure_reason.nullif(""), ibis.null("string")),
        outcomes_met=is_closed.ifelse(cases.outcomes_met.nullif(""), ibis.null("string")),
    )


def is_late(runs: Table) -> Column:
    """Whether a run was written down only after the moment asked about.

    One that was proposed by the day it began is known with its first place: a list may tell of no day before that.
    """
    return (runs.proposed_at > KNOWN_AT) & (day_of(runs.proposed_at) > runs.starts_on)


def without_late_episodes(rows: Table) -> Table:
    """Only rows whose `episode_id` names no case, run or session that was written down later than is asked about.

    Late ones are few: they are taken away, so that nothing is asked of all the others.
    """
    cases, runs, sessions = table_of(Case).view(), table_of(Run).view(), table_of(Session).view()
    late_runs = runs.filter(is_late(runs)).select(run_id=runs.id)
    late_cases = cases.filter(cases.recorded_at > KNOWN_AT).select(episode_id=cases.id)
    of_late_runs = sessions.semi_join(late_runs, "run_id").select(episode_id=sessions.id)
    late = ibis.union(ibis.union(late_cases, late_runs.select(episode_id=late_runs.run_id)), of_late_runs)
    return rows.anti_join(late, "episode_id")


def with_entry_in_use(rows: Table, model: type[Family] | type[Person], key: str, *, into: str) -> Table:
    """Adds the entry that stands for the one in column `key`: itself, or the one it was merged into.

    Only merged entries are joined: there are few, and databases know it.
    """
    entries = table_of(model)
    merged = entries.filter(entries.merged_into_id.notnull())
    found = beside(rows, merged.select(**{key: merged.id, "merged_into": merged.merged_into_id}), key)
    return found.mutate(**{into: found.merged_into.coalesce(found[key])}).drop("merged_into")


def with_areas(rows: Table, asked: Asked) -> Table:
    """Adds a column for each level of the area scheme, named after it: the code of the row's own area or of the one around it.

    Empty for an area of another service's scheme, and for a level below the row's area.
    """
    areas, steps = table_of(Area), range(len(asked.levels))
    found = areas.filter(areas.scheme == SERVICE).select(
        area_key=areas.key, depth_0=areas.depth, code_0=areas.code, holder_0=areas.parent_id
    )
    for step in steps[1:]:
        around = areas.view()
        around = around.select(
            **{f"key_{step}": around.key, f"depth_{step}": around.depth, f"code_{step}": around.code},
            **{f"holder_{step}": around.parent_id},
        )
        found = found.left_join(around, found[f"holder_{step - 1}"] == around[f"key_{step}"])
    of_level = {
        level: ibis.cases(*((found[f"depth_{step}"] == depth, found[f"code_{step}"]) for step in steps))
        for depth, level in enumerate(asked.levels, start=1)
    }
    return beside(rows, found.select("area_key", **of_level), "area_key")


def with_vulnerable_groups(rows: Table, people: Table) -> Table:
    """Adds `vulnerable_group`, all groups of the people of a row and of their family's parents: a group is of child or parent.

    `people` has columns record and person.
    """
    members = into_use(known(table_of(Membership)))
    parents = members.filter(members.part == "parent").select("family", "person")
    adults = rows.select("record", "family").join(parents, "family").select("record", "person")
    people = ibis.union(people.select("record", "person"), adults).distinct()
    told = known(table_of(Circumstance))
    told = told.filter(told.kind == VULNERABLE_GROUP, told.is_true)
    theirs = people.join(told, people.person == told.person_id)
    theirs = theirs.select("record", named=theirs.value)
    requests = known(table_of(Request))
    asked_for = rows.join(requests, rows.request == requests.id)
    named = asked_for.select("record", named=asked_for.vulnerable_groups.unnest())
    groups = ibis.union(theirs, named).distinct().group_by("record")
    return beside(rows, groups.agg(vulnerable_group=lambda t: t.named.collect()), "record")


def with_family_reference(rows: Table) -> Table:
    """Adds `family_reference`, by which people know the family."""
    families = table_of(Family)
    return beside(rows, families.select(family=families.id, family_reference=families.ref), "family")


def of_service(rows: Table) -> Table:
    """Only the rows of the service asked about."""
    return rows.filter(rows.service == SERVICE)


def into_use(rows: Table) -> Table:
    """Adds `person` and, where rows name one, `family`: the entries in use, where those written down were merged into others."""
    entries: dict[str, type[Family] | type[Person]] = {"person": Person, "family": Family}
    for name, model in entries.items():
        if f"{name}_id" in rows.columns:
            rows = with_entry_in_use(rows, model, f"{name}_id", into=name)
    return rows


def entries_of(rows: Table, person: str, *columns: str) -> Table:
    """Every entry under which the people of a column may have been written down: their own, and those merged into it.

    One row each, with the person's column, `entry` and the columns named.
    """
    people = table_of(Person)
    merged = people.filter(people.merged_into_id.notnull()).select(entry=people.id, **{person: people.merged_into_id})
    own = rows.select(person, *columns, entry=rows[person])
    return ibis.union(own, rows.join(merged, person).select(person, *columns, "entry"))


def first_of_each(rows: Table, keys: tuple[str, ...], order: tuple[Any, ...]) -> Table:
    """One row for each set of keys, the first in the order.

    Asked as "before the second", not as "equal to the first": of an equality databases would expect hardly any row.
    """
    place = ibis.row_number().over(group_by=list(keys), order_by=list(order))
    numbered = rows.mutate(place_in_order=place)
    return numbered.filter(numbered.place_in_order < 1).drop("place_in_order")


def with_person_kind(rows: Table, *, sought: Table | None = None) -> Table:
    """Adds `person_kind` of `person`: parent where a family holds the person as one, else other or child; NULL without family.

    Only the rows' own people are looked up, or only those of the rows sought.
    """
    members = known(table_of(Membership))
    entries = entries_of((rows if sought is None else sought).select("person").distinct(), "person")
    theirs = entries.join(members.select("part", entry=members.person_id), "entry")
    return beside(rows, theirs.group_by("person").agg(person_kind=theirs.part.max()), "person")
