"""Barriers and samples as pages ask for them."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.dated import number_named
from fingerpost.language.periods import Period
from fingerpost.language.schema.returns import SampleWords
from fingerpost.proof.quality.behind import hidden_among
from fingerpost.proof.quality.models import Barrier, Finding, Item, Sample


def barriers(actor: Actor, agreement: Agreement) -> QuerySet[Barrier]:
    """Barriers of the agreement that the actor may see, the latest first: all of them for whoever logs for the whole service,
    else those of their areas and teams, and their own."""
    found = Barrier.objects.filter(agreement=agreement).select_related("area", "logged_by", "agreement")
    found = found.order_by("-logged_on", "-recorded_at")
    if actor.can(Permission.LOG_BARRIER, agreement):
        return found
    keys = actor.keys(Permission.LOG_BARRIER)
    areas = [key.removeprefix("area:") for key in keys if key.startswith("area:")]
    teams = [key.removeprefix("team:") for key in keys if key.startswith("team:")]
    return found.filter(Q(area__in=areas) | Q(team__in=teams) | Q(logged_by=actor.id))


def barrier(actor: Actor, ref: str) -> Barrier:
    """One barrier. Raises Barrier.DoesNotExist for one that they may not meet, as for none. One query."""
    found = Barrier.objects.select_related("agreement", "area", "logged_by").get(ref=ref)
    if not actor.can(Permission.LOG_BARRIER, found):
        raise Barrier.DoesNotExist(f"No barrier {ref}")
    return found


def barriers_of(agreement: Agreement, period: Period, on: date) -> list[Barrier]:
    """Barriers of a period: logged in it, or still open when it began. By the day they were logged. One query."""
    last = min(period.end, on)
    before = Q(logged_on__lt=period.start) & (Q(resolved_on=None) | Q(resolved_on__gte=period.start))
    found = Barrier.objects.filter(before | Q(logged_on__range=(period.start, last)), agreement=agreement)
    return list(found.select_related("area").order_by("logged_on", "recorded_at"))


def clause_of_samples(held: Rules) -> SampleWords | None:
    """What the contract says of samples; None where it asks for none."""
    return next((words.sample for words in held.contract.meetings.values() if words.sample), None)


def usual_size(held: Rules) -> int | None:
    """How many the contract has drawn; None where it does not say."""
    words = clause_of_samples(held)
    if words is None or words.size is None:
        return None
    return int(number_named(words.size, held.contract.values, held.on))


def open_days(held: Rules) -> int:
    """For how many days an assurer may open what was drawn, as the contract says; none where it does not say."""
    value = held.contract.values.get("sample_open_days")
    return int(value.number_on(held.on)) if value else 0


def samples(agreement: Agreement) -> QuerySet[Sample]:
    """Every draw of the agreement, those set aside too, the latest first."""
    found = Sample.objects.filter(agreement=agreement)
    return found.select_related("area", "drawn_by", "set_aside_by", "instead_of").order_by("-drawn_at")


def sample(actor: Actor, ref: str, permission: Permission) -> Sample:
    """One draw. Raises Sample.DoesNotExist for one that they may not meet, as for none. One query."""
    related = ("agreement", "area", "drawn_by", "set_aside_by", "instead_of")
    found = Sample.objects.select_related(*related).get(ref=ref)
    if not actor.can(permission, found):
        raise Sample.DoesNotExist(f"No sample {ref}")
    return found


def open_samples(actor: Actor, on: date) -> list[Sample]:
    """Samples that an assurer may look at on the day, the latest first. One query."""
    services = [key.removeprefix("service:") for key in actor.keys(Permission.AUDIT_SAMPLE)]
    found = Sample.objects.filter(agreement__key__in=services, set_aside_at=None, open_until__gte=on)
    return list(found.select_related("agreement", "area").order_by("-drawn_at"))


@dataclass(frozen=True)
class Looked:
    """One item with what was found in it, if anybody has looked. `is_hidden` where the record was restricted since."""

    item: Item
    finding: Finding | None
    is_hidden: bool = False

    @property
    def note(self) -> str:
        """What was found, in words; nothing where the record is restricted now."""
        return self.finding.note if self.finding and not self.is_hidden else ""


def items_of(one: Sample) -> list[Looked]:
    """The items in the order of the draw, each with its finding. Three queries."""
    items = list(Item.objects.filter(sample=one).order_by("place"))
    found = {finding.item_id: finding for finding in Finding.objects.filter(item__in=items).select_related("found_by")}
    hidden = hidden_among(one, [item.record_id for item in items])
    return [Looked(item, found.get(item.pk), item.record_id in hidden) for item in items]


def item(actor: Actor, pk: uuid.UUID, on: date) -> Looked:
    """One item that an assurer may look at on the day. Raises Item.DoesNotExist for any other, as for none. Three queries."""
    found = Item.objects.select_related("sample__agreement").get(pk=pk)
    is_over = found.sample.set_aside_at is not None or on > found.sample.open_until
    if is_over or not actor.can(Permission.AUDIT_SAMPLE, found):
        raise Item.DoesNotExist(f"No item {pk}")
    finding = Finding.objects.filter(item=found).select_related("found_by").first()
    return Looked(found, finding, bool(hidden_among(found.sample, [found.record_id])))


@dataclass(frozen=True)
class Results:
    """What a sample showed, without any record: how many were looked at, how many of each grade, and the lessons."""

    drawn: int
    looked_at: int
    grades: tuple[tuple[str, int], ...]
    lessons: tuple[str, ...]


def results_of(looked: Iterable[Looked]) -> Results:
    """The results of a sample as the commissioner reads them."""
    everything = list(looked)
    findings = [one.finding for one in everything if one.finding]
    counted = Counter(finding.grade for finding in findings)
    grades = tuple((grade.label, counted[grade.value]) for grade in Finding.Grade)
    lessons = tuple(dict.fromkeys(finding.lesson for finding in findings if finding.lesson))
    return Results(len(everything), len(findings), grades, lessons)
