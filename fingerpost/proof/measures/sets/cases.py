"""`cases`: one family's episode, opened to closed."""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.proof.measures.asked import KNOWN_AT, SINCE, TODAY, UNTIL, Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import (
    MOMENTS,
    cases_known,
    first_of_each,
    into_use,
    with_areas,
    with_family_reference,
    with_vulnerable_groups,
)
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion, Contact
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.referrals.models import Request

cases = RecordSet(
    SETS["cases"],
    model=Case,
    moments=MOMENTS,
    units={"case": "case", "family": "family"},
    several=frozenset({"vulnerable_group", "entry_route"}),
    single=frozenset({"case"}),
    own=frozenset({"line", "closure_reason", "worker", "outcomes_met"}),
)
WELLBEING = "wellbeing"
START, END = "start", "end"


@cases.rows
def rows(asked: Asked, when: str | None) -> Table:
    found = cases_known()
    return found.mutate(record=found.case, from_on=found.opened_on, until_on=found.closed_on)


@cases.adds("accepted_on", reads=("request",))
def accepted_on(rows: Table, asked: Asked) -> Table:
    requests = known(table_of(Request))
    accepted = requests.filter(requests.outcome == "accepted", requests.decided_at <= KNOWN_AT)
    return beside(rows, accepted.select(request=accepted.id, accepted_on=day_of(accepted.decided_at)), "request")


@cases.adds("destination", "destination_accepted", reads=("closed_on",))
def destinations(rows: Table, asked: Asked) -> Table:
    """The service that the family moved to when the case closed, and whether it took them on. None for other cases."""
    ended = table_of(Case)
    moved = ended.filter(ended.destination_id.notnull()).select(
        record=ended.id, moved_to=ended.destination_id.cast("string"), was_taken_on=ended.destination_accepted
    )
    found = beside(rows, moved, "record")
    is_closed = found.closed_on.notnull()
    return found.mutate(
        destination=is_closed.ifelse(found.moved_to, ibis.null("string")),
        destination_accepted=is_closed.ifelse(found.was_taken_on, ibis.null("boolean")),
    )


@cases.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@cases.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)


@cases.adds("casework_sessions")
def sessions(rows: Table, asked: Asked) -> Table:
    """Casework sessions held: contacts of a kind that counts, which the family attended."""
    held = known(table_of(Contact))
    held = held.filter(held.counts_as_session, held.attended)
    return rows.mutate(casework_sessions=held.filter(held.case_id == rows.record).count().as_scalar())


@cases.adds("delivered_contacts")
def delivered(rows: Table, asked: Asked) -> Table:
    """Contacts that took place inside the period."""
    held = known(table_of(Contact))
    held = held.filter(held.attended, day_of(held.happened_at).between(SINCE, UNTIL))
    counted = rows.select("record").join(held, rows.record == held.case_id).group_by("record")
    return _counts(rows, counted.agg(delivered_contacts=lambda t: t.count()), "delivered_contacts")


@cases.adds("extension_supervised")
def extension(rows: Table, asked: Asked) -> Table:
    """Whether supervision ever decided to go on for longer."""
    told = known(table_of(CaseDiscussion))
    extended = told.filter(told.decided == "extend").select(record=told.case_id).distinct()
    extended = extended.mutate(extension_supervised=ibis.literal(True))
    found = beside(rows, extended, "record")
    return found.mutate(extension_supervised=found.extension_supervised.fill_null(False))


@cases.adds("weeks_involved", "ended_in_period", reads=("from_on", "until_on"))
def involvement(rows: Table, asked: Asked) -> Table:
    """Whole weeks from opening to the period's end, or to closing; and whether the case ended in the period."""
    last = ibis.least(rows.until_on.coalesce(UNTIL), UNTIL, TODAY)
    return rows.mutate(
        weeks_involved=(last.delta(rows.from_on, unit="day") / 7).floor().cast("int64"),
        ended_in_period=rows.until_on.between(SINCE, UNTIL).fill_null(False),
    )


@cases.adds("wellbeing_before", "wellbeing_after", "wellbeing_change", "least_wellbeing_change")
def wellbeing(rows: Table, asked: Asked) -> Table:
    """Score at the start and at the end of the case, and the later less the earlier. Points of the instrument.

    Where several people were scored, whoever started last speaks for the case; of two who started on one day, whoever gained
    less. The least change is that of everybody on the case: not known while one of them has no end.
    """
    people = _scored(rows)
    speaks = first_of_each(people, ("record",), (ibis.desc("started_on"), "wellbeing_change", "wellbeing_before"))
    everybody = people.group_by("record").agg(
        least=people.wellbeing_change.min(), without_end=people.wellbeing_change.isnull().any()
    )
    found = beside(rows, speaks.drop("who", "started_on"), "record")
    found = beside(found, everybody, "record")
    return found.mutate(least_wellbeing_change=found.without_end.ifelse(ibis.null("decimal"), found.least)).drop(
        "least", "without_end"
    )


def _scored(rows: Table) -> Table:
    """Everybody scored on a case, with the last score of the start and the last of the end. Of two on one day the lower."""
    taken = into_use(known(table_of(Administration)))
    taken = taken.filter(taken.topic == WELLBEING).semi_join(rows, taken.episode_id == rows.record)
    taken = taken.select("point", "taken_on", "score", record=taken.episode_id, who=taken.person.coalesce(taken.family))
    last = first_of_each(taken, ("record", "who", "point"), (ibis.desc("taken_on"), "score"))
    start = last.filter(last.point == START)
    start = start.select("record", "who", started_on=start.taken_on, wellbeing_before=start.score)
    end = last.filter(last.point == END)
    found = beside(start, end.select("record", "who", wellbeing_after=end.score), "record", "who")
    return found.mutate(wellbeing_change=found.wellbeing_after - found.wellbeing_before)


@cases.adds("vulnerable_group", reads=("family", "request"))
def vulnerable_groups(rows: Table, asked: Asked) -> Table:
    children = known(table_of(CaseChild))
    people = rows.select("record").join(children, rows.record == children.case_id)
    return with_vulnerable_groups(rows, people.select("record", person=people.person_id))


@cases.adds("entry_route")
def entry_routes(rows: Table, asked: Asked) -> Table:
    """The ways in of the children on the case."""
    children = known(table_of(CaseChild))
    routes = children.filter(children.entry_route != "").select(record=children.case_id, named=children.entry_route)
    return beside(rows, routes.distinct().group_by("record").agg(entry_route=lambda t: t.named.collect()), "record")


def _counts(rows: Table, counted: Table, name: str) -> Table:
    """Adds a count, which is 0 where nothing was counted."""
    found = beside(rows, counted, "record")
    return found.mutate(**{name: found[name].fill_null(0)})
