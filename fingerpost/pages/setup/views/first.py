"""The address that a new installation prints: whoever opens it becomes its first administrator."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpResponse
from django.urls import reverse

from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.first_address import is_of_use
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import refused, render
from fingerpost.pages.setup.forms import FirstForm

SET_UP = Actor.system("Set-up")
"""Nobody is signed in yet: the address itself says that they may."""


@page(allow=None, signed_in=False)
@once
def first(request: PageRequest, token: str) -> HttpResponse:
    if not is_of_use(token, request.at):
        return render(request, "setup/first_closed.html")
    form = FirstForm(request.POST or None)
    if form.is_valid():
        try:
            user = commands.become_first_administrator(SET_UP, PLATFORM, token=token, **form.told(), at=request.at)
        except commands.AddressOfNoUse:
            return render(request, "setup/first_closed.html")
        except Refused as refusal:
            refused(form, refusal)
        else:
            record_authentication(request, user, method="password", email=user.email)
            answer: HttpResponse = perform_login(
                request, user, email_verification="none", redirect_url=reverse("mfa_index")
            )
            return answer
    return render(request, "setup/first.html", {"form": form})
