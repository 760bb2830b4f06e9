"""Refer a family, and follow what came of it."""

from secrets import token_urlsafe
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.language.schema import ContactWords
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Column, List
from fingerpost.pages.kit.once import NAME, once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.statuses import tag_of
from fingerpost.pages.partners.forms import MOST_CHILDREN, ReferralForm
from fingerpost.people.schooling.models import School
from fingerpost.work.referrals import queries
from fingerpost.work.referrals.intake import refer as receive_referral
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.queries import Sent


@page(allow=Permission.MAKE_REQUEST)
@once
def refer(request: PageRequest) -> HttpResponse:
    """Asks; what was answered is kept in the session while it is looked over, so that Back and Change lose nothing."""
    step, drafts = request.POST.get("step", ""), Drafts(request)
    held = rules(request.actor.service, timezone.localdate(request.at))
    if request.method != "POST":
        return _asking(request, held, drafts, drafts.named(request.GET.get("draft", "")))
    answers = drafts.answers(request.POST.get("draft", "")) if step == "send" else None
    answers = answers or request.POST
    if step in ("", "add"):
        return redirect(f"{reverse('partners:refer')}?draft={drafts.keep(request.POST, more=step == 'add')}")
    children = _how_many(answers)
    form = ReferralForm(answers, children=children, held=held, today=held.on)
    if form.is_valid() and step == "send":
        try:
            made = receive_referral(
                request.actor,
                _own_scope(request),
                service=held.service,
                given=form.given(),
                received_at=request.at,
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            drafts.forget(request.POST.get("draft", ""))
            return done(request, "partners:sent", made.ref)
    if form.is_valid():
        return redirect(f"{reverse('partners:refer_check')}?draft={drafts.keep(answers)}")
    return _shown(request, form, children, answers.get("draft", ""))


def _asking(request: PageRequest, held: Rules, drafts: "Drafts", draft: str) -> HttpResponse:
    """The form, with what was answered so far; else with what is known of whoever refers."""
    answers = drafts.answers(draft)
    children = _how_many(answers) if answers else 1
    typed = ReferralForm(answers, children=children, held=held, today=held.on) if answers else None
    initial = {name: typed[name].data for name in typed.fields} if typed else _known_of(request)
    return _shown(request, ReferralForm(children=children, held=held, today=held.on, initial=initial), children, draft)


def _shown(request: PageRequest, form: ReferralForm, children: int, draft: str) -> HttpResponse:
    context = {"form": form, "children": children, "most": MOST_CHILDREN, "draft": draft}
    return render(request, "partners/refer.html", context)


@page(allow=Permission.MAKE_REQUEST)
def refer_check(request: PageRequest) -> HttpResponse:
    """The answers, to be looked over, each with a way to change it."""
    drafts = Drafts(request)
    draft = drafts.named(request.GET.get("draft", ""))
    answers = drafts.answers(draft)
    if answers is None:
        return redirect("partners:refer")
    held = rules(request.actor.service, timezone.localdate(request.at))
    form = ReferralForm(answers, children=_how_many(answers), held=held, today=held.on)
    if not form.is_valid():
        return redirect(f"{reverse('partners:refer')}?draft={draft}")
    sections = form.read_over(f"{reverse('partners:refer')}?draft={draft}")
    return render(request, "partners/check.html", {"sections": sections, "draft": draft})


class Drafts:
    """Referrals under way, in the session of whoever refers: the last few, gone when they are sent or the session ends."""

    KEY, MOST = "referral_drafts", 5

    def __init__(self, request: PageRequest) -> None:
        self._session = request.session
        self._kept: dict[str, dict[str, list[str]]] = dict(self._session.get(self.KEY, {}))

    def named(self, draft: str) -> str:
        """The draft's name where there is such a one; else nothing."""
        return draft if draft in self._kept else ""

    def answers(self, draft: str) -> QueryDict | None:
        """What was answered in a draft; None for one that is not there."""
        if draft not in self._kept:
            return None
        answers = QueryDict(mutable=True)
        for name, values in self._kept[draft].items():
            answers.setlist(name, values)
        return answers

    def keep(self, posted: QueryDict, *, more: bool = False) -> str:
        """Keep what was posted, under its draft's name or a new one; with `more` it asks about one child more. Returns the name."""
        draft = self.named(posted.get("draft", "")) or token_urlsafe(9)
        children = min(MOST_CHILDREN, _how_many(posted) + more)
        said = {name: values for name, values in posted.lists() if name not in LEFT_OUT}
        self._kept.pop(draft, None)
        self._kept[draft] = said | {"children": [str(children)], "draft": [draft]}
        self._session[self.KEY] = dict(list(self._kept.items())[-self.MOST :])
        return draft

    def forget(self, draft: str) -> None:
        """Let go of a draft that was sent."""
        if self._kept.pop(draft, None) is not None:
            self._session[self.KEY] = self._kept


LEFT_OUT = frozenset({"csrfmiddlewaretoken", NAME, "step"})


def _known_of(request: PageRequest) -> dict[str, str]:
    """What need not be asked: who refers, how to reach them, and their school."""
    user: Any = request.user
    known = {"referrer_name": request.actor.name, "referrer_contact": user.email}
    works_at = user.organisation
    if works_at is not None and works_at.kind == "school":
        school = School.objects.filter(name=works_at.name).first()
        known |= {"source": "school", "school": school.code if school else ""}
    return known


def _how_many(answers: QueryDict) -> int:
    """How many children the form asks about."""
    asked = answers.get("children", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else 1
    return max(1, min(MOST_CHILDREN, number))


def _own_scope(request: PageRequest) -> Scope:
    """Who refers may follow their own request."""
    users = [request.actor.id] if request.actor.id else []
    return Scope.of(service=request.actor.service, users=users)


def _mine_or_404(request: PageRequest, ref: str) -> Sent:
    for one in queries.made_by(request.actor):
        if one.ref == ref:
            _saw(request, [one])
            return one
    raise Http404


def _contact(request: PageRequest) -> ContactWords | None:
    """Whom to ring about a referral, as the contract says."""
    return rules(request.actor.service, timezone.localdate(request.at)).contract.agreement.contact


def _saw(request: PageRequest, sent: list[Sent]) -> None:
    request.saw("family", *[one.request.family_id for one in sent if one.request])


@page(allow=Permission.MAKE_REQUEST, shows="family")
def sent(request: PageRequest, ref: str) -> HttpResponse:
    return render(request, "partners/sent.html", {"asked": _mine_or_404(request, ref), "contact": _contact(request)})


@page(allow=Permission.MAKE_REQUEST, shows="family")
def my_referrals(request: PageRequest) -> HttpResponse:
    request.saw("family")
    mine = queries.made_by(request.actor, limit=MOST_REFERRED)
    listed = _list(request).of(request, [(one, _outcome_of(one)) for one in mine])
    return listed.file or render(request, "partners/my_referrals.html", {"listed": listed})


MOST_REFERRED = 2000


def _list(request: PageRequest) -> List:
    """What somebody referred. Rows are (referral, what came of it)."""

    def status(row: tuple[Sent, tuple[str, str]]) -> str:
        return tag_of(row[1][0])[0]

    return List(
        columns=[
            Column("Reference", lambda row: row[0].ref, lambda row: link_to(row[0].ref, "partners:reply", row[0].ref)),
            Column("Family", lambda row: row[0].name, sort=True, phone="bare"),
            Column("Sent", lambda row: localdate(row[0].sent_at), sort=lambda row: row[0].sent_at),
            Column("Status", status, lambda row: status_tag(row[1][0]), sort=True, phone="bare"),
            Column("What it means", lambda row: row[1][1], phone="bare"),
        ],
        one="referral",
        search=True,
        empty="You have not referred anybody yet.",
        seen=lambda rows: _saw(request, [one for one, _ in rows]),
    )


@page(allow=Permission.MAKE_REQUEST, shows="family")
def reply(request: PageRequest, ref: str) -> HttpResponse:
    """What was decided, and the letter once it was sent."""
    asked = _mine_or_404(request, ref)
    return render(
        request,
        "partners/reply.html",
        {
            "asked": asked,
            "outcome": _outcome_of(asked),
            "letter": asked.letter,
            "service": request.actor.service,
            "contact": _contact(request),
        },
    )


def _outcome_of(sent: Sent) -> tuple[str, str]:
    """What came of it, as (status, plain words) for whoever referred."""
    one = sent.outcome
    if one is None:
        return "new", "We have it and will look at it soon."
    if one.is_withdrawn:
        return "withdrawn", "Taken back."
    if one.is_opened:
        return "open", "Somebody is working with the family."
    if one.outcome == Request.Outcome.ACCEPTED:
        return "accepted", "We can help. We are choosing who will work with the family."
    if one.outcome == Request.Outcome.REFUSED:
        return "declined", one.reply or one.why_not
    if one.status:
        return one.status, f"We are {queries.in_words(one.status)}."
    return "new", "We have it and will look at it soon."
