"""What an entry may be about: any record that the product keeps, named by kind and id, wherever it stands in the house.

The models are named by their labels, because most of them stand on floors above.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.permissions import everyone_of
from fingerpost.ground.access.scope import Scope, Scoped

MODELS = {
    "person": "families.Person",
    "family": "families.Family",
    "request": "referrals.Request",
    "case": "casework.Case",
    "session": "groups.Session",
    "worker": "access.User",
    "organisation": "access.Organisation",
    "venue": "places.Venue",
}
AREA = "area"


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


def of_record(service: str, kind: str, record: Any) -> Subject:
    """A record that whoever calls has seen may be met. `kind` is a name of `MODELS`, or a declared kind for an entry."""
    person = record.pk if kind == "person" else getattr(record, "person_id", None)
    family = record.pk if kind == "family" else getattr(record, "family_id", None)
    about_people = person is not None or family is not None
    scope = record.scope if isinstance(record, Scoped) and about_people else _of_everybody(service)
    return Subject(
        scope, service, kind, record.pk, "", str(record), str(getattr(record, "ref", "") or ""), person, family
    )


def found(actor: Actor, service: str, kind: str, key: str) -> Subject | None:
    """What an address names, if the actor may meet it: by public reference, or by id. None for what is not theirs to meet."""
    if kind not in MODELS:
        return None
    model = apps.get_model(MODELS[kind])
    rows = model._default_manager.all()
    if issubclass(model, Scoped):
        rows = rows.visible_to(actor)
    named: dict[str, Any] = {"ref": key} if _has(model, "ref") else {"pk": _uuid(key)}
    if None in named.values():
        return None
    record = rows.filter(**named).first()
    if record is None or not _is_of_service(service, kind, record):
        return None
    return of_record(service, kind, record)


def _is_of_service(service: str, kind: str, record: Any) -> bool:
    """Whether a record belongs to the service: a worker by a role there; families, places and organisations are shared."""
    if kind == "worker":
        return Grant.objects.filter(user=record, service=service).exists()
    whole = record.run if kind == "session" else record
    return getattr(whole, "service", service) in ("", service)


def labels(
    actor: Actor, abouts: Iterable[tuple[str, uuid.UUID | None]]
) -> Mapping[tuple[str, uuid.UUID], tuple[str, str]]:
    """What people call each record, and its public reference; those that the actor may not meet are left out. A query a kind."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for kind, id_ in abouts:
        if id_ is not None and kind in MODELS:
            wanted.setdefault(kind, set()).add(id_)
    told: dict[tuple[str, uuid.UUID], tuple[str, str]] = {}
    for kind, ids in wanted.items():
        model = apps.get_model(MODELS[kind])
        rows = model._default_manager.filter(pk__in=ids)
        for record in rows.visible_to(actor) if issubclass(model, Scoped) else rows:
            told[kind, record.pk] = (str(record), str(getattr(record, "ref", "") or record.pk))
    return told


def _of_everybody(service: str) -> Scope:
    """Where a record about nobody lies: with whoever works in the service. Which roles may see it, its kind says."""
    return Scope(frozenset({f"service:{service}", everyone_of(service)}))


def _has(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
