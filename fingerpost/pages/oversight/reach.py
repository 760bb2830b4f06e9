"""Which agreement a page is about, for whoever may see its figures."""

from datetime import date

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import clock
from fingerpost.ground.access.page import PageRequest
from fingerpost.ground.access.permissions import Permission


def agreement_or_404(request: PageRequest, service: str, permission: Permission = Permission.VIEW_FIGURES) -> Agreement:
    """The agreement, if this person holds the permission in its service. Raises Http404 for another's, as for none."""
    found = Agreement.objects.filter(key=service).select_related("commissioner", "provider").first()
    if found is None or not request.actor.can(permission, found):
        raise Http404
    return found


def today_of(request: PageRequest, agreement: Agreement) -> date:
    """The day it is in the agreement's service."""
    same = agreement.key == request.actor.service
    return timezone.localdate(request.at) if same else clock.today(agreement.key)


def to_my_service(request: PageRequest, name: str) -> HttpResponse:
    """Send a person to the page of the service they work in. Raises Http404 where they work in none."""
    if not request.actor.service:
        raise Http404
    return HttpResponseRedirect(reverse(name, args=[request.actor.service]))
