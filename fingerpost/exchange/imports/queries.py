"""Lists as pages show them."""

import uuid

from django.db.models import BooleanField, Case, When
from django.db.models.functions import Now

from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.models import GIVEN_UP_AFTER, List, Row, Run
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission

MOST = 200


def kinds() -> list[tuple[str, str]]:
    """The kinds of list, as `(name, title)`, for a choice on a form."""
    return [(name, kind.title) for name, kind in KINDS.items()]


def received(actor: Actor, *, limit: int = MOST) -> list[List]:
    """The lists of the services where she may import, the newest first. One query."""
    rows = List.objects.select_related("received_by").order_by("-received_at")
    if not actor.is_system:
        keys = actor.keys(Permission.IMPORT_LIST)
        rows = rows.filter(service__in=[key.removeprefix("service:") for key in keys if key.startswith("service:")])
    return list(rows[:limit])


def list_of(actor: Actor, batch: uuid.UUID) -> List | None:
    """One list if she may import there. One query."""
    found = List.objects.select_related("received_by").filter(pk=batch).first()
    return found if found and actor.can(Permission.IMPORT_LIST, found) else None


def faults_of(received_list: List, *, severity: str = "", limit: int = MOST) -> list[Row]:
    """What is wrong with its rows, in the order of the file. One query.

    `error`: what keeps a row out. `warning`: what only asks for a look, people who may be known among it.
    """
    rows = Row.objects.filter(list_received=received_list).order_by("number", "id")
    if severity == "error":
        rows = rows.filter(severity="error")
    elif severity:
        rows = rows.exclude(severity="error")
    return list(rows[:limit])


def latest_run(received_list: List) -> Run | None:
    """What the worker does or did last with this list; None when nobody asked it. One query.

    `is_stuck`: it has not got on for so long that it may be asked for anew.
    """
    is_late = When(ended_at=None, moved_at__lt=Now() - GIVEN_UP_AFTER, then=True)
    runs = Run.objects.annotate(is_stuck=Case(is_late, default=False, output_field=BooleanField()))
    return runs.filter(list_received=received_list).order_by("-id").first()
