"""Entries of declared kinds: begun, carried on, put right, taken back. Form, list and group write all come through `_settled`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry, WalledAnswers
from fingerpost.agreements.registers.reading import Moment, declared, read, subject_of
from fingerpost.agreements.registers.subjects import Subject
from fingerpost.agreements.registers.walls import may_write, split, wall_of
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.correcting import require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.answering import AnswerRefused, Answers, Asking, Value, settle_times, to_json
from fingerpost.language.declared import items_for
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.roles import RoleWords

REFERENCE = "K"


@command(allow=Permission.KEEP_RECORD)
def begin(
    actor: Actor,
    subject: Subject,
    *,
    kind: str,
    answers: Answers,
    times: Mapping[str, Moment] | None = None,
    at: datetime,
) -> Entry:
    """Begin an entry about the subject. Returns it. Raises Refused with the question or time as its field."""
    held = rules(subject.service, timezone.localdate(at))
    spec = _kind(held, kind)
    _require_about(spec, kind, subject)
    _require_writer(actor, subject, spec, answers, times or {})
    entry = Entry(ref=new_reference(Entry, REFERENCE), service=subject.service, kind=kind, version_id=held.version_id)
    parts = _filled(entry, subject, _settled(held, spec, kind, answers, times or {}, begins=True), spec, actor, at)
    entry.save(force_insert=True)
    for part in parts:
        part.save(force_insert=True)
    return entry


@command(allow=Permission.KEEP_RECORD)
def carry_on(
    actor: Actor,
    subject: Entry,
    *,
    answers: Answers,
    times: Mapping[str, Moment] | None = None,
    revision: int,
    at: datetime,
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
    return _rewritten(actor, entry, before.answers, before.times, answers, times or {}, at)


@command(allow=Permission.KEEP_RECORD)
def correct(
    actor: Actor,
    subject: Entry,
    *,
    answers: Answers,
    times: Mapping[str, Moment] | None = None,
    reason: str,
    revision: int,
    at: datetime,
) -> Entry:
    """Put right what was written down wrongly; the history keeps what stood before and why. Returns the entry.

    Raises Refused without a reason or for what cannot stand, and ChangedMeanwhile where somebody saved first.
    """
    require_reason(reason)
    entry = _opened(subject, revision)
    before = read(actor, [entry])[0]
    return _rewritten(actor, entry, before.answers, before.times, answers, times or {}, at)


@command(allow=Permission.KEEP_RECORD)
def withdraw_entry(actor: Actor, subject: Entry, *, reason: str, revision: int, at: datetime) -> Entry:
    """Take an entry back that should not have been written. It is shown and counted no more, and stays on record.

    Returns it. Raises Refused without a reason.
    """
    require_reason(reason, "Say why it is taken back.")
    entry = _opened(subject, revision)
    kind, _ = declared(entry)
    if not may_write(actor, subject_of(entry), kind.who):
        raise NotAllowed(f"{actor.name} may not take back {entry.kind}")
    entry.taken_back_at, entry.taken_back_because = at, reason.strip()
    entry.revision += 1
    entry.save(update_fields=["taken_back_at", "taken_back_because", "revision"])
    return entry


@dataclass(frozen=True)
class _Settled:
    """What is kept of an entry once all of it was checked."""

    answers: Mapping[str, Value]
    times: Mapping[str, Moment]
    items: Mapping[str, ItemSpec]
    roles: Mapping[str, RoleWords]


def _kind(held: Rules, kind: str) -> KindSpec:
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned:
        raise Refused("The contract keeps no such record. Choose one from its list.")
    return spec


def _require_about(spec: KindSpec, kind: str, subject: Subject) -> None:
    if subject.kind not in (spec.subjects or ("",)):
        wanted = " or ".join(spec.subjects) or "the service as a whole"
        raise Refused(f"{spec.called(kind)[0]} is about {wanted}. Begin it from there.")


def _require_writer(
    actor: Actor, subject: Subject, spec: KindSpec, answers: Answers, times: Mapping[str, Moment]
) -> None:
    """Raises NotAllowed where a role is missing for the record, or for one of its parts."""
    parts = [spec.items[key].who for key in answers if key in spec.items]
    parts += [spec.times[key].who for key in times if key in spec.times]
    narrower = [who for who in parts if who is not None and who.writes]
    if not may_write(actor, subject, *(narrower or (spec.who,))):
        raise NotAllowed(f"{actor.name} may not write this down")


def _settled(
    held: Rules,
    spec: KindSpec,
    kind: str,
    answers: Answers,
    times: Mapping[str, Moment],
    *,
    before: Mapping[str, Value] | None = None,
    stood: Mapping[str, Moment] | None = None,
    begins: bool = False,
) -> _Settled:
    """The answers and times as they will stand. Raises Refused for the first that cannot."""
    items, day, values = items_for(held.contract, kind), held.on, held.contract.values
    asked = {key: item for key, item in items.items() if item.is_asked_on(day) or key in answers}
    form = {key for key, item in asked.items() if (begins and not item.ask) or set(item.asked_at) & set(times)}
    try:
        kept = Asking(asked, day, values, frozenset(form)).settle(answers, before=before)
        set_ = settle_times(spec.times, times, before=stood or {}, on=day, values=values)
    except AnswerRefused as refusal:
        raise Refused(refusal.message, field=refusal.item) from refusal
    return _Settled({**(before or {}), **kept}, {**(stood or {}), **set_}, items, held.contract.roles)


def _filled(
    entry: Entry, subject: Subject, settled: _Settled, spec: KindSpec, actor: Actor, at: datetime
) -> list[WalledAnswers]:
    """The row filled in, and the rows of answers behind walls of their own."""
    entry.about_kind, entry.about_id, entry.area = subject.kind, subject.id, subject.area
    entry.person_id, entry.family_id = subject.person_id, subject.family_id
    entry.scope = subject.scope
    entry.recorded_at, entry.recorded_by_id = at, actor.id
    return _with_answers(entry, subject, settled, spec)


def _with_answers(entry: Entry, subject: Subject, settled: _Settled, spec: KindSpec) -> list[WalledAnswers]:
    around = wall_of(spec, subject, settled.roles)
    entry.seen_by, entry.is_sealed = list(around.seen_by), around.is_sealed
    by_wall = split(settled.items, settled.answers, around)
    entry.answers, entry.no_answers = to_json(by_wall.pop(around))
    entry.times = {key: moment.isoformat() for key, moment in settled.times.items()}
    entry.stage = spec.stage_of(set(settled.times))
    entry.happened_on = _day_of(spec, settled.times, entry.recorded_at)
    parts = []
    for wall, answers in by_wall.items():
        told, none = to_json(answers)
        part = WalledAnswers(
            entry=entry, person_id=entry.person_id, family_id=entry.family_id, answers=told, no_answers=none,
            seen_by=list(wall.seen_by), is_sealed=wall.is_sealed, batch=entry.batch,
        )  # fmt: skip
        part.scope = entry.scope
        parts.append(part)
    return parts


def _day_of(spec: KindSpec, times: Mapping[str, Moment], recorded_at: datetime) -> date:
    """The day of the first time of the kind that is set, or the day it was written down."""
    moment = next((times[name] for name in spec.times if name in times), recorded_at)
    return timezone.localdate(moment) if isinstance(moment, datetime) and moment.tzinfo else _as_day(moment)


def _as_day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _opened(subject: Entry, revision: int) -> Entry:
    """The entry, locked. Raises Refused where it was taken back, ChangedMeanwhile where somebody saved first."""
    entry = locked(subject)
    if entry.revision != revision:
        message = "Somebody else changed this while you had it open. Look at what stands now, then save yours again."
        raise ChangedMeanwhile(message, theirs=entry)
    if entry.taken_back_at is not None:
        raise Refused("This was taken back. Begin a new one.")
    return entry


def _rewritten(
    actor: Actor,
    entry: Entry,
    before: Mapping[str, Value],
    stood: Mapping[str, Moment],
    answers: Answers,
    times: Mapping[str, Moment],
    at: datetime,
) -> Entry:
    """The entry with what is new laid over what stood. Answers that the actor may not see stay as they are."""
    held = rules(entry.service, timezone.localdate(at))
    own, _ = declared(entry)
    spec = held.contract.kinds.get(entry.kind, own)
    subject = subject_of(entry)
    _require_writer(actor, subject, spec, answers, times)
    settled = _settled(held, spec, entry.kind, answers, times, before=before, stood=stood)
    parts = _with_answers(entry, subject, settled, spec)
    entry.revision += 1
    entry.save()
    _merge(entry, parts)
    return entry


def _merge(entry: Entry, parts: Sequence[WalledAnswers]) -> None:
    """Write answers behind walls. Whoever may write one need not see what else stands there, and leaves it as it is."""
    with seeing_everything(why="what stands behind a wall stays there, whoever writes beside it"):
        standing = {(tuple(part.seen_by), part.is_sealed): part for part in WalledAnswers.objects.filter(entry=entry)}
        for part in parts:
            held = standing.get((tuple(part.seen_by), part.is_sealed))
            if held is None:
                part.save(force_insert=True)
                continue
            told = {**part.answers, **part.no_answers}
            held.answers = {**{key: value for key, value in held.answers.items() if key not in told}, **part.answers}
            held.no_answers = {
                **{key: why for key, why in held.no_answers.items() if key not in told},
                **part.no_answers,
            }
            held.save(update_fields=["answers", "no_answers"])
