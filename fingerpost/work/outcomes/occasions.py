"""What people are asked about: a case, a run, a session of a drop-in, as the rooms above describe it."""

import uuid
from dataclasses import dataclass
from datetime import date

from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Family


@dataclass(frozen=True)
class Occasion:
    """One thing to have a say about, since the day on which it began. `activity` is case or the kind of group; `area` its code."""

    kind: str
    id: uuid.UUID
    ref: str
    service: str
    activity: str
    area: str | None
    scope: Scope
    began_on: date
    family: Family | None = None
