"""Occasions of earlier years on which families had a say, brought in by lists: kept as they were."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.community.models import Participation, Say


@dataclass(frozen=True, slots=True)
class SayGiven:
    """One occasion as a list gives it, with everybody who took part: person, family and scope of each."""

    kind: str
    title: str
    happened_on: date
    recorded_at: datetime
    area: str | None
    people: tuple[tuple[uuid.UUID, uuid.UUID | None, Scope], ...]
    said: str = ""
    changed: str = ""

    @property
    def key(self) -> tuple[str, str, date]:
        return (self.kind, self.title, self.happened_on)


@command(allow=Permission.IMPORT_LIST)
def bring_in(
    actor: Actor, subject: Scope, *, service: str, says: Sequence[SayGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep occasions of earlier years and who took part. Returns how many parts taken were new."""
    days = {given.happened_on for given in says}
    standing = Say.objects.filter(service=service, happened_on__in=days)
    known = {(say.kind, say.title, say.happened_on): say for say in standing}
    new = [given for given in says if given.key not in known]
    rows = []
    for given, ref in zip(new, new_references(Say, "Y", len(new)), strict=True):
        say = Say(ref=ref, service=service, kind=given.kind, title=given.title, happened_on=given.happened_on)
        say.area_id, say.said, say.changed = given.area, given.said, given.changed
        say.changed_on = given.happened_on if given.changed else None
        say.recorded_at, say.batch, say.scope = given.recorded_at, batch, subject
        known[given.key] = say
        rows.append(say)
    copy_in(rows)
    return copy_in(_parts(says, known, batch))


def _parts(says: Sequence[SayGiven], known: dict[tuple[str, str, date], Say], batch: uuid.UUID) -> list[Participation]:
    ids = [say.pk for say in known.values()]
    taken = set(Participation.objects.filter(say__in=ids).values_list("say_id", "person_id"))
    parts = []
    for given in says:
        say = known[given.key]
        for person, family, scope in given.people:
            if (say.pk, person) not in taken:
                taken.add((say.pk, person))
                part = Participation(say=say, person_id=person, family_id=family, batch=batch)
                part.recorded_at, part.scope = given.recorded_at, scope
                parts.append(part)
    return parts


@command(allow=Permission.IMPORT_LIST)
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the occasions of a batch and the parts taken. Returns how many rows went."""
    return take_back((Participation, Say), batch)
