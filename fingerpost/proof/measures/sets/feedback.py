"""`feedback`: one person due to be asked what they think, on one occasion, with their reply if there is one."""

import ibis

from fingerpost.language.vocabulary import SETS
from fingerpost.proof.measures.asked import Asked, known
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sets.known import (
    into_use,
    of_service,
    with_areas,
    with_family_reference,
    without_late_episodes,
)
from fingerpost.proof.measures.tables import Table, table_of
from fingerpost.work.outcomes.models import Invitation, Response

NOT_REACHED = "not_reached"

feedback = RecordSet(
    SETS["feedback"],
    model=Invitation,
    units={"reply": "reply", "person": "person"},
    single=frozenset({"reply"}),
    own=frozenset(
        {
            "asked",
            "person_known",
            "replied",
            "rating",
            "positive_comment",
            "respondent_kind",
            "activity_type",
            "age_band",
        }
    ),
)


@feedback.rows
def rows(asked: Asked, when: str | None) -> Table:
    """Somebody who declined was asked; somebody who was not reached was not.

    A card handed out here without a name is a person of its own, since it is known how many there were. A reply without a name
    that a list brings in is of nobody: it counts as a reply, and stands apart where people are counted.
    """
    invited = into_use(without_late_episodes(known(of_service(table_of(Invitation)))))
    replies = known(table_of(Response))
    replies = replies.select(
        "rating",
        "positive_comment",
        id=replies.invitation_id,
        reply=replies.id,
        age_told=replies.age_band.nullif(""),
    )
    found = beside(invited, replies, "id")
    handed_out = found.batch.isnull().ifelse(found.id, ibis.null("uuid"))
    return found.select(
        "family",
        "asked_on",
        "rating",
        "positive_comment",
        "activity_type",
        "reply",
        record=found.id,
        person=found.person.coalesce(handed_out),
        person_known=found.person.coalesce(handed_out).notnull(),
        reference=found.ref,
        respondent_kind=found.respondent,
        asked=found.result != NOT_REACHED,
        replied=found.reply.notnull(),
        age_band=found.age_told.coalesce(found.age_band.nullif("")),
        area_key=found.area_id,
    )


@feedback.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)


@feedback.adds("family_reference", reads=("family",))
def family_reference(rows: Table, asked: Asked) -> Table:
    return with_family_reference(rows)
