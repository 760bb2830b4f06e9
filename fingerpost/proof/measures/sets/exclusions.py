"""`exclusions`: one exclusion, and where it falls beside the child's case.

Only cases whose follow-up has ended are looked at, so that before and after are counted over the same children. An
exclusion that falls beside two cases of one child has a row for each, as it has in `children_on_cases`.
"""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.schooling.models import Exclusion, School
from fingerpost.proof.measures.asked import Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.children_on_cases import FINAL_ON, HALF_DAYS, children_on_cases
from fingerpost.proof.measures.sets.known import entries_of, with_areas, with_family_reference
from fingerpost.proof.measures.sets.schooling import exclusions_once, with_listed
from fingerpost.proof.measures.tables import Column, Table, table_of

_OF_CASE = (
    "child",
    "family",
    "reference",
    "opened_on",
    "closed_on",
    "area_key",
    "baseline_begins",
    "follow_up_ends",
    FINAL_ON,
)
_WHOLE = ("baseline_begins", "follow_up_ends")
CLOSES = {"case_closed_on": "closed_on", "case_final_on": FINAL_ON}
"""The days of a case by which its exclusions may be put into a period."""

exclusions = RecordSet(
    SETS["exclusions"],
    model=Exclusion,
    units={"exclusion": "exclusion", "pupil": "pupil"},
    several=frozenset({"reason"}),
    computed=frozenset(CLOSES),
    own=frozenset({"kind", "reason", "days", "case_span", "school"}),
)


@exclusions.rows
def rows(asked: Asked, when: str | None) -> Table:
    given = exclusions_once()
    found = given.left_join(_beside_cases(asked, when), "id", rname="{name}_of_case")
    return found.select(
        record=found.id,
        exclusion=found.id,
        pupil=found.child.coalesce(found.person_id),
        reference=found.reference.coalesce(ibis.literal("")),
        family=found.family,
        kind=found.kind,
        reason=found.reasons,
        started_on=found.started_on,
        days=found.sessions.cast("decimal") / ibis.literal(HALF_DAYS),
        school=found.school_id,
        case_closed_on=found.closed_on,
        case_final_on=found[FINAL_ON],
        # Beside a case whose lists are wanting nobody knows how many there were: not known, so that before and after compare.
        case_span=found.is_listed.fill_null(True).ifelse(
            found.case_span.coalesce(ibis.literal("none")), ibis.null("string")
        ),
        area_key=found.area_key,
    )


def _beside_cases(asked: Asked, when: str | None) -> Table:
    """The cases beside which an exclusion falls, by its id: before, during or after."""
    # A view of its own: rows that are read twice would be gathered once, and then have no index to be found by.
    given = known(table_of(Exclusion).view())
    spans = children_on_cases.select(asked, when=CLOSES.get(when or ""), names=_OF_CASE)
    spans = with_listed(spans.filter(spans.follow_up_ends.notnull()), "child", {"is_listed": _WHOLE}).alias(
        "followed_up"
    )
    of_child = entries_of(spans, "child", "record").join(spans, "record")
    falls = given.started_on.between(of_child.baseline_begins, of_child.follow_up_ends)
    hits = given.join(of_child, [given.person_id == of_child.entry, falls], rname="{name}_of_case")
    return hits.select(
        "id", "child", "reference", "family", "closed_on", FINAL_ON, "area_key", "is_listed", case_span=_span(hits)
    )


def _span(hits: Table) -> Column:
    return ibis.cases(
        (hits.started_on < hits.opened_on, "before"), (hits.started_on <= hits.closed_on, "during"), else_="after"
    )


@exclusions.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@exclusions.adds("school_phase", reads=("school",))
def school_phase(rows: Table, asked: Asked) -> Table:
    at = table_of(School)
    return beside(rows, at.select(school=at.code, school_phase=at.phase), "school")


@exclusions.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
