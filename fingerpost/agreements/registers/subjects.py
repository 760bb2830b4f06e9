"""What an entry may be about: any record that the product keeps, named by kind and id, wherever it stands in the house.

The models are named by their labels, because most of them stand on floors above.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import everyone_of
from fingerpost.ground.access.scope import Scope
from fingerpost.language.vocabulary.kinds import END_TIME, OWN_TIME

ABOUT = {
    "person": "families.Person",
    "family": "families.Family",
    "request": "referrals.Request",
    "case": "casework.Case",
}
"""Records of the product that an entry may be about, by the word of the contract."""

LINKED = {"worker": "access.User", "organisation": "access.Organisation", "venue": "places.Venue"}
"""Further ones that a question may lead to."""

AREA, WORKER = "area", "worker"


@dataclass(frozen=True)
class Subject:
    """What an entry is about: its kind and id, what people call it, and where it lies."""

    scope: Scope
    service: str
    kind: str = ""
    id: uuid.UUID | None = None
    area: str = ""
    label: str = ""
    ref: str = ""
    person_id: uuid.UUID | None = None
    family_id: uuid.UUID | None = None
    began: datetime | None = None
    """When the record came or began; the rules of that day say what the contract adds to it."""
    ended: datetime | None = None
    """When it ended, so that nothing more is due of it."""

    @property
    def is_about_people(self) -> bool:
        """Whether it concerns a family, so that it lies with it; otherwise it is for everybody of the service in their role."""
        return self.person_id is not None or self.family_id is not None


def whole_service(service: str) -> Subject:
    """The service itself, of entries that are about nothing else."""
    return Subject(_of_everybody(service), service)


def area_of_service(service: str, code: str, name: str) -> Subject:
    """An area of the service's scheme."""
    return Subject(_of_everybody(service), service, AREA, None, code, name, code)


def workers_of(service: str) -> QuerySet[User]:
    """Everybody who holds a role in the service now."""
    held = Grant.objects.filter(service=service, until=None).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name")


def of_record(service: str, kind: str, record: Any) -> Subject:
    """A record that whoever calls has seen may be met. `kind` is a word of `ABOUT`, or the declared kind of an entry."""
    person = record.pk if kind == "person" else getattr(record, "person_id", None)
    family = record.pk if kind == "family" else getattr(record, "family_id", None)
    about_nobody = person is None and family is None
    return Subject(
        _of_everybody(service) if about_nobody else record.scope,
        service,
        kind,
        record.pk,
        "",
        str(record),
        str(getattr(record, "ref", "") or record.pk),
        person,
        family,
        getattr(record, OWN_TIME[kind], None) if kind in OWN_TIME else None,
        getattr(record, END_TIME[kind], None) if kind in END_TIME else None,
    )


def found(actor: Actor, service: str, kind: str, key: str) -> Subject | None:
    """What an address names, if the actor may meet it: by public reference, or by id. None for what is not theirs to meet."""
    if kind == WORKER:
        id_ = _uuid(key)
        worker = workers_of(service).filter(pk=id_).first() if id_ else None
        return of_record(service, kind, worker) if worker else None
    rows = _rows(kind).visible_to(actor)
    if kind not in ABOUT:
        rows = rows.filter(kind=kind, taken_back_at=None)
    named = Q(pk=_uuid(key)) if kind == "person" else Q(ref=key)
    record = rows.filter(named).first()
    if record is None or getattr(record, "service", service) != service:
        return None
    return of_record(service, kind, record)


def record_of(actor: Actor, kind: str, id_: uuid.UUID) -> Any:
    """The record of a kind and id, if the actor may meet it; else None."""
    rows = _rows(kind).filter(pk=id_)
    return (rows if kind in LINKED else rows.visible_to(actor)).first()


def labels(
    actor: Actor, abouts: Iterable[tuple[str, uuid.UUID | None]]
) -> Mapping[tuple[str, uuid.UUID], tuple[str, str]]:
    """What people call each record, and its public reference; those that the actor may not meet are left out. A query a kind."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for kind, id_ in abouts:
        if id_ is not None:
            wanted.setdefault(kind, set()).add(id_)
    told: dict[tuple[str, uuid.UUID], tuple[str, str]] = {}
    for kind, ids in wanted.items():
        rows = _rows(kind).filter(pk__in=ids)
        for record in rows if kind in LINKED else rows.visible_to(actor):
            told[kind, record.pk] = (str(record), str(getattr(record, "ref", "") or record.pk))
    return told


def _rows(kind: str) -> Any:
    """All records of a kind: the product's, or entries."""
    return apps.get_model((ABOUT | LINKED).get(kind, "registers.Entry"))._default_manager.all()


def _of_everybody(service: str) -> Scope:
    """Where a record about nobody lies: with whoever works in the service. Which roles may see it, its kind says."""
    return Scope(frozenset({f"service:{service}", everyone_of(service)}))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
