"""Lists that come in: send a file, see what it would do and what is wrong with it, load it, take it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse

from fingerpost.exchange.imports import acting, commands, queries
from fingerpost.exchange.imports.models import List, Run
from fingerpost.exchange.imports.packed import receive_packed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.jobs.queries import tried_again
from fingerpost.pages.kit import fields
from fingerpost.pages.kit import lists as kit_lists
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, refused, render

MOST_SHOWN = 200
LOOK_AGAIN_AFTER = 4  # seconds
FOLDER, EXCLUSIONS = "folder", "exclusions"


@page(allow=Permission.IMPORT_LIST)
def lists(request: PageRequest) -> HttpResponse:
    listed = _list(dict(queries.kinds())).of(request, queries.received(request.actor))
    return listed.file or render(request, "oversight/lists.html", {"listed": listed})


STATUSES = {"waiting": "Waiting", "applied": "Applied", "undone": "Undone"}
KEPT: dict[str, dict[str, Any]] = {
    "waiting": {"applied_at": None, "undone_at": None},
    "applied": {"applied_at__isnull": False, "undone_at": None},
    "undone": {"undone_at__isnull": False},
}


def _list(titles: dict[str, str]) -> kit_lists.List:
    def named(one: List) -> str:
        return one.folder.name if one.folder else one.file_name

    def status(one: List) -> str:
        return "undone" if one.undone_at else "applied" if one.applied_at else "waiting"

    return kit_lists.List(
        columns=[
            Column("File", named, lambda one: link_to(named(one), "oversight:list", one.pk), sort="file_name"),
            Column(
                "Kind",
                lambda one: "A folder of lists" if one.folder else titles.get(one.kind, one.kind),
                sort="kind",
                phone="bare",
            ),
            Column("Received", lambda one: one.received_at, sort="received_at", phone="bare"),
            Column(
                "From",
                lambda one: one.received_by.name if one.received_by else "",
                sort="received_by__name",
                phone="no",
            ),
            Column("Rows", lambda one: None if one.folder else one.rows, numeric=True, sort="rows"),
            Column(
                "Status",
                lambda one: STATUSES[status(one)],
                lambda one: status_tag(status(one)),
                sort="applied_at",
                phone="bare",
            ),
        ],
        one="list",
        filters=[
            Choice("kind", "Kind", titles.items(), lambda rows, kind: rows.filter(kind=kind, folder=None)),
            Choice("status", "Status", STATUSES.items(), lambda rows, chosen: rows.filter(**KEPT[chosen])),
        ],
        search=["file_name", "folder__name", "received_by__name"],
        empty="No list has been sent yet.",
    )


class ListForm(KitForm):
    kind = fields.Radios("What is in the list?", missing="Choose what is in the list")
    file = fields.Upload(
        "The file", hint="A CSV file, or a folder packed as .zip. Up to 100 MB", accept=".csv,text/csv,.zip"
    )
    covers_schools = fields.Text(
        "Which schools does a list of exclusions cover?",
        hint="Only for exclusions: numbers or names, with a semicolon between two. Leave it empty if you do not know",
        required=False,
        longest=2000,
        missing="Enter the schools that the list covers",
    )
    covers_from = fields.Date(
        "From which day does it cover them?", required=False, missing="Enter the first day that the list covers"
    )
    covers_to = fields.Date("To which day?", required=False, missing="Enter the last day that the list covers")


@page(allow=Permission.IMPORT_LIST)
@once
def list_new(request: PageRequest) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None)
    form.fields["kind"].offer([(FOLDER, "A folder with several lists"), *queries.kinds()])  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            received = _received(request, form.cleaned_data)
            _do(request, received, Run.Act.CHECK)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.message)
        else:
            return done(request, "oversight:list", received.pk)
    return render(request, "oversight/list_new.html", {"form": form})


COVERS = ("covers_schools", "covers_from", "covers_to")


def _received(request: PageRequest, words: Mapping[str, Any]) -> List:
    """The list as kept; of a packed folder the first list, which stands for all of it. Raises Refused."""
    kind, service = words["kind"], request.actor.service
    file: UploadedFile = words["file"]
    covers = {name: str(words[name]) for name in COVERS if words[name]}
    if covers and kind != EXCLUSIONS:
        raise Refused("Only a list of exclusions covers schools. Leave this empty.", field=next(iter(covers)))
    told: dict[str, Any] = {"service": service, "content": file.file, "at": request.at}
    if kind == FOLDER:
        folder = receive_packed(request.actor, Scope.of(service=service), name=file.name or "folder.zip", **told)
        return queries.first_of(folder)
    told |= {"kind": kind, "file_name": file.name or "", "given": covers}
    return commands.receive(request.actor, Scope.of(service=service), **told)


def list_or_404(request: PageRequest, batch: UUID) -> List:
    """The list, if they may import in its service. Raises Http404."""
    found = queries.list_of(request.actor, batch)
    if found is None:
        raise Http404
    return found


def _do(request: PageRequest, received: List, act: Run.Act, *, good_rows_only: bool = False) -> str:
    """Do it now, or have the worker do it where the list is long. Returns what to say; nothing when it has only begun.

    Raises Refused.
    """
    actor, at = request.actor, request.at
    if acting.is_long(received):
        commands.ask(actor, received, act=act, good_rows_only=good_rows_only, at=at)
        return ""
    taken = acting.act(actor, received, act, good_rows_only=good_rows_only, at=at)
    what = "folder" if received.folder else "list"
    if act == Run.Act.UNDO:
        return f"The {what} has been taken back. Records taken away: {taken}."
    return f"The {what} has been loaded." if act == Run.Act.APPLY else ""


@page(allow=Permission.IMPORT_LIST)
def list_page(request: PageRequest, batch: UUID) -> HttpResponse:
    received = list_or_404(request, batch)
    if received.folder and received.place > 1:
        return done(request, "oversight:list", queries.first_of(received.folder).pk)
    run = queries.latest_run(received)
    if run and run.ended_at is None:
        response = render(
            request,
            "oversight/list_running.html",
            {"received": received, "run": run, "again": tried_again("imports.run", run_id=run.pk)},
        )
        response["Refresh"] = str(LOOK_AGAIN_AFTER)
        return response
    return render(request, "oversight/list.html", _shown(received, run))


def _shown(received: List, run: Run | None) -> dict[str, Any]:
    titles, lists = dict(queries.kinds()), queries.together(received)
    return {
        "received": received,
        "run": run,
        "title": "A folder of lists" if received.folder else titles.get(received.kind, received.kind),
        "titles": titles,
        "lists": lists,
        "sums": {name: sum(getattr(one, name) for one in lists) for name in SUMS},
        "errors": queries.faults_of(lists, severity="error", limit=MOST_SHOWN),
        "warnings": queries.faults_of(lists, severity="warning", limit=MOST_SHOWN),
        "most": MOST_SHOWN,
    }


SUMS = ("rows", "faulty", "added", "changed", "unchanged")


@page(allow=Permission.IMPORT_LIST)
@once
def list_apply(request: PageRequest, batch: UUID) -> HttpResponse:
    return _act(request, batch, Run.Act.CHECK if "try" in request.POST else Run.Act.APPLY)


@page(allow=Permission.IMPORT_LIST)
@once
def list_undo(request: PageRequest, batch: UUID) -> HttpResponse:
    return _act(request, batch, Run.Act.UNDO)


def _act(request: PageRequest, batch: UUID, act: Run.Act) -> HttpResponse:
    received = list_or_404(request, batch)
    if request.method != "POST":
        return done(request, "oversight:list", batch)
    try:
        said = _do(request, received, act, good_rows_only=bool(request.POST.get("good_rows_only")))
    except Refused as refusal:
        form = KitForm({})
        refused(form, refusal)
        return render(request, "oversight/list.html", _shown(received, None) | {"form": form})
    return done(request, "oversight:list", batch, said=said)
