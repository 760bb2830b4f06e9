"""Samples: drawn, set aside with a reason, and what was found in them."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.places.models import Area
from fingerpost.language.periods import Period
from fingerpost.proof.disclosure.identifying import traces
from fingerpost.proof.quality.drawing import drawn, fingerprint
from fingerpost.proof.quality.models import Finding, Item, Sample
from fingerpost.proof.quality.populations import population as population_of
from fingerpost.proof.quality.queries import clause_of_samples, open_days


@command(allow=Permission.KEEP_MEETING)
def draw(
    actor: Actor,
    subject: Agreement,
    *,
    population: str,
    period_from: date,
    period_to: date,
    area: Area | None = None,
    size: int,
    seed: int,
    reason: str = "",
    at: datetime,
) -> Sample:
    """Draw a sample by chance and keep it: seed, size of the population and every item drawn. Clause 4.2 (Essex advisors).

    The same draw again is the sample that stands. Any other over some of the same days and the same part of the county sets those
    that stand aside, which takes a `reason`: whoever may draw until chance pleases them does not draw by chance. Raises Refused.
    """
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    held = rules(agreement.key, max(timezone.localdate(at), agreement.starts_on))
    _require_sound(held, population, period_from, period_to, area, size, at)
    asked = {
        "agreement": agreement,
        "population": population,
        "period_from": period_from,
        "period_to": period_to,
        "area": area,
    }
    same = Sample.objects.filter(**asked, seed=seed, size=size, set_aside_at=None).first()
    if same is not None and not reason.strip():
        return same
    standing = _overlapping(agreement, population, Period(period_from, period_to), area)
    before = next((_set_aside(actor, one, reason, at) for one in standing[:1]), None)
    for other in standing[1:]:
        _set_aside(actor, other, reason, at)
    records = population_of(population, agreement, Period(period_from, period_to), area)
    if not records:
        raise Refused("There is nothing to draw from in that period. Choose other days.", field="period_from")
    sample = Sample.objects.create(
        ref=new_reference(Sample, "Q"),
        **asked,
        size=size,
        seed=seed,
        population_size=len(records),
        population_hash=fingerprint(records),
        drawn_at=at,
        drawn_by_id=actor.id,
        open_until=timezone.localdate(at) + timedelta(days=open_days(held)),
        instead_of=before,
    )
    keys = drawn(records, seed=seed, size=size)
    Item.objects.bulk_create(
        Item(sample=sample, place=place, key=key, record_id=records[key]) for place, key in enumerate(keys, start=1)
    )
    return sample


@command(allow=Permission.KEEP_MEETING)
def set_aside(actor: Actor, subject: Sample, *, reason: str, at: datetime) -> Sample:
    """Set a draw aside; it and the reason stay for all to read. Returns it. Twice changes nothing. Raises Refused."""
    sample = locked(subject)
    if sample.set_aside_at:
        require_same(sample, {"set_aside_reason": reason.strip()}, "This sample was set aside already.")
        return sample
    return _set_aside(actor, sample, reason, at)


@command(allow=Permission.AUDIT_SAMPLE)
def record_finding(
    actor: Actor, subject: Item, *, grade: str, note: str, lesson: str = "", revision: int = 0, at: datetime
) -> Finding:
    """Write what was found in one record of a sample. Returns it; written again, the new words stand.

    Raises Refused once the sample is set aside or closed, and for a lesson that would give a family away; ChangedMeanwhile.
    """
    item = Item.objects.select_related("sample__agreement").select_for_update(of=("self",)).get(pk=subject.pk)
    _require_open(item.sample, timezone.localdate(at))
    if grade not in Finding.Grade.values:
        raise Refused("Choose a grade.", field="grade")
    if found := traces(lesson):
        named = ", ".join(map(str, found))
        raise Refused(f"The council reads the lesson, so it must name nobody. Take out: {named}.", field="lesson")
    finding = Finding.objects.filter(item=item).first() or Finding(item=item, revision=0)
    if finding.revision != revision:
        raise ChangedMeanwhile(
            "Somebody else wrote a finding while you did. Look at theirs, and save again.", theirs=finding
        )
    finding.grade, finding.note, finding.lesson = grade, note.strip(), lesson.strip()
    finding.found_by_id, finding.found_at, finding.revision = actor.id, at, revision + 1
    finding.save()
    return finding


def _require_sound(
    held: Rules, population: str, period_from: date, period_to: date, area: Area | None, size: int, at: datetime
) -> None:
    asked = clause_of_samples(held)
    if population not in Sample.Population.values or (asked and population not in asked.of):
        raise Refused("Choose what to draw from: sessions, cases or groups.", field="population")
    if period_to < period_from:
        raise Refused("The last day must not be before the first.", field="period_to")
    if period_to > timezone.localdate(at):
        raise Refused("Choose days that are over.", field="period_to")
    if area is not None and (area.scheme != held.service or area.parent_id is not None):
        raise Refused("Choose one of the widest areas of this service.", field="area")
    if size < 1:
        raise Refused("Draw at least one.", field="size")


def _require_open(sample: Sample, on: date) -> None:
    """Raises Refused unless the sample may still be looked at."""
    if sample.set_aside_at:
        raise Refused("This sample was set aside.")
    if on > sample.open_until:
        raise Refused(f"This sample could be looked at until {day_in_words(sample.open_until)}.")


def _overlapping(agreement: Agreement, population: str, period: Period, area: Area | None) -> list[Sample]:
    """Samples that stand, of the same kind of record, with days and ground in common; those over the same days first."""
    found = Sample.objects.filter(
        agreement=agreement,
        population=population,
        set_aside_at=None,
        period_from__lte=period.end,
        period_to__gte=period.start,
    )
    if area is not None:
        found = found.filter(Q(area=area) | Q(area=None))
    return sorted(found, key=lambda one: (one.period_from, one.period_to) != (period.start, period.end))


def _set_aside(actor: Actor, sample: Sample, reason: str, at: datetime) -> Sample:
    if not reason.strip():
        raise Refused("A sample stands for these days already. Say why another one is drawn.", field="reason")
    sample.set_aside_at, sample.set_aside_by_id, sample.set_aside_reason = at, actor.id, reason.strip()
    sample.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_reason"])
    return sample
