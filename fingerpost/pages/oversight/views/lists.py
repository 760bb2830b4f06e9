"""Lists that come in: send a file, see what it would do and what is wrong with it, load it, take it back."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, QueryDict

from fingerpost.exchange.imports import acting, commands, queries
from fingerpost.exchange.imports.models import Covers, List, Run
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
FOLDER = "folder"


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


class CoverageForm(KitForm):
    """For which schools and days a list is complete: who is not on it was not excluded there. Confirmed before it is loaded."""

    reveals = {"covers": {Covers.GIVEN: ["covers_schools", "covers_from", "covers_to"]}}
    covers = fields.Radios(
        "Is the list of exclusions complete?", missing="Choose whether the list of exclusions is complete"
    )
    covers_schools = fields.Text(
        "For which schools?",
        hint="Numbers or names, with a semicolon between two",
        longest=2000,
        missing="Enter the schools that the list covers",
    )
    covers_from = fields.Date("From which day?", missing="Enter the first day that the list covers")
    covers_to = fields.Date("To which day?", missing="Enter the last day that the list covers")


def _coverage_form(received: List, data: QueryDict | None = None) -> CoverageForm | None:
    """The question of a list of exclusions, alone or in a folder, filled in with what it says or makes likely; else None."""
    lists = queries.covering(queries.together(received))
    if not lists or received.applied_at or received.undone_at:
        return None
    first = lists[0]
    likely = first.covers.get("likely") or {}
    days = {
        f"covers_{end}": date.fromisoformat(likely[key])
        for end, key in (("from", "since"), ("to", "until"))
        if key in likely
    }
    given = {"covers": first.covers.get("confirmed"), "covers_schools": "; ".join(likely.get("schools", ())), **days}
    if first.given.get("covers_schools") and (told := queries.covered([first])):
        given |= {
            "covers_schools": first.given["covers_schools"],
            "covers_from": told[0].since,
            "covers_to": told[0].until,
        }
    form = CoverageForm(data, initial=given)
    names_days = any(one.covers.get("said") for one in lists)
    as_said = [(Covers.AS_SAID, "Yes, for the schools and days that it names")] if names_days else []
    others = [(Covers.GIVEN, "Yes, for these schools and days")] if len(lists) == 1 else []
    nothing = (Covers.NOTHING, "No, or I do not know")
    form.fields["covers"].offer([*as_said, *others, nothing])  # type: ignore[attr-defined]
    return form


def _confirm(request: PageRequest, received: List, words: Mapping[str, Any]) -> None:
    """Keep what was confirmed. Raises Refused."""
    asked = Covers(words["covers"])
    given = {"schools": words["covers_schools"], "since": words["covers_from"], "until": words["covers_to"]}
    told: dict[str, Any] = given if asked == Covers.GIVEN else {}
    for one in queries.covering(queries.together(received)):
        commands.confirm_coverage(request.actor, one, covers=asked, **told, at=request.at)


def _received(request: PageRequest, words: Mapping[str, Any]) -> List:
    """The list as kept; of a packed folder the first list, which stands for all of it. Raises Refused."""
    kind, service = words["kind"], request.actor.service
    file: UploadedFile = words["file"]
    told: dict[str, Any] = {"service": service, "content": file.file, "at": request.at}
    if kind == FOLDER:
        folder = receive_packed(request.actor, Scope.of(service=service), name=file.name or "folder.zip", **told)
        return queries.first_of(folder)
    told |= {"kind": kind, "file_name": file.name or ""}
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
        "covering": _coverage_form(received),
        "covered": queries.covered(queries.covering(lists)),
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
    asked = _coverage_form(received, request.POST) if act == Run.Act.APPLY else None
    if asked is not None and not asked.is_valid():
        return render(request, "oversight/list.html", _shown(received, None) | {"form": asked, "covering": asked})
    try:
        if asked is not None:
            _confirm(request, received, asked.cleaned_data)
            received.refresh_from_db()
        said = _do(request, received, act, good_rows_only=bool(request.POST.get("good_rows_only")))
    except Refused as refusal:
        form = asked if asked is not None else KitForm({})
        refused(form, refusal)
        shown = _shown(received, None) | {"form": form}
        return render(request, "oversight/list.html", shown | ({"covering": asked} if asked is not None else {}))
    return done(request, "oversight:list", batch, said=said)
