"""A family: who they are, what is known, what was done lately."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_noon
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.entry_words import of_family, to_begin
from fingerpost.pages.practice.lists import where_ref
from fingerpost.pages.practice.stories import told
from fingerpost.people.consent import commands as consent
from fingerpost.people.consent.models import Consent
from fingerpost.people.consent.queries import answers
from fingerpost.people.families import queries as families
from fingerpost.people.families.identity import age_on
from fingerpost.people.families.models import Family
from fingerpost.people.families.queries import Member
from fingerpost.proof.chronology import events
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.assessments.needs import NEEDS
from fingerpost.work.casework import queries
from fingerpost.work.groups import queries as groups
from fingerpost.work.referrals.priority import groups_of
from fingerpost.work.safeguarding.queries import of_family as concerns_of

LATELY = 20


@page(allow=Permission.VIEW_FAMILY, shows="family")
def family(request: PageRequest, ref: str) -> HttpResponse:
    try:
        shown = queries.family_page(request.actor, ref)
    except Family.DoesNotExist as absent:
        raise Http404 from absent
    request.saw("family", shown.family.pk)
    held = rules(request.actor.service, timezone.localdate(request.at))
    context = {
        "page": shown,
        "concerns": concerns_of(request.actor, shown.family.pk),
        "groups": groups_of(request.actor, [one.person for one in shown.members], held.on),
        "priority": held.contract.pathway.priority,
        "where_ref": partial(where_ref, request.actor),
        "may_ask": request.actor.can(Permission.MAKE_REQUEST, shown.family),
        "may_visit": request.actor.can(Permission.RECORD_CONTACT, shown.family),
        "may_assess": request.actor.can(Permission.ASSESS_FAMILY, shown.family),
        "may_restrict": request.actor.can(Permission.DECIDE_CONCERN, shown.family),
        "may_raise": request.actor.can(Permission.RAISE_CONCERN, shown.family),
        "consents": answers(request.actor, shown.family.pk),
        "lately": told(events.of_family(request.actor, shown.family, most=LATELY), held, request.actor),
        "records": of_family(request.actor, held, shown.family),
        "to_begin": [
            *to_begin(request.actor, held, "family", shown.family),
            *(
                line
                for member in shown.members
                for line in to_begin(request.actor, held, "person", member.person, member.person.full_name)
            ),
        ],
        "places": groups.of_family(request.actor, shown.family.pk, [member.person.pk for member in shown.members]),
        "may_book": request.actor.can(Permission.RUN_GROUP, shown.family),
        "may_open": lambda run: request.actor.can(Permission.RUN_GROUP, run),
        "today": timezone.localdate(request.at),
        "age_on": age_on,
    }
    return render(request, "practice/family.html", context)


def members_to_reach(request: PageRequest, about: Family) -> list[Member]:
    """The people of a family, for whoever may visit it; nobody for others. One query."""
    if not request.actor.can(Permission.RECORD_CONTACT, about):
        return []
    return families.members_of(request.actor, [about])[about.pk]


def family_or_404(request: PageRequest, ref: str) -> Family:
    """The family if this person may meet it. Notes that they saw it. Raises Http404."""
    found = families.family(request.actor, ref)
    if found is None:
        raise Http404
    request.saw("family", found.pk)
    return found


WITHDRAWN = "withdrawn"


class ConsentForm(KitForm):
    kind = fields.Radios("What did you ask?", Consent.Kind.choices, missing="Choose what you asked")
    answer = fields.Radios(
        "What did they say?",
        [*Consent.Answer.choices, (WITHDRAWN, "They take their answer back. Ask again")],
        missing="Choose what they said",
    )
    answered_on = fields.Date("When did they say so?", missing="Enter the day they said so")
    note = fields.Text("Note", required=False, longest=300)


@page(allow=Permission.MAKE_REQUEST, shows="family")
@once
def family_consent(request: PageRequest, ref: str) -> HttpResponse:
    about = family_or_404(request, ref)
    form = ConsentForm(request.POST or None)
    form.fields["answered_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        given = form.cleaned_data
        moment = min(request.at, at_noon(given["answered_on"]))
        try:
            if given["answer"] == WITHDRAWN:
                consent.withdraw(request.actor, about, kind=given["kind"], reason=given["note"], at=request.at)
            else:
                consent.answer(request.actor, about, **_words_given(given), answered_at=moment, at=request.at)
        except Refused as refusal:
            refused(form, refusal, answered_at="answered_on")
        else:
            return done(request, "practice:family", ref, said="The answer has been recorded.")
    return render(request, "practice/family_form.html", {"family": about, "form": form, "title": "What may be shared"})


def _words_given(given: dict[str, Any]) -> dict[str, Any]:
    """The answer as the command takes it, its day aside."""
    return {name: given[name] for name in ("kind", "answer", "note")}


class AssessmentForm(KitForm):
    assessed_on = fields.Date("When was it made?", missing="Enter the day the assessment was made")
    author = fields.Text("Who wrote it?", longest=160, missing="Enter who wrote the assessment")
    author_organisation = fields.Text(
        "Where do they work?", required=False, longest=160, missing="Enter where they work"
    )
    needs = fields.Checkboxes("Which needs does it name?", missing="Choose the needs it names")
    summary = fields.LongText("In short", required=False, longest=2000)


@page(allow=Permission.ASSESS_FAMILY, shows="family")
@once
def assessment_new(request: PageRequest, ref: str) -> HttpResponse:
    about = family_or_404(request, ref)
    form = AssessmentForm(request.POST or None)
    form.fields["needs"].offer(NEEDS.items())  # type: ignore[attr-defined]
    form.fields["assessed_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            assessments.record(request.actor, about, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family", ref, said="The assessment has been recorded.")
    context = {"family": about, "form": form, "title": "Record a common assessment (CAF)"}
    return render(request, "practice/family_form.html", context)
