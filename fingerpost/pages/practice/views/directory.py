"""Services nearby that families are pointed to, and when somebody last found that what is said of each is right."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, render
from fingerpost.work.directory import commands, queries
from fingerpost.work.directory.models import Entry

OLD = [("90", "Not in the last 3 months"), ("365", "Not in the last year")]


@page(allow=Permission.RUN_GROUP)
def directory(request: PageRequest) -> HttpResponse:
    listed = _list(request).of(request, queries.entries(request.actor.service))
    return listed.file or render(request, "practice/directory.html", {"listed": listed})


def _list(request: PageRequest) -> List:
    service, today = request.actor.service, timezone.localdate(request.at)
    may_check = request.actor.can(Permission.PUBLISH_INFORMATION, Scope.of(service=service))

    def check(one: Entry) -> Markup:
        return link_to("Check", "practice:directory_check", one.pk, hidden=one.name)

    columns = [
        Column("Service", lambda one: one.name, sort="name"),
        Column("Area", lambda one: one.area.name if one.area else "Everywhere", sort="area__name"),
        Column("Telephone", lambda one: one.phone or "Not given", phone="bare"),
        Column("Last checked", lambda one: one.verified_on or "Not yet", sort="verified_on"),
    ]
    return List(
        columns=[*columns, Column("Do", check, only="page")] if may_check else columns,
        one="service",
        filters=[
            Choice(
                "checked",
                "Checked",
                OLD,
                lambda rows, days: rows.filter(pk__in=queries.stale(service, on=today, days=int(days)).values("pk")),
            )
        ],
        search=["name", "area__name", "phone"],
        empty="No service is in the directory yet.",
    )


class CheckForm(KitForm):
    phone = fields.Text("Phone number", required=False, longest=40, width=20, inputmode="tel")


@page(allow=Permission.PUBLISH_INFORMATION)
@once
def directory_check(request: PageRequest, entry: UUID) -> HttpResponse:
    found = Entry.objects.filter(pk=entry).first()
    if found is None or not request.actor.can(Permission.PUBLISH_INFORMATION, Scope.of(service=found.service)):
        raise Http404
    form = CheckForm(request.POST or None, initial={"phone": found.phone})
    if form.is_valid():
        where = Scope.of(service=found.service)
        commands.verify(request.actor, where, entry=found, **form.cleaned_data, at=request.at)
        return done(request, "practice:directory", said=f"{found.name} has been checked.")
    context = {
        "form": form,
        "title": f"Check {found.name}",
        "submit": "This is right today",
        "lead": "Ring or look it up. Put the number right where it has changed.",
        "caption": "Directory",
    }
    return plain_form(request, context, back=reverse("practice:directory"), back_text="Directory")
