"""Saying what one thinks, without an account: a link or a code from a card opens a form that may be answered once.

A link that is wrong, used or too old gives the same page, so that nobody learns from it whose it was. The token stands in the
query string, which logs leave out, and no other site is told the address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.language.schema import InstrumentWords
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.questionnaire import Questionnaire
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.work.outcomes import commands, queries
from fingerpost.work.outcomes.models import Invitation

TOKEN, LONGEST_TOKEN = "k", 60
BY_LINK = Actor.system("A feedback link")
View = Callable[..., HttpResponse]


def in_confidence(view: View) -> View:
    """Kept by no browser, told to no other site, found by no search engine."""

    @wraps(view)
    def kept(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
        # Not `no-referrer`: browsers then hide from which site a form comes, and it would be taken for a forged one.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@page(allow=None, signed_in=False)
@in_confidence
@once
def say(request: PageRequest) -> HttpResponse:
    token = str(request.POST.get(TOKEN) or request.GET.get(TOKEN) or "")[:LONGEST_TOKEN]
    if not token.strip():
        return render(request, "public/say_code.html")
    if _guessed_too_often(request):
        return render(request, "429.html", status=429)
    invitation = queries.by_token(token)
    at = clock.now(invitation.service) if invitation else request.at
    if invitation is None or invitation.expires_on < timezone.localdate(at):
        _note_a_guess(request)
        return render(request, "public/say_closed.html", status=404)
    words = rules(invitation.service, timezone.localdate(at)).contract.instruments[invitation.instrument]
    form = _form(request, words)
    if form.is_valid():
        try:
            commands.respond(BY_LINK, invitation, answers=form.answers(words), at=at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "say_thanks")
    return render(request, "public/say_form.html", _shown(invitation, words, form, token))


@page(allow=None, signed_in=False)
@in_confidence
def say_thanks(request: PageRequest) -> HttpResponse:
    return render(request, "public/say_thanks.html")


def _form(request: PageRequest, words: InstrumentWords) -> Questionnaire:
    # A code typed from a card is posted too, and answers nothing yet.
    form = Questionnaire(request.POST if "answered" in request.POST else None)
    form.ask(words)
    return form


def _shown(invitation: Invitation, words: InstrumentWords, form: Questionnaire, token: str) -> dict[str, Any]:
    return {
        "words": words,
        "form": form,
        "token": token,
        "is_child": invitation.respondent == Invitation.Respondent.CHILD,
    }


def _key(request: PageRequest) -> str:
    return f"feedback-link-guesses:{get_adapter(request).get_client_ip(request)}"


def _guessed_too_often(request: PageRequest) -> bool:
    """Only links that opened nothing are counted: a whole room may answer through one address."""
    return bool(cache.get(_key(request), 0) >= settings.FEEDBACK_LINK_GUESSES)


def _note_a_guess(request: PageRequest) -> None:
    key = _key(request)
    if not cache.add(key, 1, settings.FEEDBACK_LINK_GUESSES_WITHIN):
        cache.incr(key)
