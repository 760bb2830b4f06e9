"""Entries of declared kinds: begun, carried on, put right, taken back. Form, list and group write all come through `_settled`."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.deadlines import clock_in
from fingerpost.agreements.registers.limits import require_within_limit
from fingerpost.agreements.registers.models import Entry, WalledAnswers
from fingerpost.agreements.registers.reading import (
    Moment,
    Read,
    asked,
    day_of,
    declared,
    read,
    rules_of_entry,
    rules_of_pathway,
    spec_of,
    subject_of,
    times_of,
)
from fingerpost.agreements.registers.schedules import draw_around, require_nothing_missing
from fingerpost.agreements.registers.subjects import Subject
from fingerpost.agreements.registers.walls import Wall, may_write, split, wall_of
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.correcting import require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.answering import AnswerRefused, Answers, Asking, Value, settle_times, to_json
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.language.schema.schedules import DONE_ON, ENDED_ON, ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO, OWN_TIME

Given = Mapping[str, Value | None]
"""Answers by question; None takes one away."""
Moments = Mapping[str, Moment | None]
"""Times by name; None takes one back."""


@command(allow=Permission.KEEP_RECORD)
def begin(
    actor: Actor, subject: Subject, *, kind: str, answers: Given, times: Moments | None = None, at: datetime
) -> Entry:
    """Begin an entry about the subject. Returns it. Raises Refused with the question or time as its field."""
    held = rules_of_pathway(subject.service, kind, subject.began, timezone.localdate(at))
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned:
        raise Refused("The contract keeps no such record. Choose one from its list.")
    if kind in ADDED_TO:
        _require_first(subject, kind)
        times = {**(times or {}), OWN_TIME[kind]: subject.began}
    elif subject.kind not in (spec.subjects or ("",)):
        wanted = " or ".join(spec.subjects) or "the service as a whole"
        raise Refused(f"{spec.called(kind)[0]} is about {wanted}. Begin it from there.")
    _require_writer(actor, subject, spec, answers, times or {}, whole=True)
    entry = _begun(actor, subject, kind, held, spec, answers, times or {}, at)
    draw_around(entry, at)
    return entry


@command(allow=Permission.KEEP_RECORD)
def begin_added(actor: Actor, subject: Subject, *, kind: str, at: datetime) -> Entry | None:
    """Begin what the contract adds to a request or case that has just come, so that its clocks run.

    Returns the entry, or None where the version under which it came adds nothing, and for a record of years before the agreement.
    One that was begun before follows when it is put right on which day the record came.
    """
    held = rules_of_pathway(subject.service, kind, subject.began, timezone.localdate(at))
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned or subject.began is None:
        return None
    if timezone.localdate(subject.began) < held.contract.agreement.start:
        return None
    standing = Entry.objects.filter(kind=kind, about_id=subject.id, taken_back_at=None).select_for_update().first()
    if standing is None:
        return _begun(actor, subject, kind, held, spec, {}, {OWN_TIME[kind]: subject.began}, at)
    before = times_of(standing.times)
    standing.times[OWN_TIME[kind]] = subject.began.isoformat()
    standing.happened_on = timezone.localdate(subject.began)
    clock_in(standing, held, times_of(standing.times), before)
    standing.revision += 1
    standing.save()
    return standing


@command(
    allow=Permission.IMPORT_LIST, sees_everything="what a list brought goes with it, whoever may meet the family since"
)
def take_out_added(actor: Actor, subject: Scope, *, kind: str, records: Collection[uuid.UUID], at: datetime) -> int:
    """Take away what was begun and drawn of requests or cases whose list is undone. Returns how many there were.

    Raises Refused where somebody has written something down about one.
    """
    entries = Entry.objects.filter(about_kind=kind, about_id__in=records).order_by("ref")
    behind_walls = set(WalledAnswers.objects.filter(entry__in=entries).values_list("entry_id", flat=True))
    for entry in entries:
        if entry.pk in behind_walls or _is_by_hand(entry):
            raise Refused(f"Something was written down in {entry.ref} since, so the list cannot be undone.")
    return entries.delete()[0]


def _is_by_hand(entry: Entry) -> bool:
    """Whether somebody wrote anything of an entry down: the house begins what a contract adds, and draws what is due."""
    spec = declared(entry)[0]
    if isinstance(spec, ScheduleKind):
        return bool(spec.by_hand) and DONE_ON in entry.times
    if entry.kind not in ADDED_TO:
        return True
    return bool(entry.answers or entry.no_answers or entry.times.keys() - {OWN_TIME[entry.kind]})


def _begun(
    actor: Actor, subject: Subject, kind: str, held: Rules, spec: KindSpec, answers: Given, times: Moments, at: datetime
) -> Entry:
    entry = Entry(ref=new_reference(Entry, "E"), service=subject.service, kind=kind, version_id=held.version_id)
    entry.about_kind, entry.about_id, entry.area = subject.kind, subject.id, subject.area
    entry.person_id, entry.family_id = subject.person_id, subject.family_id
    entry.scope, entry.recorded_at, entry.recorded_by_id = subject.scope, at, actor.id
    stands = _settled(held, spec, answers, times, begins=kind not in ADDED_TO)
    require_nothing_missing(held, kind, subject, None, stands.times)
    parts = _filled(entry, subject, stands, spec, held)
    require_within_limit(held, spec, Read(entry, spec, stands.items, stands.answers, stands.times))
    clock_in(entry, held, stands.times, {})
    entry.save(force_insert=True)
    for part in parts:
        part.save(force_insert=True)
    return entry


@command(allow=Permission.KEEP_RECORD)
def carry_on(
    actor: Actor, subject: Entry, *, answers: Given, times: Moments | None = None, revision: int, at: datetime
) -> Entry:
    """Set further times of an entry and answer what their forms ask. Returns it.

    Raises Refused for what cannot stand, or would change what was written before; ChangedMeanwhile where somebody saved first.
    """
    entry = _opened(subject, revision)
    before = read(actor, [entry])[0]
    changed = [key for key, value in answers.items() if key in before.answers and before.answers[key] != value]
    changed += [key for key, moment in (times or {}).items() if key in before.times and before.times[key] != moment]
    if changed:
        raise Refused("This was answered before. Correct it, with a reason, to change it.", field=changed[0])
    return _rewritten(actor, before, answers, times or {}, at)


@command(allow=Permission.KEEP_RECORD)
def correct(
    actor: Actor,
    subject: Entry,
    *,
    answers: Given,
    times: Moments | None = None,
    reason: str,
    revision: int,
    at: datetime,
) -> Entry:
    """Put right what was written down wrongly, or take an answer or a time away. Returns the entry; the history keeps what stood.

    Raises Refused without a reason or for what cannot stand, and ChangedMeanwhile where somebody saved first.
    """
    require_reason(reason)
    entry = _opened(subject, revision)
    return _rewritten(actor, read(actor, [entry])[0], answers, times or {}, at)


@command(allow=Permission.KEEP_RECORD)
def withdraw_entry(actor: Actor, subject: Entry, *, reason: str, revision: int, at: datetime) -> Entry:
    """Take an entry back that should not have been written. It is shown no more, and stays on record. Returns it.

    Raises Refused without a reason.
    """
    require_reason(reason, "Say why it is taken back.")
    entry = _opened(subject, revision)
    held = rules_of_entry(entry, timezone.localdate(at))
    _require_writer(actor, subject_of(entry), spec_of(held, entry), {}, {}, whole=True)
    entry.taken_back_at, entry.taken_back_because = at, reason.strip()
    entry.revision += 1
    entry.save(update_fields=["taken_back_at", "taken_back_because", "revision"])
    draw_around(entry, at)
    return entry


def _require_first(subject: Subject, kind: str) -> None:
    if subject.kind != kind:
        raise Refused(f"Write this down on the page of the {kind}.")
    if Entry.objects.filter(kind=kind, about_id=subject.id, taken_back_at=None).exists():
        raise Refused(f"Somebody else has begun this meanwhile. Open the {kind} again and carry on from there.")


def _require_writer(
    actor: Actor, subject: Subject, spec: KindSpec, answers: Given, times: Moments, *, whole: bool = False
) -> None:
    """Raises NotAllowed where a role is missing for one of the parts, or with `whole` for the record itself."""
    parts: list[ItemSpec | TimeSpec | None] = [spec.items[key] for key in answers if key in spec.items]
    parts += [spec.times[key] for key in times if key in spec.times and key not in OWN_TIME.values()]
    if whole or not parts:
        parts.append(None)
    if not all(may_write(actor, subject, spec, part) for part in parts):
        raise NotAllowed(f"{actor.name} may not write this down")


@dataclass(frozen=True)
class _Standing:
    """What stands of an entry once all of it was checked."""

    items: Mapping[str, ItemSpec]
    answers: Answers
    times: Mapping[str, Moment]


def _settled(
    held: Rules, spec: KindSpec, answers: Given, times: Moments, *, before: Read | None = None, begins: bool = False
) -> _Standing:
    """The answers and times as they will stand. Raises Refused for the first that cannot."""
    day, values, stood = held.on, held.contract.values, before.answers if before else {}
    items = {**(before.items if before else {}), **spec.items}
    arising = {key: item for key, item in items.items() if item.is_asked_on(day) or key in answers or key in stood}
    form = asked(spec, day, times, begins=begins)
    try:
        return _Standing(
            items,
            Asking(arising, day, values, frozenset(form)).settle(answers, before=stood),
            settle_times(spec.times, times, before=before.times if before else {}, on=day, values=values),
        )
    except AnswerRefused as refusal:
        raise Refused(refusal.message, field=refusal.item) from refusal


def _filled(entry: Entry, subject: Subject, stands: _Standing, spec: KindSpec, held: Rules) -> list[WalledAnswers]:
    """The row filled in with what stands. Returns the rows of answers behind walls of their own."""
    around = wall_of(spec, subject, held.contract.roles)
    entry.seen_by, entry.is_sealed = list(around.seen_by), around.is_sealed
    by_wall = split(stands.items, stands.answers, around)
    entry.answers, entry.no_answers = to_json(by_wall.pop(around))
    entry.times = {key: moment.isoformat() for key, moment in stands.times.items()}
    entry.stage = spec.stage_of(set(stands.times))
    entry.happened_on = day_of(
        next((stands.times[key] for key in spec.times if key in stands.times), entry.recorded_at)
    )
    return [_part(entry, wall, answers) for wall, answers in by_wall.items()]


def _part(entry: Entry, wall: Wall, answers: Answers) -> WalledAnswers:
    told, none = to_json(answers)
    part = WalledAnswers(entry=entry, person_id=entry.person_id, family_id=entry.family_id)
    part.answers, part.no_answers = told, none
    part.scope, part.seen_by, part.is_sealed = entry.scope, list(wall.seen_by), wall.is_sealed
    return part


def _opened(subject: Entry, revision: int) -> Entry:
    """The entry, locked. Raises Refused where it was taken back, ChangedMeanwhile where somebody saved first."""
    entry = locked(subject)
    if entry.revision != revision:
        message = "Somebody else changed this while you had it open. Look at what stands now, then save yours again."
        raise ChangedMeanwhile(message, theirs=entry)
    if entry.taken_back_at is not None:
        raise Refused("This was taken back. Begin a new one.")
    return entry


def _rewritten(actor: Actor, before: Read, answers: Given, times: Moments, at: datetime) -> Entry:
    """The entry with what is new laid over what stood. Answers that the actor may not see stay as they are."""
    entry = before.entry
    if OWN_TIME.get(entry.kind, "") in times:
        raise Refused(f"Put this right on the page of the {entry.kind}.", field=OWN_TIME[entry.kind])
    if isinstance(before.kind, ScheduleKind):
        _require_to_be_ticked(before, times.get(DONE_ON), at)
    held = rules_of_entry(entry, timezone.localdate(at))
    spec, subject = spec_of(held, entry), subject_of(entry)
    _require_writer(actor, subject, spec, answers, times)
    stands, stood = _settled(held, spec, answers, times, before=before), {*entry.answers, *entry.times}
    new = {key: moment for key, moment in stands.times.items() if moment != before.times.get(key)}
    require_nothing_missing(held, entry.kind, subject, entry.pk, new)
    parts = _filled(entry, subject, stands, spec, held)
    require_within_limit(held, spec, Read(entry, spec, stands.items, stands.answers, stands.times))
    clock_in(entry, held, stands.times, before.times)
    stand = {*entry.answers, *entry.times}
    kept = {key: moment for key, moment in entry.written_later.items() if key in stand}
    entry.written_later = kept | dict.fromkeys(stand - stood, at.isoformat())
    entry.revision += 1
    entry.save()
    _merge(entry, parts, removed={key for key, value in answers.items() if value is None})
    draw_around(entry, at)
    return entry


def _require_to_be_ticked(point: Read, done: Moment | None, at: datetime) -> None:
    """Raises Refused where nothing is due of a point any more, or it would be done on a day that is still to come."""
    if ENDED_ON in point.times:
        raise Refused("Nothing more is due of this: it has ended.")
    if done is not None and day_of(done) > timezone.localdate(at):
        raise Refused("This is done on a day that has come. Give today or a day before.", field=DONE_ON)


def _merge(entry: Entry, parts: Sequence[WalledAnswers], *, removed: set[str]) -> None:
    """Write answers behind walls. Whoever may write one need not see what else stands there, and leaves it as it is."""
    new = {(tuple(part.seen_by), part.is_sealed): part for part in parts}
    with seeing_everything(why="what stands behind a wall stays there, whoever writes beside it"):
        for standing in WalledAnswers.objects.filter(entry=entry):
            part = new.pop((tuple(standing.seen_by), standing.is_sealed), WalledAnswers())
            gone = removed | {*part.answers, *part.no_answers}
            standing.answers = {key: v for key, v in standing.answers.items() if key not in gone} | part.answers
            standing.no_answers = {
                key: v for key, v in standing.no_answers.items() if key not in gone
            } | part.no_answers
            standing.save(update_fields=["answers", "no_answers"])
        for part in new.values():
            part.save(force_insert=True)
