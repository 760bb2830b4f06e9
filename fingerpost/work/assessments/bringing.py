"""Assessments of earlier years, brought in by lists: kept as they were, and no request is decided again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.assessments.models import Assessment

KEY = ("family_id", "person_id", "kind", "assessed_on", "author")


@dataclass(frozen=True, slots=True)
class AssessmentGiven:
    """One assessment as a list gives it."""

    scope: Scope
    family_id: uuid.UUID
    person_id: uuid.UUID | None
    kind: str
    assessed_on: date
    author: str
    recorded_at: datetime
    author_organisation: str = ""
    needs: tuple[str, ...] = ()
    summary: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        return key_of(self)


def key_of(one: Any) -> tuple[Any, ...]:
    """What makes two assessments one: of whom, of which kind, on which day and by whom."""
    return tuple(getattr(one, name) for name in KEY)


@command(allow=Permission.IMPORT_LIST)
def bring_in(
    actor: Actor, subject: Scope, *, assessments: Sequence[AssessmentGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep assessments of earlier years. Returns how many were new; one that is known is left as it is."""
    families = {given.family_id for given in assessments}
    known = set(Assessment.objects.filter(family__in=families).values_list(*KEY))
    rows = []
    for given in assessments:
        if given.key in known:
            continue
        known.add(given.key)
        row = Assessment(batch=batch, **{name: getattr(given, name) for name in KEY})
        row.author_organisation, row.summary = given.author_organisation, given.summary
        row.needs, row.recorded_at = sorted(set(given.needs)), given.recorded_at
        row.scope = given.scope
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the assessments of a batch. Returns how many went."""
    return take_back((Assessment,), batch)
