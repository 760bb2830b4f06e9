"""Absence: begun, ended, covered. The contract's clock runs until cover is planned or the absence ends."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import require_version
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import holds
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock
from fingerpost.work.workforce.days import CoverDue, Reckoning, start_of_day
from fingerpost.work.workforce.models import Absence, Cover, Holding, Minimum
from fingerpost.work.workforce.queries.posts import in_post
from fingerpost.work.workforce.spells import Spell, spells_of


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.start", "tasks.stop"))
def record_absence(
    actor: Actor,
    subject: Holding,
    *,
    started_on: date,
    ended_on: date | None = None,
    reason: str,
    note: str = "",
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> Absence:
    """Record that whoever holds a post is away, and start the clock by which cover must be planned. Returns the absence.

    The same absence recorded twice, word for word, is one. Raises Refused where another overlaps. Clause 2.3 (Essex advisors).
    """
    _require_order(started_on, ended_on)
    if reason not in Absence.Reason.values:
        raise Refused("Choose why they are away.", field="reason")
    worker = User.objects.select_for_update().get(pk=subject.user_id)
    service = subject.post.service
    same = Absence.objects.filter(service=service, worker=worker, started_on=started_on).first()
    if same is not None and holds(same, {"ended_on": ended_on, "reason": reason, "note": note.strip()}):
        return same
    _require_free(service, worker, started_on, ended_on)
    absence = Absence(service=service, worker=worker, team_id=subject.post.team_id, started_on=started_on)
    absence.ended_on, absence.reason, absence.note = ended_on, reason, note.strip()
    absence.recorded_at, absence.batch, absence.batch_ref = at, batch, batch_ref
    absence.scope = _scope_of(service, worker, started_on) | subject.scope
    absence.save(force_insert=True)
    _set_clocks(actor, absence, at)
    return absence


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.start", "tasks.stop"))
def correct_absence(
    actor: Actor,
    subject: Absence,
    *,
    started_on: date,
    ended_on: date | None,
    reason: str,
    note: str = "",
    why: str = "",
    read: str | None = None,
    at: datetime,
) -> Absence:
    """Put an absence right; the history keeps what stood before, and `why`. Its clock follows the new days. Returns it.

    Raises Refused, and ChangedMeanwhile where somebody changed it since `read`.
    """
    absence = locked(subject)
    require_version(read, absence)
    _require_order(started_on, ended_on)
    if reason not in Absence.Reason.values:
        raise Refused("Choose why they are away.", field="reason")
    _require_free(absence.service, absence.worker, started_on, ended_on, apart_from=absence)
    absence.started_on, absence.ended_on = started_on, ended_on
    absence.reason, absence.note = reason, note.strip()
    absence.save(update_fields=["started_on", "ended_on", "reason", "note"])
    _set_clocks(actor, absence, at)
    return absence


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.start", "tasks.stop"))
def end_absence(actor: Actor, subject: Absence, *, ended_on: date, at: datetime) -> Absence:
    """Say which day was the last away. The clock stops and their cover ends that day. Returns the absence."""
    absence = locked(subject)
    if ended_on < absence.started_on:
        raise Refused(
            f"They were away from {day_in_words(absence.started_on)}. Enter that day or a later one.", field="ended_on"
        )
    _require_free(absence.service, absence.worker, absence.started_on, ended_on, apart_from=absence)
    absence.ended_on = ended_on
    absence.save(update_fields=["ended_on"])
    running = Cover.objects.filter(absence=absence).filter(Q(until=None) | Q(until__gt=ended_on))
    running.filter(since__lte=ended_on).update(until=ended_on)
    _set_clocks(actor, absence, at)
    return absence


@command(allow=Permission.MANAGE_WORKFORCE, includes=("tasks.start", "tasks.stop"))
def plan_cover(
    actor: Actor,
    subject: Absence,
    *,
    worker: User,
    since: date,
    until: date | None = None,
    weekdays: Iterable[int],
    note: str = "",
    at: datetime,
) -> Cover:
    """Say who does an absent worker's work, on which weekdays (Monday is 0). The clock stops. Returns the cover.

    Cases are handed over one by one, by allocating them. Clause 2.3 (Essex advisors).
    """
    absence = locked(subject)
    days = sorted({day for day in weekdays if 0 <= day <= 6})
    _require_cover(absence, worker, since, until, days)
    cover = Cover.objects.filter(absence=absence, worker=worker, since=since).first()
    if cover is None:
        cover = Cover(absence=absence, worker=worker, since=since, recorded_at=at)
        cover.scope = absence.scope
    cover.until, cover.weekdays, cover.note = until, days, note.strip()
    cover.save()
    _set_clocks(actor, absence, at)
    return cover


@command(allow=Permission.MANAGE_WORKFORCE)
def agree_minimum(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    area: Area,
    equivalents: Decimal,
    since: date,
    agreed_by: str,
    at: datetime,
) -> Minimum:
    """Hold how many full-time equivalents an area must never be without, from a day on. Returns it.

    Agreed again for the same day it takes the newer number. Clause 2.3 asks for a level of service and sets none.
    """
    if equivalents < 0:
        raise Refused("Enter 0 or more.", field="equivalents")
    if not agreed_by.strip():
        raise Refused("Enter who agreed it.", field="agreed_by")
    held, _ = Minimum.objects.update_or_create(
        service=service,
        area=area,
        since=since,
        defaults={"equivalents": equivalents, "agreed_by": agreed_by.strip(), "recorded_at": at},
    )
    return held


def _scope_of(service: str, worker: User, on: date) -> Scope:
    """The service and every team in which they hold a post on the day."""
    scope = Scope.of(service=service)
    teams = Holding.objects.filter(in_post(on), post__service=service, user=worker).values_list("post__team", flat=True)
    for team in teams:
        scope |= Scope.of(team=team)
    return scope


def _set_clocks(actor: Actor, changed: Absence, at: datetime) -> None:
    """Bring the contract's clocks into line with the worker's spells as they stand: one for each that cover is still owed in.

    A clock hangs on the last absence of its spell and counts from the spell's first day. It has no owner and names no team:
    nobody's list shows it before it runs out. Then the team of its scope hears.
    """
    reckoning = Reckoning.under(rules(changed.service, timezone.localdate(at)))
    for spell in spells_of(changed.service, [changed.worker_id], reckoning.calendar):
        due = reckoning.cover_due(spell.started_on)
        if due is None:
            continue
        for absence in spell.absences:
            is_owed = absence is spell.absences[-1] and _is_owed(spell, due, at)
            _set_clock(actor, absence, due if is_owed else None, due.clock, spell.started_on, at)


def _is_owed(spell: Spell, due: CoverDue, at: datetime) -> bool:
    """Whether somebody must still cover: the spell goes on until the clock runs out, and nobody does or is to."""
    if spell.ended_on and (start_of_day(spell.ended_on) < due.at or spell.ended_on < timezone.localdate(at)):
        return False
    last = spell.absences[-1]
    covered = Q(absence=last) | Q(absence__in=spell.absences, until__gte=last.started_on)
    return not Cover.objects.filter(covered).exists()


def _set_clock(actor: Actor, absence: Absence, due: CoverDue | None, key: str, since: date, at: datetime) -> None:
    """Start, leave or stop the clock of one absence."""
    running = (
        Clock.objects.filter(key=key, subject_kind=Absence._meta.label_lower, subject_id=absence.pk).running().first()
    )
    if running is not None and (due is None or running.due_at != due.at):
        tasks.stop(actor, absence, key=key, stopped_at=at, at=at)
        running = None
    if due is not None and running is None:
        tasks.start(
            actor,
            absence,
            service=absence.service,
            key=key,
            title=f"{due.title}: {absence.worker.name}"[:200],
            started_at=start_of_day(since),
            due_at=due.at,
            at=at,
        )


def _require_order(started_on: date, ended_on: date | None) -> None:
    if ended_on and ended_on < started_on:
        raise Refused("The last day is before the first. Change one of them.", field="ended_on")


def _require_free(
    service: str, worker: User, started_on: date, ended_on: date | None, *, apart_from: Absence | None = None
) -> None:
    others = Absence.objects.filter(Q(ended_on=None) | Q(ended_on__gte=started_on), service=service, worker=worker)
    if ended_on is not None:
        others = others.filter(started_on__lte=ended_on)
    other = others.exclude(pk=apart_from.pk if apart_from else None).order_by("started_on").first()
    if other is None:
        return
    until = f"until {day_in_words(other.ended_on)}" if other.ended_on else "with no last day yet"
    raise Refused(
        f"{worker.name} is recorded as away from {day_in_words(other.started_on)} {until}. Change that one.",
        field="started_on",
    )


def _require_cover(absence: Absence, worker: User, since: date, until: date | None, days: list[int]) -> None:
    if worker.pk == absence.worker_id:
        raise Refused("They are the one who is away. Choose somebody else.", field="worker")
    if not days:
        raise Refused("Choose at least one day of the week.", field="weekdays")
    if since < absence.started_on:
        raise Refused("Cover cannot begin before they were away.", field="since")
    if absence.ended_on and since > absence.ended_on:
        raise Refused(f"They are back after {day_in_words(absence.ended_on)}.", field="since")
    if until and until < since:
        raise Refused("The last day is before the first. Change one of them.", field="until")
