"""Policies as every member of staff meets them: to be read, and acknowledged once for each version."""

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
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render


@page(allow=Permission.RECORD_CONTACT)
def policies(request: PageRequest) -> HttpResponse:
    rows = queries.mine(request.actor, request.actor.service, timezone.localdate(request.at))
    return render(request, "practice/policies.html", {"rows": rows})


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
