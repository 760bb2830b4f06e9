"""Which version is in force, with the readings agreed and the values entered: one statement, written once.

Every command and most pages ask this first. Built by the ORM each time, the statement cost more than PostgreSQL's answer to it.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import connection

from fingerpost.ground.access.command import read_once

_STATEMENT = """
SELECT v.id, v.agreement_id, v.hash,
    (SELECT coalesce(json_agg(json_build_array(r.question, r.letter, r.in_force_from) ORDER BY r.in_force_from), '[]')
     FROM contracts_agreedreading r WHERE r.agreement_id = v.agreement_id AND r.in_force_from <= %(on)s)::text,
    (SELECT coalesce(json_agg(json_build_array(e.name, e.since, e.value) ORDER BY e.since), '[]')
     FROM contracts_enteredvalue e WHERE e.agreement_id = v.agreement_id AND e.since <= %(on)s)::text
FROM contracts_version v
"""
_OF_SERVICE = f"""{_STATEMENT} JOIN contracts_agreement a ON a.id = v.agreement_id
WHERE a.key = %(service)s AND v.in_force_from <= %(on)s
ORDER BY v.in_force_from DESC, v.number DESC LIMIT 1"""
_OF_VERSION = f"{_STATEMENT} WHERE v.id = %(version)s"


@dataclass(frozen=True, slots=True)
class Latest:
    """A version with what was agreed (`[question, letter, since]`) and entered (`[name, since, value]`), both as JSON."""

    version_id: uuid.UUID
    agreement_id: uuid.UUID
    hash: str
    agreed: str
    entered: str


def of_service(service: str, on: date) -> Latest | None:
    """The version in force for a service on a day; None where there is none. One query, and one only in one act."""
    return read_once(("version in force", service, on), lambda: _asked(_OF_SERVICE, {"service": service, "on": on}))


def of_version(version_id: uuid.UUID, on: date) -> Latest | None:
    """One version, with the readings and values of a day. One query."""
    return _asked(_OF_VERSION, {"version": version_id, "on": on})


def _asked(statement: str, given: dict[str, str | date | uuid.UUID]) -> Latest | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row = cursor.fetchone()
    return Latest(*row) if row else None
