"""What a new service needs before its first referral, and what of it is there."""

from django.http import HttpResponse

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.setup.steps import steps


@page(allow=Permission.ADMINISTER_SYSTEM)
def start(request: PageRequest) -> HttpResponse:
    return render(request, "setup/start.html", {"steps": steps(request)})
