"""Work in the background: what waits and runs, what failed, and e-mail that did not arrive. For whoever administers."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.jobs import commands as jobs
from fingerpost.ground.jobs.models import FailedJob
from fingerpost.ground.jobs.queries import overview
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence import queries as letters
from fingerpost.people.correspondence.models import Email

NAMES = {
    "imports.run": "Loading a list",
    "returns.send": "Sending a return",
    "returns.remind": "Reminding of returns",
    "returns.look_ahead": "Looking ahead at figures",
    "correspondence.deliver": "Sending an email",
    "correspondence.look_after": "Looking after emails",
    "tasks.check_clocks": "Noting what is overdue",
    "safeguarding.tell_new_supervisors": "Telling new supervisors of concerns",
    "workforce.end_absences": "Ending absences",
    "kit.forget_posted": "Forgetting old forms",
    "jobs.rescue": "Looking for work that stopped",
}
AGAIN, ASIDE = "again", "aside"


def in_words(name: str) -> str:
    """What a job does, as people say it."""
    name = name.removesuffix(".scheduled")
    return NAMES.get(name, name.replace(".", ": ").replace("_", " "))


@page(allow=Permission.ADMINISTER_SYSTEM)
def background(request: PageRequest) -> HttpResponse:
    found = overview()
    context = {"found": found, "emails": letters.undelivered(), "in_words": in_words}
    return render(request, "oversight/background.html", context)


class FailedForm(KitForm):
    reveals = {"what": {ASIDE: ["reason"]}}
    what = fields.Radios(
        "What do you want to do?",
        [(AGAIN, "Try it again"), (ASIDE, "Set it aside")],
        missing="Choose what you want to do",
    )
    reason = fields.Text("Why need it not be done?", longest=300, missing="Enter why it need not be done")


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def failed_job(request: PageRequest, failed: int) -> HttpResponse:
    """One job that failed: tried again, or set aside with the reason."""
    line = FailedJob.objects.filter(pk=failed).first()
    if line is None or not request.actor.can(Permission.ADMINISTER_SYSTEM, PLATFORM):
        raise Http404
    form = FailedForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            if told["what"] == AGAIN:
                jobs.try_again(request.actor, PLATFORM, failed=line, at=request.at)
            else:
                jobs.set_aside(request.actor, PLATFORM, failed=line, reason=told["reason"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = "It is being tried again." if told["what"] == AGAIN else "It has been set aside."
            return done(request, "oversight:background", said=said)
    rows = [("Work", in_words(line.name)), ("Number", line.job), ("Failed", line.failed_at), ("Tries", line.tries)]
    return _form(request, form, "Work that failed", [*rows, ("Kind of fault", line.why)])


class EmailForm(KitForm):
    reveals = {"what": {ASIDE: ["how"]}}
    what = fields.Radios(
        "What do you want to do?",
        [(AGAIN, "Send it again"), (ASIDE, "Say how they were told instead")],
        missing="Choose what you want to do",
    )
    how = fields.Text(
        "How were they told?", hint="For example: by phone", longest=300, missing="Enter how they were told"
    )


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def undelivered(request: PageRequest, email: UUID) -> HttpResponse:
    """One e-mail that did not arrive: each try, and what is done about it. One to be printed shows its words."""
    found = Email.objects.filter(pk=email).first()
    if found is None or not request.actor.can(Permission.ADMINISTER_SYSTEM, PLATFORM):
        raise Http404
    form = EmailForm(request.POST or None)
    if found.state == Email.State.TO_PRINT:
        form.fields["what"].offer([(ASIDE, "I have printed it and passed it on")])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        try:
            if told["what"] == AGAIN:
                correspondence.send_again(request.actor, PLATFORM, email=found, at=request.at)
            else:
                correspondence.tell_otherwise(request.actor, PLATFORM, email=found, how=told["how"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = "It is being sent again." if told["what"] == AGAIN else "It has been recorded how they were told."
            return done(request, "oversight:background", said=said)
    rows = [("To", found.recipient), ("About", found.subject), ("State", found.get_state_display())]
    to_print = found.body if found.state == Email.State.TO_PRINT else ""
    return _form(request, form, "An email that did not arrive", rows, letters.tries_of(found), to_print)


def _form(
    request: PageRequest,
    form: KitForm,
    title: str,
    rows: list[tuple[str, Any]],
    tries: list[Any] | None = None,
    to_print: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "rows": rows, "tries": tries or [], "to_print": to_print}
    return render(request, "oversight/background_form.html", context | {"back": reverse("oversight:background")})
