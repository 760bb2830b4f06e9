"""Sessions: added, called off, and what happened at them: a register of thirty or a drop-in, saved in one request."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.commands.dropping_in import SOURCE
from fingerpost.work.groups.models import Session
from fingerpost.work.groups.queries import RegisterLine

CAME, AWAY = "came", "away"
ANSWERS = {CAME: True, AWAY: False}


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def session_page(request: PageRequest, ref: str, session: UUID) -> HttpResponse:
    """The register of a course; for a drop-in, what happened."""
    found = groups.session_or_404(request, ref, session)
    if found.run.programme.is_drop_in:
        return _drop_in(request, found)
    return _register(request, found)


class RegisterForm(KitForm):
    """Each person is a field `p-<id>` that the page draws itself; here is what the rest of the page asks."""

    keep = "register"
    rest = fields.Radios(
        "Those you did not mark",
        [("", "Leave them unmarked"), (AWAY, "They did not come"), (CAME, "They came")],
        required=False,
    )


def _register(request: PageRequest, session: Session) -> HttpResponse:
    lines = queries.register_of(request.actor, session)
    request.saw("person", *[line.person.pk for line in lines])
    form = RegisterForm(request.POST or None, initial={"rest": ""})
    if form.is_valid():
        present = _marked(request.POST, lines, form.cleaned_data["rest"])
        try:
            commands.mark(request.actor, session, present=present, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            came = sum(present.values())
            said = f"The register has been saved: {came} came, {len(present) - came} did not."
            return done(request, "practice:run", session.run.ref, said=said)
    shown = [(line, _shown(request.POST, line)) for line in lines]
    context = {
        "session": session,
        "run": session.run,
        "lines": shown,
        "form": form,
        "to_come": session.starts_at > request.at,
        "may_raise": request.actor.can(Permission.RAISE_CONCERN, session),
    }
    return render(request, "practice/group_register.html", context)


def _marked(posted: QueryDict, lines: list[RegisterLine], rest: str) -> dict[UUID, bool]:
    """Whether each person came, of those marked now or before, or counted with the rest."""
    found = {}
    for line in lines:
        answer = ANSWERS.get(posted.get(f"p-{line.person.pk}", ""), line.is_present)
        if answer is None:
            answer = ANSWERS.get(rest)
        if answer is not None:
            found[line.person.pk] = answer
    return found


def _shown(posted: QueryDict, line: RegisterLine) -> str:
    """What is chosen for a person: as posted, or else as marked."""
    marked = {True: CAME, False: AWAY, None: ""}[line.is_present]
    return str(posted.get(f"p-{line.person.pk}", marked))


class DropInForm(KitForm):
    """How many came and how it went. Who came by name, and where they were pointed, the page draws itself."""

    keep = "drop_in"
    headcount = fields.Number(
        "How many people came?",
        hint="Everybody, named or not",
        missing="Enter how many people came",
        least=0,
        most=999,
        width=3,
    )
    peer_support = fields.YesNo("Did parents help one another?", missing="Say whether parents helped one another")
    peer_support_note = fields.LongText(
        "How?", required=False, rows=2, longest=1000, missing="Enter how they helped one another"
    )


def _drop_in(request: PageRequest, session: Session) -> HttpResponse:
    lines = queries.register_of(request.actor, session)
    request.saw("person", *[line.person.pk for line in lines])
    entries = list(directory.entries(session.run.service, area=session.run.area_id))
    standing = {one.entry_id: one.people for one in directory.signposted(SOURCE, [session.pk])}
    form = DropInForm(request.POST or None, initial=_as_recorded(session))
    if form.is_valid():
        try:
            commands.record_drop_in(
                request.actor, session, **form.cleaned_data, **_told(request.POST, lines, entries), at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:run", session.run.ref, said="The drop-in has been recorded.")
    posted = request.POST
    context = {
        "session": session,
        "run": session.run,
        "form": form,
        "lines": [(line, f"p-{line.person.pk}" in posted if posted else bool(line.is_present)) for line in lines],
        "entries": [
            (
                entry,
                posted.get(f"to-{entry.pk}", "") if posted else (standing.get(entry.pk) or ""),
                f"info-{entry.pk}" in posted if posted else standing.get(entry.pk) == 0,
            )
            for entry in entries
        ],
        "to_come": session.starts_at > request.at,
    }
    return render(request, "practice/group_drop_in.html", context)


def _as_recorded(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in ("headcount", "peer_support", "peer_support_note")}


def _told(posted: QueryDict, lines: list[RegisterLine], entries: list[Any]) -> dict[str, Any]:
    """Who came by name and where people were pointed, as the command takes it. Raises Refused for a number that is none."""
    signposted = {}
    for entry in entries:
        typed = posted.get(f"to-{entry.pk}", "").strip()
        if typed and not typed.isdecimal():
            raise Refused(f"Enter a whole number for {entry.name}, such as 2.")
        if typed and int(typed):
            signposted[entry.pk] = min(int(typed), 10_000)
    return {
        "present": [line.person.pk for line in lines if f"p-{line.person.pk}" in posted],
        "signposted": signposted,
        "informed": [entry.pk for entry in entries if f"info-{entry.pk}" in posted],
    }


class SessionForm(KitForm):
    day = fields.Date("Which day?", missing="Enter the day")
    clock = fields.Time("What time does it begin?", missing="Enter the time at which it begins")
    minutes = fields.Number("How many minutes?", missing="Enter how many minutes it takes", least=5, most=720, width=3)


@page(allow=Permission.RUN_GROUP)
@once
def session_new(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    last = queries.sessions_of(run).last()
    usual = {"minutes": last.minutes, "clock": timezone.localtime(last.starts_at).time()} if last else {}
    form = SessionForm(request.POST or None, initial=usual)
    form.fields["day"].bounds(earliest=run.starts_on, latest=run.ends_on)  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        starts: list[datetime] = [at_time(told["day"], told["clock"])]
        try:
            commands.plan_sessions(request.actor, run, starts=starts, minutes=told["minutes"], at=request.at)
        except Refused as refusal:
            refused(form, refusal, starts="day")
        else:
            return done(request, "practice:run", ref, said="The session has been added.")
    context = {"run": run, "form": form, "title": "Add a session", "submit": "Add it"}
    return render(request, "practice/group_form.html", context)


class CancelForm(KitForm):
    reason = fields.Text("Why is it cancelled?", missing="Say why it is cancelled", longest=300)


@page(allow=Permission.RUN_GROUP)
@once
def session_cancel(request: PageRequest, ref: str, session: UUID) -> HttpResponse:
    found = groups.session_or_404(request, ref, session)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            commands.cancel_session(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(
                request, "practice:run", ref, said="The session has been cancelled. Tell those who were booked."
            )
    day: date = timezone.localdate(found.starts_at)
    title = f"Cancel the session of {day.day} {day:%B %Y}"
    context = {"run": found.run, "form": form, "title": title, "submit": "Cancel the session", "kind": "warning"}
    return render(request, "practice/group_form.html", context)
