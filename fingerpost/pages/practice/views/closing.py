"""Scores, supervision, closing, and the letter to the school."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema import InstrumentWords
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.still_open import still_open
from fingerpost.pages.practice.views.cases import case_or_404, rules_of
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families.models import Membership, Person
from fingerpost.people.families.queries import members_of
from fingerpost.work.casework import commands, queries
from fingerpost.work.casework.models import Case, CaseDiscussion
from fingerpost.work.directory.queries import entries
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.safeguarding.queries import of_family as concerns_of
from fingerpost.work.workforce import commands as workforce


class ScoreForm(KitForm):
    """A questionnaire of the contract, made into a form."""

    person = fields.Radios("Whose answers are these?", missing="Choose whose answers these are")
    taken_on = fields.Date("When was it filled in?", missing="Enter the day it was filled in")
    completed_by = fields.Text("Who filled it in?", longest=160, missing="Enter who filled it in")

    def offer(self, parents: list[Person]) -> None:
        """Ask whose it is where the family has several parents; of one parent, and of none, there is nothing to ask."""
        if len(parents) < 2:
            del self.fields["person"]
        else:
            self.fields["person"].offer([(str(one.pk), one.full_name) for one in parents])  # type: ignore[attr-defined]

    def whose(self, parents: list[Person]) -> Person | None:
        """The parent who was chosen, or the only one."""
        chosen = self.cleaned_data.get("person")
        return next((one for one in parents if chosen in (None, str(one.pk))), None)

    def ask(self, instrument: InstrumentWords) -> None:
        """Add the questions: choices where the item has them, else a number."""
        for item in instrument.item:
            if item.type == "display":
                continue
            options = [
                (str(o.valueInteger), o.text or str(o.valueInteger))
                for o in item.answerOption
                if o.valueInteger is not None
            ]
            needed = item.required
            field = (
                fields.Radios(item.text, options, required=needed)
                if options
                else fields.Number(item.text, required=needed)
            )
            self.fields[item.linkId] = field

    def answers(self, instrument: InstrumentWords) -> dict[str, int]:
        """The numbers answered, by question."""
        told = {item.linkId: self.cleaned_data.get(item.linkId) for item in instrument.item}
        return {question: int(answer) for question, answer in told.items() if answer is not None and answer != ""}


@page(allow=Permission.ASSESS_FAMILY, shows="family")
@once
def score_new(request: PageRequest, ref: str, instrument: str, point: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.ASSESS_FAMILY)
    offered = rules_of(request, found).contract.instruments
    if instrument not in offered or point not in ("start", "end", "review"):
        raise Http404
    words = offered[instrument]
    form = ScoreForm(request.POST or None, initial={"taken_on": timezone.localdate(request.at)})
    form.fields["taken_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    parents = _parents(request, found)
    form.offer(parents)
    form.ask(words)
    if form.is_valid():
        try:
            kept = outcomes.administer(
                request.actor,
                found.family,
                service=found.service,
                instrument=instrument,
                point=point,
                taken_on=form.cleaned_data["taken_on"],
                completed_by=form.cleaned_data["completed_by"],
                answers=form.answers(words),
                person=form.whose(parents),
                episode_id=found.pk,
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said=f"Kept. The score is {kept.score.normalize():f}.")
    lead = [words.description, *(item.text for item in words.item if item.type == "display")]
    context = {
        "case": found,
        "form": form,
        "title": words.title,
        "lead": " ".join(filter(None, lead)),
        "submit": "Save",
    }
    return render(request, "practice/case_form.html", context)


def _parents(request: PageRequest, found: Case) -> list[Person]:
    members = members_of(request.actor, [found.family_id]).get(found.family_id, [])
    return [one.person for one in members if one.part == Membership.Part.PARENT]


class DiscussionForm(KitForm):
    held_on = fields.Date("When did you meet?", missing="Enter the day you met")
    decided = fields.Radios("What was decided?", CaseDiscussion.Decided.choices, missing="Choose what was decided")
    note = fields.LongText("Note", required=False, longest=5000)


def _day_of_meeting(request: PageRequest) -> date:
    """The day of the meeting they come from (`?on=2010-11-08`); today unless given."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate(request.at)


@page(allow=Permission.APPROVE_DECISION, shows="family")
@once
def discussion_new(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.APPROVE_DECISION)
    form = DiscussionForm(request.POST or None, initial={"held_on": _day_of_meeting(request)})
    form.fields["held_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            _discuss(request, found, form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal, supervision="held_on", worker="held_on")
        else:
            return done(request, "practice:case", ref, said="The decision of supervision has been recorded.")
    context = {"case": found, "form": form, "title": "Record what supervision decided", "submit": "Save"}
    return render(request, "practice/case_form.html", context)


def _discuss(request: PageRequest, found: Case, told: dict[str, Any]) -> None:
    if found.worker is None:
        raise Refused("Nobody works on this case yet. Allocate it first.")
    meeting = workforce.supervise(
        request.actor,
        found.scope,
        service=found.service,
        team=found.team,
        worker=found.worker,
        held_on=told["held_on"],
        at=request.at,
    )
    commands.discuss(
        request.actor, found, supervision=meeting, decided=told["decided"], note=told["note"], at=request.at
    )


class CloseForm(KitForm):
    reason = fields.Radios("Why does the case end?", missing="Choose why the case ends")
    outcomes_met = fields.Radios(
        "Were the family’s needs met?", Case.Outcome.choices, missing="Choose whether the family’s needs were met"
    )
    destination = fields.Choice(
        "Which service does the family move to?", searchable=True, missing="Choose the service the family moves to"
    )
    destination_accepted = fields.YesNo(
        "Has that service taken them on?", not_known=True, missing="Choose yes if that service has taken them on"
    )
    unlike_supervision = fields.LongText(
        "Why does it end otherwise than supervision decided?",
        hint="Only needed where the reason is not the one that was agreed.",
        required=False,
        rows=3,
        longest=1000,
        missing="Enter why it ends otherwise than supervision decided",
    )
    over_concerns = fields.LongText(
        "Why does the case close while a safeguarding concern is open?",
        hint="The safeguarding lead will read this.",
        rows=3,
        longest=1000,
        missing="Enter why the case closes while a safeguarding concern is open",
    )
    note = fields.LongText("Closing note", required=False, longest=5000)
    revision = fields.Number("Version")

    def offer(self, request: PageRequest, found: Case) -> None:
        reasons = rules_of(request, found).contract.pathway.closure_reasons
        self.fields["reason"].offer([(code, words.label) for code, words in reasons.items()])  # type: ignore[attr-defined]
        self.fields["destination"].offer([(str(e.pk), e.name) for e in entries(found.service)])  # type: ignore[attr-defined]
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()
        if not [one for one in concerns_of(request.actor, found.family_id) if one.closed_at is None]:
            del self.fields["over_concerns"]


def _close_form(request: PageRequest, found: Case) -> CloseForm:
    reasons = rules_of(request, found).contract.pathway.closure_reasons

    class ThisCloseForm(CloseForm):
        reveals: ClassVar[dict[str, dict[str, list[str]]]] = {
            "reason": {
                code: ["destination", "destination_accepted"]
                for code, words in reasons.items()
                if words.needs_destination
            }
        }

    form = ThisCloseForm(request.POST or None, initial={"revision": found.revision})
    form.offer(request, found)
    return form


@page(allow=Permission.CLOSE_CASE, shows="family")
@once
def case_close(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.CLOSE_CASE)
    form = _close_form(request, found)
    if form.is_valid():
        told = dict(form.cleaned_data)
        chosen = told.pop("destination") or None
        told["destination"] = entries(found.service).filter(pk=chosen).first() if chosen else None
        try:
            commands.close(request.actor, found, **told, at=request.at)
        except (Refused, ChangedMeanwhile) as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said=f"Case {ref} is closed.")
    gate = queries.closing_gate(found, timezone.localdate(request.at))
    context = {
        "case": found,
        "form": form,
        "title": "Close the case",
        "gate": gate,
        "still_open": still_open(request.actor, found, rules_of(request, found), request.at),
        "submit": "Close the case",
    }
    return render(request, "practice/case_form.html", context)


class DestinationForm(KitForm):
    accepted = fields.YesNo(
        "Did the other service take the family on?", missing="Choose yes if the other service took the family on"
    )


@page(allow=Permission.CLOSE_CASE, shows="family")
@once
def destination_answer(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.CLOSE_CASE)
    form = DestinationForm(request.POST or None)
    if form.is_valid():
        try:
            commands.record_destination_answer(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said="The answer has been recorded.")
    lead = f"The family moved to {found.destination.name}." if found.destination else ""
    context = {"case": found, "form": form, "title": "What did the other service say?", "lead": lead, "submit": "Save"}
    return render(request, "practice/case_form.html", context)


class SentForm(KitForm):
    sent_on = fields.Date("When was it sent?", missing="Enter the day it was sent")
    method = fields.Radios(
        "How?",
        [("post", "By post"), ("email", "By email"), ("hand", "By hand"), ("phone", "By phone")],
        missing="Choose how it was sent",
    )
    recipient = fields.Text("To whom?", longest=200, missing="Enter who it was sent to")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def letter(request: PageRequest, ref: str, letter: UUID) -> HttpResponse:
    found = case_or_404(request, ref, Permission.RECORD_CONTACT)
    message = next((one for one in queries.letters_of(found) if one.pk == letter), None)
    if message is None:
        raise Http404
    today = timezone.localdate(request.at)
    form = SentForm(request.POST or None, initial={"sent_on": today, "recipient": message.recipient})
    form.fields["sent_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if message.state == Message.State.DRAFT and form.is_valid():
        try:
            commands.record_outcome_sent(request.actor, found, message=message, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said="The school has been told.")
    return render(request, "practice/letter.html", {"case": found, "letter": message, "form": form})


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def letter_hold_back(request: PageRequest, ref: str, letter: UUID) -> HttpResponse:
    found = case_or_404(request, ref, Permission.RECORD_CONTACT)
    message = next((one for one in queries.letters_of(found) if one.pk == letter), None)
    if message is None:
        raise Http404
    form = KitForm(request.POST or None)
    if request.method == "POST":
        try:
            commands.hold_outcome_back(request.actor, found, message=message, at=request.at)
        except Refused as refusal:
            form = KitForm({})
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said="The refusal has been recorded. The letter is held back.")
    context = {
        "case": found,
        "form": form,
        "title": "Record that the family refused",
        "lead": "The letter will not be sent. The school is told nothing, and the refusal is kept.",
        "submit": "Record the refusal",
    }
    return render(request, "practice/case_form.html", context)
