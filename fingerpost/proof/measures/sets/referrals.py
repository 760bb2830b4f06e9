"""`referrals`: one request for support, and what was decided on it."""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.people.families.models import Family
from fingerpost.proof.measures.asked import KNOWN_AT, Asked, day_of, known
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets.known import of_service, with_areas, with_entry_in_use, with_family_reference
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.referrals.models import Request

WAITING = "waiting"

referrals = RecordSet(
    SETS["referrals"],
    model=Request,
    units={"referral": "referral", "family": "family"},
    single=frozenset({"referral"}),
    own=frozenset({"line", "outcome", "source", "route"}),
    moments={"received_on": "received_at"},
)


@referrals.rows
def rows(asked: Asked, when: str | None) -> Table:
    """A request decided after the moment that is asked about waits still, and so does one that lacks something."""
    requests = of_service(known(table_of(Request)))
    requests = with_entry_in_use(requests, Family, "family_id", into="family")
    is_decided = requests.decided_at.notnull() & (requests.decided_at <= KNOWN_AT)
    nothing = ibis.null("string")
    return requests.select(
        record=requests.id,
        referral=requests.id,
        reference=requests.ref,
        family=requests.family,
        line=requests.line.nullif(""),
        source=requests.source.nullif(""),
        received_at=requests.received_at,
        received_on=day_of(requests.received_at),
        decided_on=is_decided.ifelse(day_of(requests.decided_at), ibis.null("date")),
        outcome=is_decided.ifelse(requests.outcome.nullif("").coalesce(ibis.literal(WAITING)), ibis.literal(WAITING)),
        route=is_decided.ifelse(requests.route.nullif(""), nothing),
        area_key=requests.home_area.nullif(""),
    )


@referrals.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@referrals.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
