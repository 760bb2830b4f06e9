"""Safeguarding concerns: raised from any record, followed by those who may know, decided by the safeguarding lead."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_of_service
from fingerpost.ground.tasks.queries import worklist
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.changed import compared
from fingerpost.pages.practice.corrections import Retraction, Subject
from fingerpost.pages.practice.lists import where_about
from fingerpost.pages.practice.views.taking_back import asked
from fingerpost.people.families.queries import members_of
from fingerpost.work.safeguarding import commands, queries
from fingerpost.work.safeguarding.models import Concern
from fingerpost.work.safeguarding.sources import Source, find_source
from fingerpost.work.safeguarding.told import leads_of

MOST_LISTED = 5000


@page(allow=Permission.RAISE_CONCERN, shows="family")
def concerns(request: PageRequest) -> HttpResponse:
    service = request.actor.service
    request.saw("family")
    waiting = queries.listed(request.actor, service, is_open=True, limit=MOST_LISTED)
    ended = queries.listed(request.actor, service, is_open=False, limit=MOST_LISTED)
    listed = _list(request, queries.overdue(waiting, request.at)).of(request, [*waiting, *ended])
    if listed.file:
        return listed.file
    is_lead = request.actor.has(Permission.DECIDE_CONCERN)
    items = [item for item in worklist(request.actor, request.at) if item.ref.startswith("S-")] if is_lead else []
    context = {"listed": listed, "items": items, "is_lead": is_lead, "where_about": where_about}
    return render(request, "practice/concerns.html", context)


def _list(request: PageRequest, late: set[UUID]) -> List:
    def status(one: Concern) -> tuple[str, str]:
        return _status(one, is_late=one.pk in late)

    def saw(shown: list[Concern]) -> None:
        request.saw("concern", *[one.pk for one in shown])
        request.saw("family", *[one.family_id for one in shown if one.family_id])

    return List(
        columns=[
            Column(
                "Concern", lambda one: one.ref, lambda one: link_to(one.ref, "practice:concern", one.ref), sort=True
            ),
            Column("About", lambda one: one.family.name if one.family else one.about, sort=True, phone="bare"),
            Column("Raised", lambda one: one.raised_at, sort=True),
            Column("By", lambda one: one.raised_by.name if one.raised_by else "", sort=True, phone="no"),
            Column("Decision", lambda one: one.get_decision_display(), sort=True, phone="no"),
            Column("Status", lambda one: status(one)[1], lambda one: status_tag(*status(one)), sort=True, phone="bare"),
            Column("Closed", lambda one: one.closed_at, only="file"),
        ],
        one="concern",
        filters=[
            Choice(
                "status",
                "Status",
                [("open", "Open"), ("closed", "Closed"), ("all", "Open and closed")],
                lambda rows, chosen: [one for one in rows if chosen in ("all", "closed" if one.closed_at else "open")],
                start="open",
            )
        ],
        search=True,
        empty="No concern is open.",
        seen=saw,
    )


def _status(concern: Concern, *, is_late: bool) -> tuple[str, str]:
    """Where a concern stands: the code of its tag, and its words."""
    if concern.closed_at:
        return "closed", "Closed"
    if is_late:
        return "overdue", "No decision in time"
    if not concern.decision:
        return "waiting", "Awaiting decision"
    if concern.referred_at:
        return "open", "Referred"
    return ("due", "To be referred") if concern.decision == "refer" else ("in_progress", "Decided")


def concern_or_404(request: PageRequest, ref: str, permission: Permission = Permission.RAISE_CONCERN) -> Concern:
    """The concern if this person may know of it. Notes that they saw it. Raises Http404 as for one that is not there."""
    try:
        found = queries.get(request.actor, ref, permission)
    except Concern.DoesNotExist as absent:
        raise Http404 from absent
    _saw(request, found)
    return found


def _saw(request: PageRequest, found: Concern) -> None:
    request.saw("concern", found.pk)
    request.saw("family", *([found.family_id] if found.family_id else []))


@page(allow=Permission.RAISE_CONCERN, shows="concern")
def concern(request: PageRequest, ref: str) -> HttpResponse:
    try:
        shown = queries.concern_page(request.actor, ref)
    except Concern.DoesNotExist as absent:
        raise Http404 from absent
    _saw(request, shown.concern)
    context = {
        "page": shown,
        "concern": shown.concern,
        "may_decide": request.actor.can(Permission.DECIDE_CONCERN, shown.concern),
        "has_read": any(step.user_id == request.actor.id for step in shown.read)
        and not queries.has_to_read(request.actor, shown.told),
        "is_overdue": bool(queries.overdue([shown.concern], request.at)),
        "rows": [change for change in compared(shown.concern, {}) if change["fields"]],
        "has_lead": bool(leads_of(shown.concern.service, request.at)),
        "may_open_family": shown.concern.family is not None
        and request.actor.can(Permission.VIEW_FAMILY, shown.concern.family),
    }
    return render(request, "practice/concern.html", context)


class RaiseForm(KitForm):
    """What was seen or said, and when. It is not kept on the device: it may be lost, and others may use it."""

    about = fields.Text(
        "Who is it about?", hint="The child’s name, if you know it.", longest=200, missing="Enter who it is about"
    )
    seen = fields.LongText(
        "What did you see or hear?",
        hint="Write what was said in the same words. Keep what you think apart.",
        rows=8,
        longest=10000,
        missing="Enter what you saw or heard",
    )
    day = fields.Date("Which day was it?", missing="Enter the day it happened")
    clock = fields.Time("What time was it?", missing="Enter the time it happened")

    def know(self, children: list[str]) -> None:
        """Do not ask for a name that is known: of several children which, of one none."""
        self.children = children
        if len(children) == 1:
            del self.fields["about"]
        elif children:
            names = [(name, name) for name in children]
            self.fields["about"] = fields.Checkboxes("Which of the children is it about?", names, required=False)

    def told(self) -> dict[str, Any]:
        """The answers as the command takes them."""
        told = dict(self.cleaned_data)
        told["seen_at"] = at_time(told.pop("day"), told.pop("clock"))
        about = told.get("about", self.children)
        told["about"] = ", ".join(about)[:200] if isinstance(about, list) else about
        return told


def _now(request: PageRequest) -> dict[str, Any]:
    """Today and this minute, with which a form begins."""
    local = timezone.localtime(request.at)
    return {"day": local.date(), "clock": local.time().replace(second=0, microsecond=0)}


WILL_BE_TOLD = "The safeguarding lead has it on their list of work, and an email is on its way."


@page(allow=Permission.RAISE_CONCERN, shows="family")
@once
def concern_raise(request: PageRequest, word: str, key: str) -> HttpResponse:
    source = _source_or_404(request, word, key)
    form = RaiseForm(request.POST or None, initial=_now(request))
    form.fields["day"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if source.family is None:
        form.know([])
    else:
        form.fields["about"].required = False
        people = members_of(request.actor, [source.family])[source.family.pk]
        form.know([one.person.full_name for one in people if one.is_child])
    if form.is_valid():
        try:
            raised = commands.raise_concern(
                request.actor, source.record, service=request.actor.service, **form.told(), at=request.at
            )
        except Refused as refusal:
            refused(form, refusal, seen_at="clock")
        else:
            told = WILL_BE_TOLD if leads_of(raised.service, request.at) else ""
            return done(request, "practice:concern", raised.ref, said=f"Your concern has been kept. {told}".strip())
    words = queries.words_of(request.actor.service, request.at)
    edition = words.edition_on(timezone.localdate(request.at)) if words else None
    context = {"source": source, "word": word, "form": form, "words": words, "edition": edition}
    return render(request, "practice/concern_raise.html", context)


def _source_or_404(request: PageRequest, word: str, key: str) -> Source:
    found = find_source(request.actor, word, key)
    if found is None:
        raise Http404
    request.saw("family", *([found.family.pk] if found.family else []))
    return found


class ToldForm(KitForm):
    colleague = fields.Choice("Somebody who works here", required=False, searchable=True, blank="Nobody here")
    who = fields.Text("Or somebody else", hint="Name and job, for example: head teacher", required=False, longest=160)
    how = fields.Text(
        "How were they told?",
        hint="For example: by phone",
        required=False,
        longest=160,
        missing="Enter how they were told",
    )
    day = fields.Date("Which day was it?", missing="Enter the day they were told")
    clock = fields.Time("What time was it?", missing="Enter the time they were told")


@page(allow=Permission.RAISE_CONCERN, shows="concern")
@once
def concern_told(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref)
    people = _colleagues(request, found)
    form = ToldForm(request.POST or None, initial=_now(request))
    form.fields["colleague"].offer([(str(user.pk), user.name) for user in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        user = next((one for one in people if str(one.pk) == told["colleague"]), None)
        moment = at_time(told["day"], told["clock"])
        try:
            commands.tell(
                request.actor, found, who=told["who"], user=user, how=told["how"], told_at=moment, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal, told_at="clock")
        else:
            return done(request, "practice:concern", ref, said="It is recorded who was told.")
    lead = "A colleague whom you choose may open this concern from now on."
    return _form(request, found, form, "Record who was told", lead=lead)


def _colleagues(request: PageRequest, found: Concern) -> list[User]:
    """Those of the service who could be told: whoever may raise concerns themselves, those who know already left out."""
    could = people_of_service(Permission.RAISE_CONCERN, found.service, request.at)
    knowing = set(queries.named_on(found)) | {lead.pk for lead in leads_of(found.service, request.at)}
    return sorted((user for user in could if user.pk not in knowing), key=lambda user: user.name)


class ChecklistForm(KitForm):
    items = fields.Checkboxes("What has been done?", required=True, missing="Tick what has been done")


@page(allow=Permission.RAISE_CONCERN, shows="concern")
@once
def concern_checklist(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref)
    words = queries.words_of(found.service, found.raised_at)
    checked = queries.checked(found)
    left = {code: say for code, say in (words.checklist.items() if words else ()) if code not in checked}
    form = ChecklistForm(request.POST or None)
    form.fields["items"].offer(left.items())  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.check(request.actor, found, items=form.cleaned_data["items"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:concern", ref, said="The checklist has been kept.")
    return _form(request, found, form, "Tick off the checklist", lead=words.procedures if words else "")


class DecideForm(KitForm):
    decision = fields.Radios("What do you decide?", Concern.Decision.choices, missing="Choose what you decide")
    reason = fields.LongText("Why?", longest=5000, missing="Enter why you decide so")


@page(allow=Permission.DECIDE_CONCERN, shows="concern")
@once
def concern_decide(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref, Permission.DECIDE_CONCERN)
    form = DecideForm(request.POST or None)
    if form.is_valid():
        try:
            commands.decide(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:concern", ref, said="Your decision has been kept.")
    return _form(request, found, form, "Decide on this concern", submit="Decide")


@page(allow=Permission.DECIDE_CONCERN, shows="concern")
@once
def concern_read(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref, Permission.DECIDE_CONCERN)
    if request.method == "POST":
        commands.read(request.actor, found, at=request.at)
        return done(request, "practice:concern", ref, said="It is recorded that you read it.")
    return _form(request, found, KitForm(), "Say that you have read it", submit="I have read it")


class ReferralForm(KitForm):
    referred_to = fields.Text("Who did you tell?", longest=160, missing="Enter who you told")
    day = fields.Date("Which day was it?", missing="Enter the day of the referral")
    clock = fields.Time("What time was it?", missing="Enter the time of the referral")
    reference = fields.Text("The number they gave you", required=False, longest=80, width=20)


@page(allow=Permission.RAISE_CONCERN, shows="concern")
@once
def concern_refer(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref)
    words = queries.words_of(found.service, found.raised_at)
    form = ReferralForm(request.POST or None, initial=_now(request) | {"referred_to": words.refer_to if words else ""})
    if form.is_valid():
        told = dict(form.cleaned_data)
        told["referred_at"] = at_time(told.pop("day"), told.pop("clock"))
        try:
            commands.refer(request.actor, found, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal, referred_at="clock")
        else:
            return done(request, "practice:concern", ref, said="The referral has been recorded.")
    return _form(request, found, form, "Record the referral to social care")


class CloseForm(KitForm):
    outcome = fields.LongText("How did it end?", longest=5000, missing="Enter how it ended")


@page(allow=Permission.DECIDE_CONCERN, shows="concern")
@once
def concern_close(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref, Permission.DECIDE_CONCERN)
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            commands.close(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:concern", ref, said="The concern is closed.")
    return _form(request, found, form, "Close this concern", submit="Close")


def _find_nothing(request: PageRequest, key: UUID) -> Subject:
    raise Http404


AGAIN = (
    "Everybody who was told of the concern is told that this no longer holds. The history keeps it, with your reason."
)
DECISION = Retraction(
    _find_nothing,
    lambda row: f"Take back the decision on concern {row.ref}",
    f"The concern waits for a decision again. A referral that was made stays recorded. {AGAIN}",
    lambda request, row, reason: commands.take_back_decision(request.actor, row, reason=reason, at=request.at),
    "The decision has been taken back.",
    lambda row: row.decided_at,
)
CLOSING = replace(
    DECISION,
    title=lambda row: f"Open concern {row.ref} again",
    lead=f"For a concern that was closed by mistake. What was decided stands. {AGAIN}",
    said="The concern is open again.",
    since=lambda row: row.closed_at,
)


@page(allow=Permission.DECIDE_CONCERN, shows="concern")
@once
def concern_take_back(request: PageRequest, ref: str) -> HttpResponse:
    found = concern_or_404(request, ref, Permission.DECIDE_CONCERN)
    subject = Subject(found, found.family, (reverse("practice:concern", args=[ref]), f"Concern {ref}"))
    about = found.family.name if found.family else found.about
    return asked(request, CLOSING if found.closed_at else DECISION, subject, caption=about)


def _form(
    request: PageRequest, found: Concern, form: KitForm, title: str, *, submit: str = "Save", lead: str = ""
) -> HttpResponse:
    context = {"concern": found, "form": form, "title": title, "submit": submit, "lead": lead}
    return render(request, "practice/concern_form.html", context)
