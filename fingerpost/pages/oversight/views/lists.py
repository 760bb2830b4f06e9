"""Lists that come in: send a file, see what it would do and what is wrong with it, load it, take it back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse

from fingerpost.exchange.imports import commands, queries
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render

MOST_SHOWN = 200


@page(allow=Permission.IMPORT_LIST)
def lists(request: PageRequest) -> HttpResponse:
    return render(
        request, "oversight/lists.html", {"lists": queries.received(request.actor), "titles": dict(queries.kinds())}
    )


class ListForm(KitForm):
    kind = fields.Radios("What is in the list?")
    file = fields.Upload("The file", hint="A CSV file, up to 100 MB", accept=".csv,text/csv")


@page(allow=Permission.IMPORT_LIST)
@once
def list_new(request: PageRequest) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None)
    form.fields["kind"].offer(queries.kinds())  # type: ignore[attr-defined]
    if form.is_valid():
        service, file = request.actor.service, form.cleaned_data["file"]
        try:
            received = commands.receive(
                request.actor,
                Scope.of(service=service),
                service=service,
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                content=file.file,
                at=request.at,
            )
            commands.check(request.actor, received, at=request.at)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.message)
        else:
            return done(request, "oversight:list", received.pk)
    return render(request, "oversight/list_new.html", {"form": form})


def list_or_404(request: PageRequest, batch: UUID) -> List:
    """The list, if she may import in its service. Raises Http404."""
    found = queries.list_of(request.actor, batch)
    if found is None:
        raise Http404
    return found


@page(allow=Permission.IMPORT_LIST)
def list_page(request: PageRequest, batch: UUID) -> HttpResponse:
    received = list_or_404(request, batch)
    context = {
        "received": received,
        "title": dict(queries.kinds()).get(received.kind, received.kind),
        "errors": queries.faults_of(received, severity="error", limit=MOST_SHOWN),
        "warnings": queries.faults_of(received, severity="warning", limit=MOST_SHOWN),
        "most": MOST_SHOWN,
    }
    return render(request, "oversight/list.html", context)


@page(allow=Permission.IMPORT_LIST)
@once
def list_apply(request: PageRequest, batch: UUID) -> HttpResponse:
    received = list_or_404(request, batch)
    if request.method != "POST":
        return done(request, "oversight:list", batch)
    try:
        commands.apply(request.actor, received, good_rows_only=bool(request.POST.get("good_rows_only")), at=request.at)
    except Refused as refusal:
        return _list_again(request, received, refusal)
    return done(request, "oversight:list", batch, said="The list has been loaded.")


@page(allow=Permission.IMPORT_LIST)
@once
def list_undo(request: PageRequest, batch: UUID) -> HttpResponse:
    received = list_or_404(request, batch)
    if request.method != "POST":
        return done(request, "oversight:list", batch)
    try:
        taken = commands.undo(request.actor, received, reason="Undone on the page of lists", at=request.at)
    except Refused as refusal:
        return _list_again(request, received, refusal)
    return done(request, "oversight:list", batch, said=f"The list has been taken back. Records taken away: {taken}.")


def _list_again(request: PageRequest, received: List, refusal: Refused) -> HttpResponse:
    form = KitForm({})
    refused(form, refusal)
    context: dict[str, Any] = {
        "received": received,
        "form": form,
        "title": dict(queries.kinds()).get(received.kind, received.kind),
        "errors": queries.faults_of(received, severity="error", limit=MOST_SHOWN),
        "warnings": queries.faults_of(received, severity="warning", limit=MOST_SHOWN),
        "most": MOST_SHOWN,
    }
    return render(request, "oversight/list.html", context)
