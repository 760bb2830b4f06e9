"""Posts funded and filled on any day, and the minimum that each area must never be without."""

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, refused, render
from fingerpost.pages.oversight.reach import agreement_or_404, today_of
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Minimum


class DayForm(KitForm):
    on = fields.Date("On which day?", required=False, missing="Enter the day")


@page(allow=Permission.VIEW_FIGURES)
def staffing(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    today = today_of(request, agreement)
    form = DayForm(request.GET if request.GET.get("on") else None, initial={"on": today})
    day = (form.cleaned_data["on"] if form.is_valid() else None) or today
    context = {
        "agreement": agreement,
        "form": form,
        "day": max(day, agreement.starts_on),
        "filled": queries.filled_on(service, max(day, agreement.starts_on)),
        "plain": queries.plain,
    }
    return render(request, "oversight/staffing.html", context)


class MinimumForm(KitForm):
    equivalents = fields.Number(
        "How many must always be there?",
        places=2,
        least=0,
        most=99,
        hint="In full-time equivalents, such as 0.5",
        missing="Enter how many must always be there",
    )
    agreed_by = fields.Text(
        "Who agreed it?", hint="For example: the review of 24 June 2010", longest=200, missing="Enter who agreed it"
    )
    since = fields.Date("From which day?", missing="Enter the day from which the minimum holds")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def minimum(request: PageRequest, service: str, area: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.MANAGE_WORKFORCE)
    found = Area.objects.filter(scheme=service, code=area).first()
    if found is None:
        raise Http404
    today = today_of(request, agreement)
    last = Minimum.objects.filter(service=service, area=found).order_by("-since").first()
    now = {"equivalents": last.equivalents, "agreed_by": last.agreed_by} if last else {}
    form = MinimumForm(request.POST or None, initial={**now, "since": today})
    if form.is_valid():
        held = rules(service, max(today, agreement.starts_on))
        try:
            commands.agree_minimum(
                request.actor, held.scope, service=service, area=found, **form.cleaned_data, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:staff_areas", said=f"The minimum of {found.name} has been set.")
    context = {"form": form, "title": "Set the agreed minimum", "caption": found.name, "submit": "Save"}
    back = reverse("practice:staff_areas")
    return plain_form(request, context, back=back, back_text="Staffing by area")
