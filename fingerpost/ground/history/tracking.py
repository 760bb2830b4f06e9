"""Row history by database triggers: every insert, update and delete, bulk writes and COPY included.

`@tracked` gives a model an event table. Each event holds the row as it was after (or, for a delete, before) the change and,
in `pgh_context`, who did it, by which command and why, as `recording` told the transaction.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory
from django.db import connection, models

from fingerpost.ground.history.sight import Sight, statement

M = TypeVar("M", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Keep the history of every row of the model. `exclude` names fields that must not be copied (secrets)."""

    def decorate(model: M) -> M:
        # Scope keys follow allocations; copying a row's history for them would say nothing about the person.
        silent = [f.name for f in model._meta.fields if f.name == "scope_keys"] + list(exclude)
        changed = pghistory.AnyChange(exclude=silent) if silent else pghistory.AnyChange()
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=changed),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            obj_field=pghistory.ObjForeignKey(related_name="+"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
        )(model)

    return decorate


def recording(
    *,
    actor_id: uuid.UUID | None,
    actor_name: str,
    command: str,
    reason: str = "",
    at: str = "",
    sight: Sight | None = None,
) -> None:
    """Tell the open transaction who is writing, by which command and why, so that the triggers can keep it.

    One statement for the transaction, not one for each write, so COPY and bulk writes carry it too. `sight` is told in the
    same breath.
    """
    told = {"actor": str(actor_id) if actor_id else None, "name": actor_name, "command": command}
    if reason:
        told["reason"] = reason
    if at:
        told["at"] = at
    columns = "set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"
    parameters = [str(uuid.uuid4()), json.dumps(told)]
    if sight is not None:
        more, its_own = statement(sight, local=True)
        columns, parameters = f"{columns}, {more}", parameters + its_own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", parameters)


def changes(row: models.Model) -> list[dict[str, object]]:
    """The row's changes, newest first: each `{at, label, actor, name, command, reason}` with the fields as they then stood."""
    return changes_of([row])[row.pk]


def changes_of(rows: Sequence[models.Model]) -> dict[Any, list[dict[str, object]]]:
    """The same of several rows of one table, by key. One query, however many."""
    found: dict[Any, list[dict[str, object]]] = {row.pk: [] for row in rows}
    if not found:
        return found
    event_model = event_model_of(type(rows[0]))
    for e in event_model._default_manager.filter(pgh_obj_id__in=found).order_by("-pgh_id"):
        of: Any = e
        told = {**(of.pgh_context or {}), "at": of.pgh_created_at, "label": of.pgh_label, "event": of}
        found[of.pgh_obj_id].append(told)
    return found


def event_model_of(model: type[models.Model]) -> type[models.Model]:
    """The event table's model. Raises LookupError for a model that keeps no history."""
    for candidate in model._meta.apps.get_models(include_auto_created=True):
        if getattr(candidate, "pgh_tracked_model", None) is model:
            return candidate
    raise LookupError(f"{model.__name__} keeps no history")
