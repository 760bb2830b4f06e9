"""People to check: somebody came in who may be somebody known. Raised here; a person decides (`work.referrals.checking`)."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in
from fingerpost.people.families.models import Person, PersonCheck
from fingerpost.people.families.recognition import Finding


@dataclass(frozen=True, slots=True)
class Raised:
    """One question to raise: what was said of somebody, where it came from, and whom they may be."""

    finding: Finding
    came: Mapping[str, Any]
    source: str
    entry_id: uuid.UUID | None = None
    referral_id: uuid.UUID | None = None
    place: str = ""
    fingerprint: str = ""


def raise_checks(
    raised: Iterable[Raised],
    *,
    service: str,
    is_restricted: bool = False,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> list[PersonCheck]:
    """Write the questions down, each where the person it is about lies. Returns them. Two statements.

    One about somebody restricted lies with the safeguarding lead alone; with `is_restricted` all of them do, because they hang
    together.
    """
    asked = list(raised)
    people = Person.objects.in_bulk({one.finding.candidate.id for one in asked})
    rows = []
    for one in asked:
        row = PersonCheck(
            service=service,
            person_id=one.finding.candidate.id,
            entry_id=one.entry_id,
            referral_id=one.referral_id,
            place=one.place,
            source=one.source[:300],
            came=dict(one.came),
            fingerprint=one.fingerprint or fingerprint_of(one.came),
            verdict=one.finding.verdict.value,
            agrees=list(one.finding.agrees),
            contradicts=list(one.finding.contradicts),
            raised_at=at,
            batch=batch,
        )
        row.scope = scope_of(people[row.person_id].scope, service, is_restricted=is_restricted)
        rows.append(row)
    copy_in(rows)
    return rows


def scope_of(held: Scope, service: str, *, is_restricted: bool = False) -> Scope:
    """Where a question about somebody lies."""
    if not (held.restricted or is_restricted):
        return held
    services = {key for key in held.keys if key.startswith("service:")}
    return Scope(frozenset(services or {f"service:{service}"}), restricted=True)


def fingerprint_of(came: Mapping[str, Any]) -> str:
    """The same for the same words, so that what was asked once is not asked again."""
    told = json.dumps(dict(came), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
