"""What record sets about groups begin from: runs of the service, their programmes, and sessions as they were held."""

from fingerpost.proof.measures.asked import KNOWN_AT, day_of
from fingerpost.proof.measures.record_set import in_period
from fingerpost.proof.measures.sets.known import is_late, of_service
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.groups.models import Programme, Run, Session


def runs_known() -> Table:
    """The runs of the service without those that were written down late, after the moment asked about."""
    runs = of_service(table_of(Run))
    return runs.filter(~is_late(runs))


def runs_of_service() -> Table:
    """Every run of the service that was known of, with what its programme is."""
    runs, programmes = runs_known(), table_of(Programme)
    of_programme = programmes.select(
        "title", programme_id=programmes.id, group_kind=programmes.kind, evidence_based=programmes.is_evidence_based
    )
    found = runs.join(of_programme, "programme_id")
    return found.select(
        "group_kind",
        "evidence_based",
        "ends_on",
        run=found.id,
        run_reference=found.ref,
        programme=found.programme_id.cast("string"),
        leader=found.leader_id,
        area_key=found.area_id,
    )


def sessions_held(*, only_in_period: bool) -> Table:
    """Sessions that took place and were known to have, with their run; perhaps only those of the period."""
    sessions = table_of(Session)
    noted_at = sessions.held_recorded_at.coalesce(sessions.held_at)
    held = sessions.filter(sessions.held_at.notnull(), noted_at <= KNOWN_AT)
    held = in_period(held, "starts_at") if only_in_period else held
    held = held.select("minutes", session=held.id, run=held.run_id, held_on=day_of(held.starts_at))
    return held.join(runs_of_service(), "run")
