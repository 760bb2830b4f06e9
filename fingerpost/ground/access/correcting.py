"""What was written down wrongly is put right: with a reason, and only over what its reader saw.

The history keeps what stood before, who changed it and why; nobody has to keep it a second time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Max, ProtectedError

from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.history.bulk import hold_keys_now
from fingerpost.ground.history.tracking import event_model_of


def version_of(*rows: models.Model) -> str:
    """What the rows' histories have come to, in one word: another word once one of them was changed."""
    return "-".join(str(_latest(row)) for row in rows)


def _latest(row: models.Model) -> int:
    events = event_model_of(type(row))._default_manager.filter(pgh_obj_id=row.pk)
    return int(events.aggregate(latest=Max("pgh_id"))["latest"] or 0)


def require_version(read: str | None, *rows: models.Model) -> None:
    """Raises ChangedMeanwhile, with the first row as it is now, where one was changed since `read`. None asks nothing."""
    if read is not None and read != version_of(*rows):
        raise ChangedMeanwhile(
            "Somebody else changed this while you had it open. Look at what stands now, then save yours again.",
            theirs=rows[0],
        )


def require_reason(reason: str, why: str = "Say why it is changed.") -> None:
    """Raises Refused where no reason is given."""
    if not reason.strip():
        raise Refused(why, field="reason")


def put_right(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    """Write to the row, which is locked, whatever differs. Returns the names of the fields that changed."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.save(update_fields=changed)
    return changed


def remove(rows: Iterable[models.Model], refusal: str) -> None:
    """Delete rows that should never have been written, in this order; the history keeps them.

    Raises Refused, and deletes none, where another record stands on one.
    """
    try:
        with transaction.atomic():
            for row in rows:
                row.delete()
            hold_keys_now()
    except (IntegrityError, ProtectedError) as clash:
        raise Refused(refusal) from clash
