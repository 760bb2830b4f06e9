"""How much there may be of a kind about one thing, asked whenever an entry is written."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, facts_of, read
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.answering import Value
from fingerpost.language.answers import Answer
from fingerpost.language.conditions import evaluate
from fingerpost.language.dated import NoValue, Number, number_named
from fingerpost.language.definition import Each
from fingerpost.language.periods import period_on
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, LimitSpec
from fingerpost.language.vocabulary.kinds import ADDED_TO

HOUSE = Actor.system("Limits")


def require_within_limit(held: Rules, spec: KindSpec, written: Read) -> None:
    """Raise Refused where an entry, as it will stand, would make more of its kind than there may be. Others wait meanwhile.

    What an entry counts for is what its own answers say; one of which nobody can say whether it counts does not.
    """
    limit, entry = spec.limit, written.entry
    if limit is None or not _counts(held, limit, written):
        return
    with seeing_everything(why="what there is already counts, whoever wrote it"):
        _wait_for_others(entry)
        total = sum(_amount(limit, one) for one in (written, *_others(held, limit, entry)))
        bound = _bound(held, limit, entry)
    if bound is None:
        name = _item_of_subject(held, entry, str(limit.at_most))
        raise Refused(
            f"Write down first: {name.label_of(str(limit.at_most)) if name else limit.at_most}", field=limit.sum or ""
        )
    if total > bound:
        raise Refused(limit.say or _usual(spec, limit, entry, total, bound), field=limit.sum or "")


def _usual(spec: KindSpec, limit: LimitSpec, entry: Entry, total: Number, bound: Number) -> str:
    unit = f" {spec.items[limit.sum].unit or ''}".rstrip() if limit.sum else f" {spec.called(entry.kind)[1].lower()}"
    when = " in the year" if limit.over else " at a time" if limit.where else ""
    return f"That would come to {total}{unit}. There may be {bound}{unit}{when} at most."


def _wait_for_others(entry: Entry) -> None:
    """Until whoever writes of the same kind about the same thing has finished, so that both are counted."""
    with connection.cursor() as cursor:
        named = f"limit of {entry.service} {entry.kind} {entry.about_id or entry.area}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [named])


def _others(held: Rules, limit: LimitSpec, entry: Entry) -> Iterable[Read]:
    """The other entries of the kind about the same thing that count."""
    rows = Entry.objects.filter(service=entry.service, kind=entry.kind, taken_back_at=None).exclude(pk=entry.pk)
    rows = rows.filter(about_kind=entry.about_kind, about_id=entry.about_id, area=entry.area)
    if limit.over:
        year = period_on(held.contract, Each("year"), entry.happened_on)
        rows = rows.filter(happened_on__range=(year.start, year.end))
    return [one for one in read(HOUSE, list(rows)) if _counts(held, limit, one)]


def _counts(held: Rules, limit: LimitSpec, one: Read) -> bool:
    if limit.where is None:
        return True
    return evaluate(limit.where, facts_of(one), values=held.contract.values, on=one.entry.happened_on) is Answer.YES


def _amount(limit: LimitSpec, one: Read) -> Number:
    return _number(one.answers.get(limit.sum)) or 0 if limit.sum else 1


def _bound(held: Rules, limit: LimitSpec, entry: Entry) -> Number | None:
    """The most there may be; None where nobody has written it down yet."""
    if not isinstance(limit.at_most, str) or limit.at_most in held.contract.values:
        return _of_values(held, limit.at_most, entry.happened_on)
    subject = Entry.objects.filter(taken_back_at=None)
    if entry.about_kind in ADDED_TO:
        subject = subject.filter(kind=entry.about_kind, about_id=entry.about_id)
    else:
        subject = subject.filter(pk=entry.about_id)
    known = [one.answers.get(limit.at_most) for one in read(HOUSE, list(subject))]
    return _number(known[0]) if known else None


def _of_values(held: Rules, named: Number | str, on: date) -> Number | None:
    try:
        return number_named(named, held.contract.values, on)
    except NoValue:
        return None


def _number(value: Value | None) -> Number | None:
    return value if isinstance(value, Number) and not isinstance(value, bool) else None


def _item_of_subject(held: Rules, entry: Entry, name: str) -> ItemSpec | None:
    kind = held.contract.kinds.get(entry.about_kind)
    return kind.items.get(name) if kind else None
