"""Returns: the calendar, one return with its headings, sending it, what changed since, and its files."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of
from fingerpost.exchange.exports.pdf import pdf_of
from fingerpost.exchange.exports.workbook import workbook_of
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.jobs.queries import tried_again
from fingerpost.pages.kit import fields
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note, with_tag
from fingerpost.pages.kit.shortcuts import done, posted_again, refused, render
from fingerpost.pages.oversight.figures import sees_records
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of
from fingerpost.proof.returns import commands, queries
from fingerpost.proof.returns.document import document_of, restated_in_print
from fingerpost.proof.returns.models import Return
from fingerpost.proof.returns.readiness import still_missing
from fingerpost.proof.returns.restatement import as_met_by, restated
from fingerpost.work.casework.models import Case

LOOK_AGAIN_AFTER = 4  # seconds


@page(allow=Permission.VIEW_FIGURES)
def my_returns(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:returns")


@page(allow=Permission.VIEW_FIGURES)
def returns(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    on = today_of(request, agreement)
    entries = queries.calendar(request.actor, agreement, on)
    listed = _list(request, agreement).of(request, entries)
    return listed.file or render(request, "oversight/returns.html", {"agreement": agreement, "listed": listed})


def _list(request: PageRequest, agreement: Agreement) -> List:
    may_prepare = request.actor.can(Permission.PREPARE_RETURN, agreement)

    def due(entry: queries.Entry) -> Markup:
        note = "After the term" if entry.due.due > agreement.ends_on else ""
        return with_note(in_words.date(entry.due.due), note)

    def status(entry: queries.Entry) -> Markup:
        shown = status_tag(NOT_BEGUN.get(entry.status, entry.status))
        return with_tag(shown, status_tag("overdue")) if entry.is_overdue else shown

    def actions(entry: queries.Entry) -> Markup:
        context = {"entry": entry, "agreement": agreement, "may_prepare": may_prepare}
        return Markup(render_to_string("oversight/return_actions.html", context, request))  # noqa: S704 - ours

    return List(
        columns=[
            Column("Due", lambda entry: entry.due.due, due, sort=True),
            Column("Reports on", _period, sort=lambda entry: entry.due.period.start, phone="bare"),
            Column("To", lambda entry: entry.recipient or "Not stated", sort=True, phone="no"),
            Column("Status", _status, status, sort=True, phone="bare"),
            Column("Actions", actions, only="page", phone="bare"),
        ],
        one="return",
        filters=[
            Choice(
                "status",
                "Status",
                [("sent", "Sent"), ("waiting", "Not sent yet"), ("overdue", "Overdue")],
                lambda rows, which: [one for one in rows if _is(one, which)],
            )
        ],
        search=True,
        empty="The contract asks for no return.",
        caption="Calendar of returns",
    )


NOT_BEGUN = {"not begun": "not_started"}


def _period(entry: queries.Entry) -> str:
    return f"{in_words.date(entry.due.period.start)} to {in_words.date(entry.due.period.end)}"


def _status(entry: queries.Entry) -> str:
    words = entry.status.replace("_", " ").capitalize()
    return f"{words}, overdue" if entry.is_overdue else words


def _is(entry: queries.Entry, which: str) -> bool:
    is_sent = bool(entry.made and entry.made.submitted_at)
    return entry.is_overdue if which == "overdue" else is_sent == (which == "sent")


@page(allow=Permission.PREPARE_RETURN)
@once
def return_begin(request: PageRequest, service: str, series: str, due: str) -> HttpResponse:
    """Begins a return of the calendar. A link cannot begin one: it takes a button."""
    agreement = agreement_or_404(request, service, Permission.PREPARE_RETURN)
    try:
        day = date.fromisoformat(due)
    except ValueError as wrong:
        raise Http404 from wrong
    found = next((one for one in returns_of(agreement) if one.series == series and one.due == day), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return done(request, "oversight:returns", service)
    made = commands.assemble(request.actor, agreement, due=found, at=request.at)
    return done(request, "oversight:return", made.ref)


def return_or_404(request: PageRequest, ref: str, permission: Permission | None = None) -> Return:
    """The return, if this person may open it (and holds the permission on it). Raises Http404."""
    try:
        made = queries.get(request.actor, ref)
    except Return.DoesNotExist as absent:
        raise Http404 from absent
    if permission and not request.actor.can(permission, made):
        raise Http404
    return made


@page(allow=Permission.VIEW_FIGURES)
def return_page(request: PageRequest, ref: str) -> HttpResponse:
    made = return_or_404(request, ref)
    sending = None if made.submitted_at else queries.latest_sending(made)
    if sending and sending.ended_at is None:
        response = render(
            request,
            "oversight/return_sending.html",
            {"made": made, "sending": sending, "again": tried_again("returns.send", sending_id=sending.pk)},
        )
        response["Refresh"] = str(LOOK_AGAIN_AFTER)
        return response
    exact = sees_records(request.actor, made.agreement)
    context = {
        "made": made,
        "sending": sending,
        "missing": still_missing(made),
        "document": document_of(made, at=request.at, exact=exact),
        "headings": queries.headings(made),
        "may_prepare": request.actor.can(Permission.PREPARE_RETURN, made) and made.submitted_at is None,
        "may_accept": request.actor.can(Permission.AGREE_CONTRACT, made) and made.may_be_accepted_at(request.at),
        "sent": queries.sent_in_words(made),
        "exact": exact,
        "today": today_of(request, made.agreement),
    }
    return render(request, "oversight/return.html", context)


class NarrativeForm(KitForm):
    keep = "return"
    text = fields.LongText(
        "What do you want to say?", required=False, rows=14, longest=20000, missing="Enter what you want to say"
    )
    revision = fields.Number("Version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()


@page(allow=Permission.PREPARE_RETURN)
@once
def narrative(request: PageRequest, ref: str, heading: str) -> HttpResponse:
    made = return_or_404(request, ref, Permission.PREPARE_RETURN)
    found = next((one for one in queries.headings(made) if one.key == heading), None)
    if found is None:
        raise Http404
    now = {"text": found.text, "revision": found.narrative.revision if found.narrative else 1}
    form = NarrativeForm(request.POST or None, initial=now)
    theirs: Any = None
    if form.is_valid():
        try:
            commands.write_narrative(request.actor, made, heading=heading, **form.cleaned_data, at=request.at)
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = NarrativeForm(posted_again(request, revision=theirs.revision))
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:return", ref, said=f"{found.label} has been saved.")
    context = {"made": made, "heading": found, "form": form, "theirs": theirs}
    return render(request, "oversight/narrative.html", context)


@page(allow=Permission.PREPARE_RETURN)
@once
def return_submit(request: PageRequest, ref: str) -> HttpResponse:
    made = return_or_404(request, ref, Permission.PREPARE_RETURN)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        try:
            said = _send(request, made)
        except Refused as refusal:
            form = KitForm({})
            refused(form, refusal)
        else:
            return done(request, "oversight:return", ref, said=said)
    today = today_of(request, made.agreement)
    context = {"made": made, "form": form, "missing": still_missing(made), "today": today}
    return render(request, "oversight/return_submit.html", context)


def _send(request: PageRequest, made: Return) -> str:
    """Send it now, or have the worker do it where the service is large. Returns what to say; nothing when it has only begun.

    Raises Refused.
    """
    if Case.objects.of_service(made.agreement.key).order_by("pk")[settings.LONG_RETURN :].exists():
        commands.ask_to_send(request.actor, made, at=request.at)
        return ""
    sent = commands.submit(request.actor, made, at=request.at)
    if sent.figures_fixed_at:
        return "The return has been sent. Its figures are frozen."
    return f"The return has been sent. Its figures are fixed at the end of {in_words.date(made.period_to)}."


@page(allow=Permission.AGREE_CONTRACT)
@once
def return_accept(request: PageRequest, ref: str) -> HttpResponse:
    made = return_or_404(request, ref, Permission.AGREE_CONTRACT)
    if request.method == "POST":
        try:
            commands.accept(request.actor, made, at=request.at)
        except Refused:
            raise Http404 from None
        return done(request, "oversight:return", ref, said="The return is accepted.")
    return done(request, "oversight:return", ref)


@page(allow=Permission.VIEW_FIGURES)
def restatement(request: PageRequest, ref: str) -> HttpResponse:
    made = return_or_404(request, ref)
    exact = sees_records(request.actor, made.agreement)
    every = restated(made, request.at)
    changed = [one for one in as_met_by(request.actor, every) if one.is_changed or one.changes] if exact else []
    context = {
        "made": made,
        "changed": changed,
        "restated": restated_in_print(made, every, exact=exact),
        "exact": exact,
        "today": timezone.localdate(request.at),
    }
    return render(request, "oversight/restatement.html", context)


def _file(made: Return, content: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="return-{made.due_on.isoformat()}.{ending}"'
    return answer


@page(allow=Permission.VIEW_FIGURES)
def return_pdf(request: PageRequest, ref: str) -> HttpResponse:
    """The document as it leaves the house: small numbers hidden, whoever fetches it."""
    made = return_or_404(request, ref)
    return _file(made, pdf_of(document_of(made, at=request.at), at=request.at), "application/pdf", "pdf")


@page(allow=Permission.VIEW_FIGURES)
def return_xlsx(request: PageRequest, ref: str) -> HttpResponse:
    made = return_or_404(request, ref)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(made, workbook_of(document_of(made, at=request.at)), kind, "xlsx")
