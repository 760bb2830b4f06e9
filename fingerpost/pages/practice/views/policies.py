"""Policies as every member of staff meets them: to be read, and acknowledged once for each version."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.requirements import commands, queries
from fingerpost.agreements.requirements.models import PolicyIssue
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import date as date_in_words


@page(allow=Permission.RECORD_CONTACT)
def policies(request: PageRequest) -> HttpResponse:
    rows = queries.mine(request.actor, request.actor.service, timezone.localdate(request.at))
    listed = LIST.of(request, rows)
    return listed.file or render(request, "practice/policies.html", {"listed": listed})


def _read(row: Any) -> str:
    return f"Read {date_in_words(row.acknowledged.acknowledged_at)}" if row.acknowledged else "To read"


LIST = List(
    columns=[
        Column(
            "Policy",
            lambda row: row.issue.policy.title,
            lambda row: link_to(row.issue.policy.title, "practice:policy", row.issue.pk),
            sort=True,
        ),
        Column("Version", lambda row: row.issue.version),
        Column("Issued", lambda row: row.issue.issued_on, sort=True),
        Column(
            "You",
            _read,
            lambda row: _read(row) if row.acknowledged else status_tag("due", "To read"),
            sort=True,
            phone="bare",
        ),
    ],
    one="policy",
    many="policies",
    search=True,
    empty="There is no policy to read.",
)


class ReadForm(KitForm):
    read = fields.Confirm("I have read this and will work by it", missing="Tick the box once you have read it")


@page(allow=Permission.RECORD_CONTACT)
@once
def policy(request: PageRequest, issue: UUID) -> HttpResponse:
    today = timezone.localdate(request.at)
    rows = {one.issue.pk: one for one in queries.mine(request.actor, request.actor.service, today)}
    found = rows.get(issue)
    if found is None:
        raise Http404
    form = ReadForm(request.POST or None)
    if form.is_valid():
        try:
            commands.acknowledge(request.actor, _where_i_work(request), issue=found.issue, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:policies", said=f"You have read {found.issue.policy.title}.")
    context = {"row": found, "issue": found.issue, "paragraphs": _paragraphs(found.issue), "form": form}
    return render(request, "practice/policy.html", context)


def _where_i_work(request: PageRequest) -> Scope:
    return Scope(request.actor.keys(Permission.RECORD_CONTACT))


def _paragraphs(issue: PolicyIssue) -> list[str]:
    return [part.strip() for part in issue.text.split("\n\n") if part.strip()]
