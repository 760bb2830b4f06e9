"""Refer a family, and follow what came of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.language.schema import ContactWords
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Column, List
from fingerpost.pages.kit.once import once
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
    """Asks, shows the answers to be looked over, and sends: three faces of one form, which carries all its answers along."""
    step = request.POST.get("step", "")
    children = _how_many(request, step)
    held = rules(request.actor.service, timezone.localdate(request.at))
    asking = step in ("", "add", "change")
    answers = request.POST if request.method == "POST" else None
    initial = _known_of(request)
    form = ReferralForm(answers, children=children, held=held, today=held.on, initial=initial)
    context = {"form": form, "children": children, "most": MOST_CHILDREN}
    if asking:
        again = ReferralForm(children=children, held=held, today=held.on, initial=_typed(form) if answers else initial)
        return render(request, "partners/refer.html", context | {"form": again})
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
            return done(request, "partners:sent", made.ref)
    if form.is_valid():
        return render(request, "partners/check.html", context)
    return render(request, "partners/refer.html", context)


def _known_of(request: PageRequest) -> dict[str, str]:
    """What need not be asked: who refers, how to reach them, and their school."""
    user: Any = request.user
    known = {"referrer_name": request.actor.name, "referrer_contact": user.email}
    works_at = user.organisation
    if works_at is not None and works_at.kind == "school":
        school = School.objects.filter(name=works_at.name).first()
        known |= {"source": "school", "school": school.code if school else ""}
    return known


def _how_many(request: PageRequest, step: str) -> int:
    asked = request.POST.get("children", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else 1
    return max(1, min(MOST_CHILDREN, number + (step == "add")))


def _typed(form: ReferralForm) -> dict[str, object]:
    """What was typed so far, unjudged, to be shown again."""
    return {name: form[name].data for name in form.fields}


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
