"""Random samples: draw, results for whoever reviews the contract, and the records for the assurer alone."""

import csv
import secrets
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area
from fingerpost.ground.places.queries import area_named
from fingerpost.language.periods import Period
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused, render
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of
from fingerpost.proof.quality import commands, queries
from fingerpost.proof.quality.behind import record_behind
from fingerpost.proof.quality.drawing import IN_WORDS, place_of
from fingerpost.proof.quality.models import Finding, Item, Sample
from fingerpost.proof.quality.populations import population
from fingerpost.proof.returns.case_studies import next_return

SEEDS = 10**8


@page(allow=Permission.KEEP_MEETING)
def my_samples(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:samples")


@page(allow=Permission.KEEP_MEETING)
def samples(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.KEEP_MEETING)
    listed = LIST.of(request, queries.samples(agreement))
    context = {"agreement": agreement, "listed": listed, "method": IN_WORDS}
    return listed.file or render(request, "oversight/samples.html", context)


def _drawn_from(one: Sample) -> str:
    return one.get_population_display() + (f", {one.area.name}" if one.area else "")


def _days(one: Sample) -> str:
    return f"{date_in_words(one.period_from)} to {date_in_words(one.period_to)}"


LIST = List(
    columns=[
        Column("Sample", lambda one: one.ref, lambda one: link_to(one.ref, "oversight:sample", one.ref)),
        Column("Drawn from", _drawn_from, sort="population", phone="bare"),
        Column("Period", _days, sort="period_from", phone="bare"),
        Column("Drawn on", lambda one: localdate(one.drawn_at), sort="drawn_at"),
        Column("Drawn by", lambda one: one.drawn_by.name if one.drawn_by else "", sort="drawn_by__name", phone="no"),
        Column("Size", lambda one: f"{one.size} of {one.population_size}", numeric=True, sort="size"),
        Column(
            "Status",
            lambda one: f"Set aside: {one.set_aside_reason}" if one.set_aside_at else "Valid",
            sort="set_aside_at",
            phone="bare",
        ),
    ],
    one="sample",
    filters=[
        Choice("from", "Drawn from", Sample.Population.choices, lambda rows, chosen: rows.filter(population=chosen))
    ],
    search=["ref", "drawn_by__name", "area__name"],
    empty="No sample has been drawn yet.",
)


class DrawForm(KitForm):
    population = fields.Radios(
        "What is drawn from?", Sample.Population.choices, missing="Choose what the sample is drawn from"
    )
    period_from = fields.Date("From which day?", missing="Enter the first day")
    period_to = fields.Date("To which day?", missing="Enter the last day")
    area = fields.Choice("From where?", required=False, blank="Everywhere", missing="Choose the area")
    size = fields.Number("How many?", least=1, most=500, missing="Enter how many records are drawn")
    seed = fields.Number(
        "Which seed?",
        hint="Any whole number. With the same seed, anybody draws the same records.",
        least=0,
        width=10,
        missing="Enter the seed",
    )
    reason = fields.Text(
        "Why is another one drawn?",
        hint="Only where one was drawn for these days before",
        required=False,
        longest=300,
        missing="Enter why another sample is drawn",
    )


@page(allow=Permission.KEEP_MEETING)
@once
def sample_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.KEEP_MEETING)
    form = _draw_form(request, agreement)
    if form.is_valid():
        told = dict(form.cleaned_data)
        told["area"] = area_named(service, told["area"])
        try:
            made = commands.draw(request.actor, agreement, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:sample", made.ref, said="The sample is drawn and kept.")
    context = {"form": form, "title": "Draw a sample", "submit": "Draw", "lead": IN_WORDS}
    return plain_form(request, context, back=reverse("oversight:samples", args=[service]), back_text="Samples")


def _draw_form(request: PageRequest, agreement: Agreement) -> DrawForm:
    today = today_of(request, agreement)
    held = rules(agreement.key, max(today, agreement.starts_on))
    due = next_return(agreement, today)
    usual = {
        "period_from": due.period.start if due else None,
        "period_to": min(due.period.end, today) if due else None,
        "size": queries.usual_size(held),
        "seed": secrets.randbelow(SEEDS),
    }
    form = DrawForm(request.POST or None, initial=usual)
    asked = queries.clause_of_samples(held)
    if asked:
        form.fields["population"].offer(  # type: ignore[attr-defined]
            [(value, label) for value, label in Sample.Population.choices if value in asked.of]
        )
    areas = Area.objects.of_service(agreement.key, held.on).filter(parent=None)
    form.fields["area"].offer([(area.code, area.name) for area in areas])  # type: ignore[attr-defined]
    return form


def sample_or_404(request: PageRequest, ref: str, permission: Permission = Permission.KEEP_MEETING) -> Sample:
    """The draw, if this person holds the permission on it. Raises Http404."""
    try:
        return queries.sample(request.actor, ref, permission)
    except Sample.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.KEEP_MEETING)
def sample(request: PageRequest, ref: str) -> HttpResponse:
    """How it was drawn and what it showed. Records are named to those alone who may see every record counted."""
    found = sample_or_404(request, ref)
    looked = queries.items_of(found)
    sees = request.actor.can(Permission.VIEW_RECORDS_COUNTED, found)
    context = {
        "sample": found,
        "results": queries.results_of(looked),
        "looked": looked if sees else [],
        "sees": sees,
        "method": IN_WORDS,
        "is_open": found.set_aside_at is None and found.open_until >= today_of(request, found.agreement),
    }
    return render(request, "oversight/sample.html", context)


class SetAsideForm(KitForm):
    reason = fields.LongText("Why is it set aside?", longest=1000, rows=3, missing="Enter why the sample is set aside")


@page(allow=Permission.KEEP_MEETING)
@once
def sample_set_aside(request: PageRequest, ref: str) -> HttpResponse:
    found = sample_or_404(request, ref)
    form = SetAsideForm(request.POST or None)
    if form.is_valid():
        try:
            commands.set_aside(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:sample", ref, said="The sample is set aside. It stays for all to read.")
    context = {"form": form, "title": "Set aside the sample", "submit": "Set aside the sample"}
    return plain_form(request, context, back=reverse("oversight:sample", args=[ref]), back_text=f"Sample {ref}")


@page(allow=Permission.VIEW_RECORDS_COUNTED)
def sample_population(request: PageRequest, ref: str) -> HttpResponse:
    """Every reference drawn from, with where chance put it: whoever has this and the seed can draw again."""
    found = sample_or_404(request, ref, Permission.VIEW_RECORDS_COUNTED)
    period = Period(found.period_from, found.period_to)
    references = population(found.population, found.agreement, period, found.area)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ref}-population.csv"'
    rows = csv.writer(answer)
    rows.writerow(["sha256", "reference"])
    rows.writerows(sorted((place_of(found.seed, reference), reference) for reference in references))
    return answer


@page(allow=Permission.AUDIT_SAMPLE)
def audits(request: PageRequest) -> HttpResponse:
    """Samples that are open to this assurer."""
    open_now = queries.open_samples(request.actor, timezone.localdate(request.at))
    return render(request, "oversight/audits.html", {"samples": open_now})


def audit_or_404(request: PageRequest, ref: str) -> Sample:
    """A sample that is open to this assurer today. Raises Http404."""
    found = sample_or_404(request, ref, Permission.AUDIT_SAMPLE)
    if found.set_aside_at or found.open_until < today_of(request, found.agreement):
        raise Http404
    return found


@page(allow=Permission.AUDIT_SAMPLE)
def audit(request: PageRequest, ref: str) -> HttpResponse:
    found = audit_or_404(request, ref)
    return render(request, "oversight/audit.html", {"sample": found, "looked": queries.items_of(found)})


class FindingForm(KitForm):
    keep = "finding"
    grade = fields.Radios("How good is it?", Finding.Grade.choices, missing="Choose how good the record is")
    note = fields.LongText(
        "What did you find?", hint="For the service. It stays inside.", longest=3000, missing="Enter what you found"
    )
    lesson = fields.LongText(
        "What is to be learned?",
        hint="The council reads this. Name nobody.",
        required=False,
        longest=600,
        rows=3,
        missing="Enter what is to be learned",
    )
    revision = fields.Number("Version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()


@page(allow=Permission.AUDIT_SAMPLE, shows="family")
@once
def audit_item(request: PageRequest, ref: str, item: UUID) -> HttpResponse:
    """One drawn record, for as long as its sample is open, with the form for what was found in it."""
    found = audit_or_404(request, ref)
    try:
        looked = queries.item(request.actor, item, today_of(request, found.agreement))
    except Item.DoesNotExist as absent:
        raise Http404 from absent
    if looked.item.sample_id != found.pk:
        raise Http404
    behind = record_behind(looked.item)
    request.saw("family", *([behind.family_id] if behind and behind.family_id else []), why=f"Sample {ref}")
    held = looked.finding
    now = {"grade": held.grade, "note": looked.note, "lesson": held.lesson} if held else {}
    form = FindingForm(request.POST or None, initial={**now, "revision": held.revision if held else 0})
    if form.is_valid():
        try:
            commands.record_finding(request.actor, looked.item, **form.cleaned_data, at=request.at)
        except ChangedMeanwhile as meanwhile:
            form = FindingForm(posted_again(request, revision=getattr(meanwhile.theirs, "revision", 0)))
            refused(form, meanwhile)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:audit", ref, said="What you found is kept.")
    context = {"sample": found, "item": looked.item, "behind": behind, "form": form}
    return render(request, "oversight/audit_item.html", context)
