"""Feedback asked for, handed out, typed in, read, and acted on."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pictures import Bar, lying_bars
from fingerpost.pages.kit.pieces import tag, typed, with_tag
from fingerpost.pages.kit.questionnaire import Questionnaire
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.squares import squares
from fingerpost.pages.practice.occasions import CHILD, PARENT, About, about_or_404
from fingerpost.work.outcomes import commands, queries
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.queries import Heard, Summary
from fingerpost.work.outcomes.replying import options
from fingerpost.work.outcomes.tokens import in_groups, token_of

A_YEAR = timedelta(days=365)
FROM = {"parent": "A parent", "child": "A child"}
MANY = 2
"""Whoever is the only one left is chosen by name."""
RATINGS = {1: "Very bad", 2: "Bad", 3: "OK", 4: "Good", 5: "Very good"}


@page(allow=Permission.VIEW_FAMILY, shows="family")
def feedback(request: PageRequest) -> HttpResponse:
    today, service = timezone.localdate(request.at), request.actor.service
    asked = {"since": today - A_YEAR, "until": today}
    request.saw("family")
    listed = _list(request).of(request, queries.heard(request.actor, service, **asked))
    if listed.file:
        return listed.file
    summaries = queries.summaries(request.actor, service, **asked)
    context = {
        "listed": listed,
        "summaries": [(one, _picture(one)) for one in summaries if one.asked or one.not_reached],
        "ratings": RATINGS,
        "since": today - A_YEAR,
        "may_record": request.actor.has(Permission.RECORD_CONTACT),
    }
    return render(request, "practice/feedback.html", context)


def _list(request: PageRequest) -> List:
    return List(
        columns=[
            Column("Reply", lambda one: one.invitation.ref, _reply),
            Column("Given", lambda one: one.given_on, sort="given_on", phone="bare"),
            Column("From", lambda one: FROM[one.invitation.respondent], sort="invitation__respondent", phone="bare"),
            Column("About", lambda one: _about(one.invitation), sort="invitation__activity_type"),
            Column("Answer", lambda one: RATINGS.get(one.rating, "No answer"), sort="rating", phone="bare"),
            Column("In their words", lambda one: one.comment, lambda one: typed(one.comment), phone="bare"),
        ],
        one="reply",
        many="replies",
        caption="Latest replies",
        filters=[
            Choice("from", "From", FROM.items(), lambda rows, who: rows.filter(invitation__respondent=who)),
            Choice(
                "answer",
                "Answer",
                [(str(number), words) for number, words in RATINGS.items()],
                lambda rows, number: rows.filter(rating=int(number)),
            ),
            Choice("worried", "Worried", [("yes", "Worried")], lambda rows, _: rows.filter(is_worried=True)),
        ],
        search=["invitation__ref", "invitation__episode_ref", "comment"],
        empty="No reply yet.",
        seen=lambda rows: request.saw(
            "family", *[one.invitation.family_id for one in rows if one.invitation.family_id]
        ),
    )


def _reply(one: Response) -> Markup:
    link = link_to(one.invitation.ref, "practice:reply", one.invitation.ref)
    return with_tag(link, tag("Worried", "red")) if one.is_worried else link


def _about(invitation: Invitation) -> str:
    return f"{invitation.activity_type.replace('_', ' ').capitalize()} {invitation.episode_ref}"


def _picture(summary: Summary) -> Any:
    return lying_bars([Bar(RATINGS[rating], number) for rating, number in summary.ratings.items()], places=0)


class AskForm(KitForm):
    """Who is asked about a case or run, by name or with cards that bear none."""

    session = fields.Choice("Which session?", required=False, blank="All of them", missing="Choose the session")
    people = fields.Checkboxes(
        "Who is it?",
        required=False,
        hint="Those who answered are left out. Asked once more, they get a new link.",
        missing="Choose who it is",
    )
    result = fields.Radios(
        "What was the outcome?",
        [
            ("asked", "They are asked: make a link and a card"),
            ("declined", "They did not want to answer"),
            ("not_reached", "We could not reach them"),
        ],
        missing="Choose what the outcome was",
    )
    everybody = fields.Confirm("Ask everybody who has not been asked yet", required=False)
    cards_for_parents = fields.Number("Cards without a name, for parents", required=False, least=0, most=60)
    cards_for_children = fields.Number("Cards without a name, for children", required=False, least=0, most=60)

    def offer(self, about: About, asked_already: set[Any], done_already: set[Any]) -> None:
        if len([one for one in about.people if one.person.pk not in asked_already]) < MANY:
            del self.fields["everybody"]
        left = [one for one in about.people if one.person.pk not in done_already]
        self.fields["people"].offer([(str(one.person.pk), one.label) for one in left])  # type: ignore[attr-defined]
        if not left:
            del self.fields["people"], self.fields["result"]
        if about.run is None:
            for name in ("session", "cards_for_parents", "cards_for_children"):
                del self.fields[name]
        else:
            self.fields["session"].offer(_sessions(about))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not any(told.get(name) for name in ("people", "everybody", "cards_for_parents", "cards_for_children")):
            self.add_error("people" if "people" in self.fields else None, "Choose who is asked, or how many cards")
        return told


def _sessions(about: About) -> list[tuple[str, str]]:
    from fingerpost.work.groups.models import Session

    rows = Session.objects.filter(run=about.run, cancelled_at=None).order_by("starts_at")
    return [(str(row.pk), f"{timezone.localtime(row.starts_at):%-d %B %Y}") for row in rows]


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def feedback_about(request: PageRequest, about: str) -> HttpResponse:
    found = about_or_404(request, about, Permission.RECORD_CONTACT)
    request.saw("family")
    told = queries.of_occasions(request.actor, found.ref)
    form = AskForm(request.POST or None, initial={"result": "asked"})
    asked = {one.invitation.person_id for one in told}
    form.offer(found, asked, {one.invitation.person_id for one in told if one.reply})
    if form.is_valid():
        try:
            number = _ask(request, found, form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal, how_many="cards_for_parents", person="people")
        else:
            return done(request, "practice:feedback_about", about, said=_said(form.cleaned_data, number))
    context = {"about": found, "told": told, "form": form, "may_print": any(_is_open(one, request) for one in told)}
    return render(request, "practice/feedback_about.html", context)


def _ask(request: PageRequest, found: About, told: dict[str, Any]) -> int:
    """Ask everybody chosen. Returns how many were asked."""
    occasion, number = found.session(told.get("session") or ""), 0
    for one in found.people:
        if str(one.person.pk) in (told.get("people") or ()):
            given = {"respondent": one.respondent, "person": one.person, "result": told["result"], "at": request.at}
            commands.ask(request.actor, occasion, **given)
            number += 1
    for respondent in dict.fromkeys(one.respondent for one in found.people if told.get("everybody")):
        people = [one.person for one in found.people if one.respondent == respondent]
        number += len(
            commands.ask_everybody(request.actor, occasion, respondent=respondent, people=people, at=request.at)
        )
    for respondent, name in ((PARENT, "cards_for_parents"), (CHILD, "cards_for_children")):
        if how_many := told.get(name):
            given = {"respondent": respondent, "how_many": how_many, "at": request.at}
            number += len(commands.hand_out_cards(request.actor, occasion, **given))
    return number


def _said(told: dict[str, Any], number: int) -> str:
    if told.get("result", "asked") == "asked" or not told.get("people"):
        return f"{number} asked. Open a link below, or print the cards."
    return f"Written down for {number}."


def _is_open(one: Heard, request: PageRequest) -> bool:
    invitation = one.invitation
    return one.state == "asked" and invitation.expires_on >= timezone.localdate(request.at)


@page(allow=Permission.RECORD_CONTACT, shows="family")
def feedback_cards(request: PageRequest, about: str) -> HttpResponse:
    found = about_or_404(request, about, Permission.RECORD_CONTACT)
    request.saw("family")
    told = queries.of_occasions(request.actor, found.ref)
    cards = [_card(request, one.invitation) for one in told if _is_open(one, request)]
    return render(request, "practice/feedback_cards.html", {"about": found, "cards": cards})


def _card(request: PageRequest, invitation: Invitation) -> dict[str, Any]:
    """What stands on a card: link, squares and code. The name is for the worker who hands it out, and is not printed."""
    token = token_of(invitation.pk, invitation.issue)
    address = request.build_absolute_uri(reverse("say"))
    return {
        "invitation": invitation,
        "link": f"{address}?k={token}",
        "address": address,
        "code": in_groups(token),
        "squares": squares(f"{address}?k={token}"),
    }


def invitation_or_404(
    request: PageRequest, ref: str, permission: Permission = Permission.RECORD_CONTACT
) -> tuple[Invitation, Response | None]:
    """The invitation with its reply, if they may meet it. Notes that they saw the family. Raises Http404."""
    try:
        found = queries.get(request.actor, ref, permission)
    except Invitation.DoesNotExist as absent:
        raise Http404 from absent
    request.saw("family", *([found.family_id] if found.family_id else []))
    return found, queries.reply_to(found)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def reply(request: PageRequest, ref: str) -> HttpResponse:
    found, told = invitation_or_404(request, ref, Permission.VIEW_FAMILY)
    may_record = request.actor.can(Permission.RECORD_CONTACT, found)
    is_open = told is None and found.token_hash is not None and found.expires_on >= timezone.localdate(request.at)
    context = {
        "invitation": found,
        "reply": told,
        "answers": _answers(request, found, told) if told else [],
        "card": _card(request, found) if is_open and may_record else None,
        "may_record": may_record,
        "may_raise": request.actor.can(Permission.RAISE_CONCERN, found),
        "is_alert": bool(told and told.is_worried) and queries.open_worries(request.actor, found),
    }
    return render(request, "practice/reply.html", context)


def _answers(request: PageRequest, found: Invitation, told: Response) -> list[tuple[str, str]]:
    """Each question with its answer in words, empty where there is none."""
    form = rules(found.service, timezone.localdate(request.at)).contract.instruments[found.instrument]
    rows = []
    for item in form.item:
        answer = told.answers.get(item.linkId)
        key = {True: "yes", False: "no"}.get(answer, str(answer)) if isinstance(answer, bool) else str(answer)
        rows.append((item.text, "" if answer is None else dict(options(item)).get(key, key)))
    return rows


@page(allow=Permission.RECORD_CONTACT, shows="family")
def reply_sheet(request: PageRequest, ref: str) -> HttpResponse:
    """The form on paper. It bears the reference and no name."""
    found, _ = invitation_or_404(request, ref)
    words = rules(found.service, timezone.localdate(request.at)).contract.instruments[found.instrument]
    questions = [(item, [text for _, text in options(item)]) for item in words.item if item.type != "display"]
    context = {"invitation": found, "words": words, "questions": questions}
    return render(request, "practice/reply_sheet.html", context)


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def reply_paper(request: PageRequest, ref: str) -> HttpResponse:
    found, told = invitation_or_404(request, ref)
    if told is not None:
        return done(request, "practice:reply", ref, said="There is a reply already.")
    words = rules(found.service, timezone.localdate(request.at)).contract.instruments[found.instrument]
    form = Questionnaire(request.POST or None)
    form.fields["given_on"] = fields.Date("When was it filled in?")
    form.ask(words)
    form.initial["given_on"] = timezone.localdate(request.at)
    form.fields["given_on"].bounds(latest=timezone.localdate(request.at), earliest=found.asked_on)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.respond(
                request.actor,
                found,
                answers=form.answers(words),
                given_on=form.cleaned_data["given_on"],
                on_paper=True,
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:reply", ref, said="The reply has been kept.")
    context = {"invitation": found, "form": form, "title": "Type in a reply from paper", "submit": "Save"}
    return render(request, "practice/reply_form.html", context)


class ResultForm(KitForm):
    result = fields.Radios(
        "What was the outcome?",
        [
            ("declined", "They did not want to answer"),
            ("not_reached", "We could not reach them"),
            ("again", "They are asked once more: the old link stops working"),
        ],
        missing="Choose what the outcome was",
    )


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def reply_result(request: PageRequest, ref: str) -> HttpResponse:
    found, _ = invitation_or_404(request, ref)
    form = ResultForm(request.POST or None)
    if form.is_valid():
        result = form.cleaned_data["result"]
        try:
            if result == "again":
                commands.ask_again(request.actor, found, at=request.at)
            else:
                commands.note_result(request.actor, found, result=result, at=request.at)
        except Refused as refusal:
            refused(form, refusal, person="result")
        else:
            return done(request, "practice:reply", ref, said="Written down.")
    context = {"invitation": found, "form": form, "title": "What was the outcome?", "submit": "Save"}
    return render(request, "practice/reply_form.html", context)


class CodeForm(KitForm):
    is_positive = fields.YesNo("Is what they wrote positive?", missing="Choose yes if what they wrote is positive")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def reply_comment(request: PageRequest, ref: str) -> HttpResponse:
    found, told = invitation_or_404(request, ref)
    if told is None:
        raise Http404
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            commands.code_comment(request.actor, told, is_positive=form.cleaned_data["is_positive"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:reply", ref, said="Written down.")
    context = {"invitation": found, "form": form, "title": "Judge what they wrote", "typed": told.comment}
    return render(request, "practice/reply_form.html", context | {"submit": "Save"})


class WorryForm(KitForm):
    outcome = fields.LongText(
        "What was done about it?",
        hint="Who you spoke to, and what was agreed.",
        longest=200,
        missing="Enter what was done about it",
    )


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def reply_worry(request: PageRequest, ref: str) -> HttpResponse:
    found, told = invitation_or_404(request, ref)
    if told is None or not told.is_worried:
        raise Http404
    form = WorryForm(request.POST or None)
    if form.is_valid():
        try:
            commands.settle_worry(request.actor, found, outcome=form.cleaned_data["outcome"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:reply", ref, said="The alert is off the worklists.")
    context = {"invitation": found, "form": form, "title": "What was done about the worry", "submit": "Save"}
    return render(request, "practice/reply_form.html", context)
