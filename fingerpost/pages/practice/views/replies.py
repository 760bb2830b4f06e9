"""The letter to whoever referred a family that was not accepted: read, put in other words, printed, noted as sent."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.views.requests import request_or_404
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.work.referrals import replies
from fingerpost.work.referrals.models import Request


class ReplySentForm(KitForm):
    sent_on = fields.Date("When was it sent?", missing="Enter the day it was sent")
    method = fields.Radios(
        "How?",
        [("post", "By post"), ("email", "By email"), ("hand", "By hand"), ("phone", "By phone")],
        missing="Choose how it was sent",
    )
    recipient = fields.Text("To whom?", longest=200, missing="Enter who it was sent to")


class WordsForm(KitForm):
    body = fields.LongText("The letter", rows=18, longest=10000)


def _letter_or_404(request: PageRequest, ref: str) -> tuple[Request, Message]:
    about = request_or_404(request, ref, Permission.RECORD_CONTACT)
    message = replies.letters_of(about).first()
    if message is None:
        raise Http404
    return about, message


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def request_reply(request: PageRequest, ref: str) -> HttpResponse:
    about, message = _letter_or_404(request, ref)
    today = timezone.localdate(request.at)
    form = ReplySentForm(request.POST or None, initial={"sent_on": today, "recipient": message.recipient})
    form.fields["sent_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if message.state == Message.State.DRAFT and form.is_valid():
        told: dict[str, Any] = form.cleaned_data
        try:
            replies.record_reply_sent(request.actor, about, message=message, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:request", ref, said="It is recorded that the reply was sent.")
    return render(request, "practice/request_reply.html", {"asked": about, "letter": message, "form": form})


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def request_reply_words(request: PageRequest, ref: str) -> HttpResponse:
    about, message = _letter_or_404(request, ref)
    form = WordsForm(request.POST or None, initial={"body": message.body})
    if form.is_valid():
        try:
            correspondence.reword(request.actor, message, body=form.cleaned_data["body"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:request_reply", ref, said="The letter has been changed.")
    context = {"asked": about, "form": form, "title": "Edit the letter", "submit": "Save"}
    return render(request, "practice/request_form.html", context)
