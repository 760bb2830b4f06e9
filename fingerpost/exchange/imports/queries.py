"""Lists as pages show them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Case, Count, Min, Q, QuerySet, When
from django.db.models.functions import Now

from fingerpost.exchange.imports.columns import day, separated
from fingerpost.exchange.imports.kinds import COVERED, KINDS
from fingerpost.exchange.imports.models import GIVEN_UP_AFTER, Covers, Folder, List, Row, Run
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import School

MOST = 200
"""Faults shown of one list."""


def kinds() -> list[tuple[str, str]]:
    """The kinds of list, as `(name, title)`, for a choice on a form."""
    return [(name, kind.title) for name, kind in KINDS.items()]


def received(actor: Actor) -> QuerySet[List]:
    """The lists of the services where they may import, the newest first, the first of a folder for all of it. One query."""
    rows = List.objects.filter(place__lte=1).select_related("received_by", "folder").order_by("-received_at", "pk")
    if not actor.is_system:
        keys = actor.keys(Permission.IMPORT_LIST)
        rows = rows.filter(service__in=[key.removeprefix("service:") for key in keys if key.startswith("service:")])
    return rows


def list_of(actor: Actor, batch: uuid.UUID) -> List | None:
    """One list if they may import there. One query."""
    found = List.objects.select_related("received_by", "folder").filter(pk=batch).first()
    return found if found and actor.can(Permission.IMPORT_LIST, found) else None


def together(received_list: List) -> list[List]:
    """The lists of its folder in the order in which they are read, or the list alone. One query."""
    if received_list.folder is None:
        return [received_list]
    return list(List.objects.filter(folder=received_list.folder).order_by("place"))


def first_of(folder: Folder) -> List:
    """The list of a folder that is read first. One query."""
    return List.objects.filter(folder=folder).select_related("folder").order_by("place")[0]


@dataclass(frozen=True)
class Covered:
    """A school and the days for which a list says that it is complete, or for which its rows make that likely."""

    school: str
    code: str
    since: date | None
    until: date | None


def covering(lists: list[List]) -> list[List]:
    """Those of which it matters for which schools and days they are complete."""
    return [one for one in lists if one.kind in COVERED]


def covered(lists: list[List]) -> list[Covered]:
    """What these lists say that they cover, as it was given or as the files say, school by school. One query."""
    told: list[tuple[str, str, str]] = []
    for one in lists:
        if one.given.get("covers_schools"):
            since, until = (day(one.given[key]).isoformat() for key in ("covers_from", "covers_to"))
            told += [(word, since, until) for word in separated(one.given["covers_schools"])]
        elif one.covers.get("confirmed") != Covers.NOTHING:
            told += [(row["school"], row["since"], row["until"]) for row in one.covers.get("said", ())]
    names = School.objects.in_bulk([code for code, _, _ in told])
    return [
        Covered(str(names.get(code, code)), code, date.fromisoformat(since), date.fromisoformat(until))
        for code, since, until in dict.fromkeys(told)
    ]


LINES_NAMED = 10


@dataclass(frozen=True)
class Alike:
    """Rows of one list of which the same is said of the same column: how many, and on which lines the first of them stand."""

    file_name: str
    column: str
    message: str
    rows: int
    lines: tuple[int, ...]

    @property
    def where(self) -> str:
        """Lines 2, 5 and 9; of many the first, and how many more. Empty for the file as a whole."""
        named = [str(line) for line in self.lines if line]
        if not named:
            return ""
        if self.rows > len(named):
            return f"Lines {', '.join(named)} and {self.rows - len(named):,} more"
        return f"Line {named[0]}" if len(named) == 1 else f"Lines {', '.join(named[:-1])} and {named[-1]}"


def faults_of(lists: list[List], *, severity: str, limit: int = MOST) -> list[Alike]:
    """What is wrong with rows of these lists, list by list in the order of the file, each thing once. One query.

    `error`: what keeps a row out. `warning`: what only asks for a look, people who may be known among it: every line of
    theirs is named, because each person has to be compared. Nothing is said of anybody who is restricted now.
    """
    hidden = Person.objects.filter(restricted=True).values("pk")
    rows = Row.objects.filter(Q(person_id=None) | ~Q(person_id__in=hidden), list_received__in=lists)
    rows = rows.filter(severity="error") if severity == "error" else rows.exclude(severity="error")
    alike = rows.values("list_received__file_name", "list_received__place", "column", "message", "severity").annotate(
        rows=Count("id"), first=Min("number"), lines=ArrayAgg("number", order_by=("number", "id"))
    )
    with seeing_everything(
        why="whoever may not meet somebody must not read of them here, which takes knowing who is hidden"
    ):
        return [_alike(one) for one in alike.order_by("list_received__place", "first", "column", "message")[:limit]]


def _alike(one: Mapping[str, Any]) -> Alike:
    named = one["lines"] if one["severity"] == "match" else one["lines"][:LINES_NAMED]
    return Alike(one["list_received__file_name"], one["column"], one["message"], one["rows"], tuple(named))


def latest_run(received_list: List) -> Run | None:
    """What the worker does or did last with this list; None when nobody asked it. One query.

    `is_stuck`: it has not got on for so long that it may be asked for anew.
    """
    is_late = When(ended_at=None, moved_at__lt=Now() - GIVEN_UP_AFTER, then=True)
    runs = Run.objects.annotate(is_stuck=Case(is_late, default=False, output_field=BooleanField()))
    return runs.filter(list_received=received_list).order_by("-id").first()
