"""`paired_scores`: one person's first score on a topic of an instrument in one episode, with the latest later one."""

from decimal import Decimal

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.proof.measures.asked import SINCE, TODAY, UNTIL, Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside, in_period
from fingerpost.proof.measures.sets.enrolments import places
from fingerpost.proof.measures.sets.groups_held import runs_of_service
from fingerpost.proof.measures.sets.known import (
    cases_known,
    first_of_each,
    into_use,
    of_service,
    with_areas,
    with_family_reference,
    with_person_kind,
    without_late_episodes,
)
from fingerpost.proof.measures.tables import Column, Table, days_after, table_of
from fingerpost.work.casework.models import Case
from fingerpost.work.groups.models import Run
from fingerpost.work.outcomes.models import Administration

START, LATER = "start", ("end", "review")
REVIEW_FIRST = "review"
"""What the dated value `second_score` says where a review and an end on one day are told apart by the end losing."""
PAIR = ("who", "topic", "instrument", "episode")

paired_scores = RecordSet(
    SETS["paired_scores"],
    model=Administration,
    units={"person": "person", "parent": "parent", "family": "family", "case": "case"},
    pending=dict.fromkeys(("score_after", "change", "change_band"), "score_to_come")
    | {"completed": "register_to_come"},
    computed=frozenset({"follow_up_on"}),
    own=frozenset({"topic", "source", "score_before", "score_after", "change"}),
)


@paired_scores.rows
def rows(asked: Asked, when: str | None) -> Table:
    """A pair belongs to the day of its second score. Where there is none, to the day on which it was due: that on which the
    case closed or the run ended. While that day is open there is no pair yet.

    Of first scores on one day that written down first counts, then the lower; of second ones a review before an end, unless the
    contract says otherwise, then that written down last, then the lower.
    """
    taken = _taken()
    if when == "follow_up_on":
        taken = taken.semi_join(_episodes_of_period(taken), "episode")
    first = first_of_each(taken.filter(taken.point == START), PAIR, ("taken_on", "recorded_at", "score"))
    later = taken.filter(taken.point.isin(LATER))
    review_first = asked.setting("second_score") in (None, REVIEW_FIRST)
    by_point = ibis.desc("point") if review_first else ibis.asc("point")
    last = first_of_each(later, PAIR, (ibis.desc("taken_on"), by_point, ibis.desc("recorded_at"), "score"))
    last = last.select(*PAIR, second_on=last.taken_on, score_after=last.score)
    found = _with_episode(beside(first, last, *PAIR))
    is_later = found.second_on >= found.taken_on
    second_on = is_later.ifelse(found.second_on, ibis.null("date"))
    score_after = is_later.ifelse(found.score_after, ibis.null("decimal"))
    due_on, wait = found.closed_on.coalesce(found.ends_on), asked.span("score_wait") or 0
    return found.select(
        "record",
        "family",
        "person",
        "topic",
        "source",
        "reference",
        "area_key",
        "instrument",
        "run",
        case=found.case,
        follow_up_on=second_on.coalesce(due_on),
        score_before=found.score,
        score_after=score_after,
        change=score_after - found.score,
        score_to_come=second_on.isnull() & (days_after(due_on, wait) >= TODAY).fill_null(True),
    )


@paired_scores.adds("change_band", reads=("instrument", "change"))
def bands(rows: Table, asked: Asked) -> Table:
    """Improved, sustained or fell: a change within the instrument's stated error is none. None without a second score."""
    nothing = ibis.null("string")
    by_instrument = [(rows.instrument == key, _band(rows.change, way, error)) for key, way, error in asked.scorings]
    band = ibis.cases(*by_instrument, else_=nothing) if by_instrument else nothing
    return rows.mutate(change_band=band)


def _band(change: Column, better: str, stated_error: Decimal) -> Column:
    gain = change if better == "up" else -change
    error = ibis.literal(stated_error)
    return ibis.cases(
        (gain.isnull(), ibis.null("string")), (gain > error, "improved"), (gain < -error, "fell"), else_="sustained"
    )


@paired_scores.adds("completed", "register_to_come", reads=("run", "person"))
def who_finished(rows: Table, asked: Asked) -> Table:
    """Whether the person finished the course on which they were scored; NULL off a course, and without a place on it."""
    runs = runs_of_service().semi_join(rows, "run")
    told = places(runs, asked).select("run", "person", "completed", "register_to_come")
    found = beside(rows, told, "run", "person")
    return found.mutate(register_to_come=found.register_to_come.fill_null(False))


@paired_scores.adds("person_kind", "parent", reads=("person",))
def person_kinds(rows: Table, asked: Asked) -> Table:
    found = with_person_kind(rows)
    return found.mutate(parent=(found.person_kind == "parent").ifelse(found.person, ibis.null("uuid")))


@paired_scores.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@paired_scores.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


def _taken() -> Table:
    """Every score of the service, each with who it is of: a person, or a family as a whole."""
    taken = without_late_episodes(known(of_service(table_of(Administration))))
    taken = into_use(taken.filter(taken.topic != ""))
    return taken.select(
        "topic",
        "source",
        "instrument",
        "point",
        "taken_on",
        "recorded_at",
        "score",
        "person",
        "family",
        record=taken.id,
        who=taken.person.coalesce(taken.family),
        episode=taken.episode_id.coalesce(taken.person).coalesce(taken.family),
    )


def _episodes_of_period(taken: Table) -> Table:
    """Episodes of which a pair can belong to the period: with a later score in it, or a case or run that ended in it."""
    scored = taken.filter(taken.point.isin(LATER), taken.taken_on.between(SINCE, UNTIL)).select("episode")
    closed, runs = in_period(of_service(table_of(Case)), "closed_at"), table_of(Run)
    ended = runs.filter(runs.ends_on.between(SINCE, UNTIL)).select(episode=runs.id)
    return ibis.union(scored, closed.select(episode=closed.id), ended).distinct()


def _with_episode(rows: Table) -> Table:
    """Adds the case or run behind a pair: its reference, its area and its last day."""
    closed = cases_known()
    closed = closed.select(
        "closed_on", episode=closed.case, case=closed.case, case_ref=closed.reference, case_area=closed.area_key
    )
    runs = table_of(Run)
    runs = runs.select("ends_on", episode=runs.id, run=runs.id, run_ref=runs.ref, run_area=runs.area_id)
    found = beside(beside(rows, closed, "episode"), runs, "episode")
    return found.mutate(
        reference=found.case_ref.coalesce(found.run_ref), area_key=found.case_area.coalesce(found.run_area)
    )
