"""Readings of unclear words: the answers side by side with what each would give, proposed or agreed; and entered values."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from markupsafe import Markup

from fingerpost.agreements.contracts import commands
from fingerpost.agreements.contracts.models import AgreedReading, Agreement, EnteredValue
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.counting import how_counted, how_decided
from fingerpost.language.readings import InForce, Question
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.oversight.figures import Shown, sees_records, under_readings
from fingerpost.pages.oversight.outside import Outside
from fingerpost.pages.oversight.reach import agreement_or_404, today_of
from fingerpost.proof.measures.reachable import limit_in_words


@dataclass(frozen=True)
class Asked:
    """One question with its answers, which of them is in force, and who agreed it."""

    question: Question
    in_force: InForce
    clauses: str
    title: str
    agreed: AgreedReading | None
    counted: list[str]

    @property
    def named(self) -> str:
        """The figure or clause, and which of its questions."""
        return f"{self.title}: {self.question.name.replace('_', ' ')}" if self.question.name else self.title


@page(allow=Permission.VIEW_FIGURES)
def readings(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    held = rules(service, max(today_of(request, agreement), agreement.starts_on))
    asked = [_asked(held, question, agreement) for question in held.contract.questions.values()]
    listed = _list(agreement, request.actor.can(Permission.AGREE_CONTRACT, agreement)).of(request, asked)
    context = {
        "agreement": agreement,
        "listed": listed,
        "values": _to_enter(held, agreement),
        "may_enter": request.actor.can(Permission.PREPARE_RETURN, agreement),
    }
    return listed.file or render(request, "oversight/readings.html", context)


def _list(agreement: Agreement, may_agree: bool) -> List:
    columns = [
        Column("What is unclear", lambda one: one.named, sort=True),
        Column("Clause", lambda one: one.clauses, sort=True, phone="no"),
        Column("Readings", _in_words, _answers, phone="bare"),
        Column("Status", _status, lambda one: with_note(_tag(one), _agreed(one)), sort=True, phone="bare"),
    ]

    def agree(one: Asked) -> Markup:
        return link_to("Agree a reading", "oversight:reading_agree", agreement.key, one.question.key, hidden=one.named)

    return List(
        columns=[*columns, Column("Do", agree, only="page", phone="bare")] if may_agree else columns,
        one="question",
        filters=[
            Choice(
                "status",
                "Status",
                [("agreed", "Agreed"), ("proposed", "Proposed")],
                lambda rows, which: [one for one in rows if one.in_force.agreed == (which == "agreed")],
            )
        ],
        search=True,
        empty="The contract leaves nothing unclear.",
    )


def _in_words(one: Asked) -> str:
    return "; ".join(f"{letter}: {words}" for letter, words in one.question.answers.items())


def _answers(one: Asked) -> Markup:
    """Every answer with the one in force marked, and how it is counted."""
    return Markup(render_to_string("oversight/reading_answers.html", {"one": one}))  # noqa: S704 - a template of ours


def _status(one: Asked) -> str:
    return f"{one.in_force.letter}, {'agreed' if one.in_force.agreed else 'proposed'}"


def _tag(one: Asked) -> Markup:
    return status_tag("agreed" if one.in_force.agreed else "proposed")


def _agreed(one: Asked) -> str:
    if not (one.in_force.agreed and one.agreed):
        return "Nobody has agreed this yet."
    agreed = one.agreed
    days = f"on {date_in_words(localdate(agreed.agreed_at))}, from {date_in_words(agreed.in_force_from)}"
    return f"Agreed by {agreed.agreed_by.name} {days}. {agreed.note}".strip()


def _asked(held: Rules, question: Question, agreement: Agreement) -> Asked:
    contract = held.contract
    printed = ", ".join(contract.clauses[key].printed for key in question.clauses if key in contract.clauses)
    indicator = contract.indicators.get(question.owner)
    title = indicator.title if indicator else question.owner.replace("_", " ").capitalize()
    agreed = AgreedReading.objects.filter(agreement=agreement, question=question.key, in_force_from__lte=held.on)
    last = agreed.select_related("agreed_by").order_by("-in_force_from").first()
    return Asked(question, held.readings[question.key], printed, title, last, _counted(held, question))


def _counted(held: Rules, question: Question) -> list[str]:
    """How whatever asks the question counts, in any of its answers."""
    if question.owner_kind == "indicator":
        every = [held.definition(question.owner, {question.key: letter}) for letter in question.answers]
        return how_counted(held.contract, every, on=held.on, choices=held.choices)
    if question.owner_kind == "decision":
        return how_decided(held.contract, question.owner, on=held.on, choices=held.choices)
    return []


def _to_enter(held: Rules, agreement: Agreement) -> list[tuple[str, EnteredValue | None]]:
    """The values that the contract leaves to be entered, each with the last one entered."""
    entered = {one.name: one for one in EnteredValue.objects.filter(agreement=agreement).order_by("since")}
    named = [name for name, dated in held.contract.values.items() if any(spell.entered for spell in dated.spells)]
    return [(name, entered.get(name)) for name in named]


class AgreeForm(KitForm):
    letter = fields.Radios("Which reading is agreed?", missing="Choose which reading is agreed")
    in_force_from = fields.Date("From which day?", missing="Enter the day from which the reading holds")
    note = fields.LongText(
        "Note", hint="For example: agreed at the meeting of 14 October.", required=False, longest=2000
    )


@page(allow=Permission.AGREE_CONTRACT)
@once
def reading_agree(request: PageRequest, service: str, question: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.AGREE_CONTRACT)
    held = rules(service, max(today_of(request, agreement), agreement.starts_on))
    found = held.contract.questions.get(question)
    if found is None:
        raise Http404
    now = {"letter": held.readings[question].letter, "in_force_from": agreement.starts_on}
    form = AgreeForm(request.POST or None, initial=now)
    shown = _figures_under(request, agreement, held, found)
    field = form.fields["letter"]
    field.offer([(letter, f"{letter}: {words}") for letter, words in found.answers.items()])  # type: ignore[attr-defined]
    field.hints = {letter: _follows(held, found, letter, shown.get(letter)) for letter in found.answers}  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.agree_reading(request.actor, agreement, question=question, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:readings", service, said="The reading is agreed.")
    context = {"agreement": agreement, "asked": _asked(held, found, agreement), "form": form}
    return render(request, "oversight/reading_agree.html", context)


def _follows(held: Rules, question: Question, letter: str, one: Shown | None) -> str:
    """What follows of a reading: what it would give now, for whoever may know, and whether its target can be met at all."""
    told = []
    if one is not None:
        told.append("No data yet." if one.status == "no_data" else f"Would give {one.result}, {one.status_words}.")
    if question.owner_kind == "indicator":
        limit = limit_in_words(held.definition(question.owner, {question.key: letter}))
        cannot = one.numbers["reachable"] if one is not None else ""
        if cannot:
            told.append(f"{cannot[:1].upper()}{cannot[1:]}.")
        elif limit:
            told.append(f"{limit[:1].upper()}{limit[1:]}.")
    return " ".join(told)


def _figures_under(request: PageRequest, agreement: Agreement, held: Rules, question: Question) -> dict[str, Shown]:
    """What each reading would give over the period under way; nothing for a question of something other than a figure, nor for
    those outside where the contract shows them no live figures."""
    outside = Outside(request.actor, agreement, held, request.at, today_of(request, agreement))
    may_know = sees_records(request.actor, agreement) or outside.sees_live
    if question.owner_kind != "indicator" or not may_know:
        return {}
    letters = list(question.answers)
    readings = [{question.name: letter} for letter in letters]
    return dict(zip(letters, under_readings(request.actor, held, question.owner, readings, request.at), strict=True))


class ValueForm(KitForm):
    since = fields.Date("From which day?", missing="Enter the day from which the value holds")
    value = fields.Number("Value", places=2, width=10)
    source = fields.Text("Where does this number come from?", longest=200, missing="Enter where the number comes from")


@page(allow=Permission.PREPARE_RETURN)
@once
def value_enter(request: PageRequest, service: str, name: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PREPARE_RETURN)
    held = rules(service, max(today_of(request, agreement), agreement.starts_on))
    if name not in {one for one, _ in _to_enter(held, agreement)}:
        raise Http404
    first: date = agreement.starts_on
    form = ValueForm(request.POST or None, initial={"since": first})
    if form.is_valid():
        try:
            commands.enter_value(request.actor, agreement, name=name, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:readings", service, said="The value has been entered.")
    context = {"agreement": agreement, "form": form, "title": f"Enter: {name.replace('_', ' ')}"}
    return render(request, "oversight/value_enter.html", context)
