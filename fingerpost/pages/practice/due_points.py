"""What is due of a record by the schedules of the contract, as it stands on the record's page."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.deadlines import running
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.schedules import schedules_for
from fingerpost.agreements.registers.subjects import record_of, whole_service
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.language.schema.schedules import ScheduleKind
from fingerpost.pages.kit.lists import on_page
from fingerpost.pages.practice.entry_words import to_begin


def due_points(actor: Actor, held: Rules, kind: str, record: Any, at: datetime) -> list[dict[str, Any]]:
    """What is still to be done, the soonest first, as the kit's list of tasks takes it. Nothing is asked without a schedule."""
    schedules = schedules_for(held, kind)
    if not schedules:
        return []
    rows: QuerySet[Entry] = Entry.objects.visible_to(actor).filter(about_kind=kind, about_id=record.pk)
    rows = rows.filter(kind__in=schedules, taken_back_at=None, due_at__isnull=False)
    return [_step(held, entry, at) for entry in rows.order_by("due_at", "id")]


def to_fulfil(actor: Actor, held: Rules, kind: ScheduleKind, entry: Entry) -> list[tuple[str, str]]:
    """The records that would fulfil a point, to be begun: (words, address)."""
    by, kinds = kind.schedule.settled_by, held.contract.kinds
    if entry.about_id is not None:
        record = record_of(actor, entry.about_kind, entry.about_id)
        return to_begin(actor, held, entry.about_kind, record, only=by) if record is not None else []
    return [
        (f"Record: {kinds[key].called(key)[0].lower()}", reverse("practice:entry_new", args=[key]))
        for key in by
        if key in kinds and may_write(actor, whole_service(held.service), kinds[key])
    ]


def _step(held: Rules, entry: Entry, at: datetime) -> dict[str, Any]:
    title = next((one.title for one in running(held, entry)), "")
    step = {"title": title, "href": reverse("practice:entry", args=[entry.ref])}
    if entry.happened_on > timezone.localdate(at):
        return {**step, "status": "due", "text": f"From {on_page(entry.happened_on)}"}
    due = on_page(timezone.localdate(entry.due_at))
    if entry.due_at is not None and entry.due_at < at:
        return {**step, "status": "overdue", "text": f"Late: {due}"}
    return {**step, "status": "due", "text": f"By {due}"}
