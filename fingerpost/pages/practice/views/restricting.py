"""Who may see a family: restricted by the safeguarding lead with a reason, the names changed, laid open again."""

from typing import Any

from django.http import HttpResponse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_of_service
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families.models import Family, Restriction
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import restricting
from fingerpost.work.safeguarding.told import leads_of


class NamesForm(KitForm):
    named = fields.Checkboxes(
        "Who may still see this family?",
        hint="You always see it. Choose those who work with it",
        required=False,
        missing="Choose who may still see this family",
    )


class RestrictForm(KitForm):
    reason = fields.LongText("Why?", rows=4, longest=2000, missing="Enter why the family is restricted")
    named = fields.Checkboxes(
        "Who may still see this family?",
        hint="You always see it. Choose those who work with it",
        required=False,
        missing="Choose who may still see this family",
    )
    alias = fields.Text("Another name", hint="It takes the place of the family’s name", required=False, longest=160)
    protects_address = fields.Confirm("Hide from them, too, where the family lives", required=False)
    says_exists = fields.Confirm(
        "Tell others who look for them to ask you",
        hint="As a rule they are told nothing. With this they learn that there is a record",
        required=False,
    )


@page(allow=Permission.DECIDE_CONCERN, shows="family")
@once
def family_restrict(request: PageRequest, ref: str) -> HttpResponse:
    family = family_or_404(request, ref)
    standing = restricting.restriction_of(request.actor, family)
    people = _could_see(request)
    form = _names(request, family, standing, people) if standing else _new(request, family, people)
    if form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        told["named"] = [user for user in people if str(user.pk) in told["named"]]
        try:
            if standing and request.POST.get("reason"):
                raise Refused("This family is restricted already. Below you can change who may see it.")
            if standing:
                restricting.name(request.actor, family, **told, at=request.at)
            else:
                restricting.restrict(request.actor, family, service=request.actor.service, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = "It has been changed who may see them." if standing else "The family is restricted."
            return done(request, "practice:family", ref, said=said)
    title = "Change who may see this family" if standing else "Restrict this family"
    context = {"family": family, "form": form, "title": title, "submit": "Save" if standing else "Restrict"}
    return render(request, "practice/family_restrict.html", context | {"standing": standing})


def _new(request: PageRequest, family: Family, people: list[User]) -> KitForm:
    """The whole form; whoever works with the family now is ticked already."""
    works = Case.objects.filter(family=family, closed_at=None).values_list("worker_id", flat=True)
    form = RestrictForm(request.POST or None, initial={"named": [str(one) for one in works if one]})
    return _offered(form, people)


def _names(request: PageRequest, family: Family, standing: Restriction, people: list[User]) -> KitForm:
    given = request.POST if request.method == "POST" else None
    return _offered(NamesForm(given, initial={"named": [str(one) for one in standing.named]}), people)


def _offered(form: KitForm, people: list[User]) -> KitForm:
    form.fields["named"].offer([(str(user.pk), _called(user)) for user in people])  # type: ignore[attr-defined]
    return form


def _called(user: User) -> str:
    return f"{user.name}, {user.job_title}" if user.job_title else user.name


def _could_see(request: PageRequest) -> list[User]:
    """Those of the service who work with families, the leads left out: they see it anyway."""
    leads = {lead.pk for lead in leads_of(request.actor.service, request.at)}
    found = people_of_service(Permission.RECORD_CONTACT, request.actor.service, request.at)
    return [user for user in found if user.pk not in leads]


class LiftForm(KitForm):
    reason = fields.LongText(
        "Why may others see this family again?",
        rows=4,
        longest=2000,
        missing="Enter why others may see this family again",
    )


@page(allow=Permission.DECIDE_CONCERN, shows="family")
@once
def family_lift(request: PageRequest, ref: str) -> HttpResponse:
    family = family_or_404(request, ref)
    form = LiftForm(request.POST or None)
    if form.is_valid():
        try:
            restricting.lift(request.actor, family, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family", ref, said="The family may be seen again.")
    context = {"family": family, "form": form, "title": "Lift the restriction", "submit": "Lift it"}
    standing = restricting.restriction_of(request.actor, family)
    return render(request, "practice/family_restrict.html", context | {"standing": standing})
