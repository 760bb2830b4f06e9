"""Families of a worker who is away go over to whoever covers for them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.commands.opening import allocate
from fingerpost.work.casework.models import Case
from fingerpost.work.workforce.models import Absence, Cover


@command(allow=Permission.ALLOCATE_CASE)
def hand_over_for_cover(
    actor: Actor, subject: Absence, *, cover: Cover, refs: Iterable[str], at: datetime
) -> list[Case]:
    """Give open cases of an absent worker, named by reference, to whoever covers for them. Returns them as they are now.

    Raises Refused, and gives none, where one is no longer theirs, and once the cover or the absence is over.
    Clause 2.3 (Essex advisors).
    """
    if cover.absence_id != subject.pk:
        raise Refused("This cover is for another absence. Choose one of these.", field="cover")
    last = min((day for day in (cover.until, subject.ended_on) if day), default=None)
    if last and last < timezone.localdate(at):
        raise Refused(f"This cover ended on {day_in_words(last)}. Plan another, or transfer the case.", field="cover")
    wanted = list(dict.fromkeys(refs))
    theirs = Case.objects.visible_to(actor, Permission.ALLOCATE_CASE).open().filter(worker=subject.worker_id)
    found = {case.ref: case for case in theirs.filter(ref__in=wanted, service=subject.service)}
    if missing := [ref for ref in wanted if ref not in found]:
        raise Refused(f"{missing[0]} is not with them any more. Choose again.", field="cases")
    why = f"Covers while {subject.worker.name} is away"
    return [
        allocate(actor, found[ref], worker=cover.worker, exception_reason=why, cover=cover, at=at) for ref in wanted
    ]
