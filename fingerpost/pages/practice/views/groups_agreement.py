"""The parenting coordinator's pages: what waits for their agreement in their areas, and agreeing it. No case, no family."""

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.pages.practice.views.groups_coverage import coverage_of
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.offers import offer_of

MOST_ELSEWHERE = 50


@page(allow=Permission.APPROVE_PROGRAMME)
def to_agree(request: PageRequest) -> HttpResponse:
    held = groups.rules_today(request)
    context = {
        "waiting": queries.to_agree(request.actor, held.service),
        "agreed": queries.agreed_lately(request.actor, held.service),
        "kinds": groups.kinds(held),
        "statuses": groups.STATUSES,
        "today": timezone.localdate(request.at),
    }
    return render(request, "practice/to_agree.html", context)


@page(allow=Permission.APPROVE_PROGRAMME)
def coverage_to_agree(request: PageRequest) -> HttpResponse:
    return render(request, "practice/coverage.html", coverage_of(request) | {"is_coordinator": True})


class AgreeForm(KitForm):
    agreed_on = fields.Date("On which day did you agree?", missing="Enter the day on which you agreed")
    agreed_by = fields.Text("Your name", longest=160, autocomplete="name")


@page(allow=Permission.APPROVE_PROGRAMME)
@once
def agree(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref, Permission.APPROVE_PROGRAMME)
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    form = AgreeForm(request.POST or None, initial={"agreed_on": today, "agreed_by": request.actor.name})
    form.fields["agreed_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.agree(request.actor, run, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:to_agree", said=f"You have agreed {run.programme.title} in {run.area.name}.")
    provided = directory.provision(run.service, since=run.starts_on, until=run.ends_on)
    elsewhere = [one for one in provided if one.area_id in (None, run.area_id, run.area.parent_id)]
    context = {
        "run": run,
        "form": form,
        "status": run.status_on(today),
        "statuses": groups.STATUSES,
        "offer": offer_of(run.programme, held.contract),
        "kinds": groups.kinds(held),
        "topics": groups.topic_words(held),
        "ages": groups.age_words(held),
        "sessions": queries.sessions_of(run),
        "co_leaders": queries.co_leaders_of(run),
        "elsewhere": elsewhere[:MOST_ELSEWHERE],
        "not_shown": max(0, len(elsewhere) - MOST_ELSEWHERE),
    }
    return render(request, "practice/agree.html", context)
