"""People who sign in: all of them, one of them, added, changed, invited; their access removed and given back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from markupsafe import Markup

from fingerpost.ground.access import commands
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.correcting import version_of
from fingerpost.ground.access.invitations import link_for
from fingerpost.ground.access.models import Grant, Organisation, User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.setup.changes import changes_of
from fingerpost.pages.setup.forms import PersonForm, ReasonForm
from fingerpost.pages.setup.open_work import open_work_of
from fingerpost.pages.setup.words import Names, by_person
from fingerpost.work.casework import commands as casework

CARRIED_BY_MAIL = "smtp"
STATES = {"active": "Can sign in", "invited": "No password", "gone": "No access"}


def state_of(user: User) -> str:
    """active, invited (no password yet), or gone."""
    if not user.is_active:
        return "gone"
    return "active" if user.has_usable_password() else "invited"


def person_or_404(user: UUID) -> User:
    """Somebody who is written down. Raises Http404."""
    found = User.objects.select_related("organisation").filter(pk=user).first()
    if found is None:
        raise Http404
    return found


@page(allow=Permission.ADMINISTER_SYSTEM)
def people(request: PageRequest) -> HttpResponse:
    rows = User.objects.select_related("organisation").order_by("name", "email")
    listed = _list(request).of(request, rows)
    return listed.file or render(request, "setup/people.html", {"listed": listed})


def _list(request: PageRequest) -> List:
    names = Names(localdate(request.at))
    held = Grant.objects.in_force(request.at)
    roles = sorted(
        {(role, names.role(service, role)) for role, service in held.values_list("role", "service").distinct()}
    )

    def with_roles(rows: list[Any]) -> list[Any]:
        theirs = by_person(held.filter(user__in=rows).select_related("team", "user").order_by("since", "id"))
        for row in rows:
            row.roles = [names.whole(one) for one in theirs.get(row.pk, [])]
        return rows

    def has_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
        rows = rows.filter(is_active=state != "gone")
        if state == "gone":
            return rows
        without = rows.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return without if state == "invited" else rows.exclude(pk__in=without.values("pk"))

    return List(
        columns=[
            Column("Name", lambda one: one.name, _named, sort="name"),
            Column("Email", lambda one: one.email, only="file"),
            Column("Job", lambda one: one.job_title, only="file"),
            Column("Organisation", lambda one: str(one.organisation or ""), _organisation, sort="organisation__name"),
            Column("Roles", lambda one: "; ".join(one.roles), _roles),
            Column("Last signed in", lambda one: one.last_login, sort="last_login", phone="no"),
            Column("State", lambda one: STATES[state_of(one)], _state),
        ],
        one="person",
        many="people",
        filters=[
            Choice(
                "role",
                "Role",
                [*dict(roles).items(), ("none", "No role")],
                lambda rows, role: (
                    rows.exclude(pk__in=held.values("user"))
                    if role == "none"
                    else rows.filter(pk__in=held.filter(role=role).values("user"))
                ),
            ),
            Choice(
                "organisation",
                "Organisation",
                [(str(pk), name) for pk, name in Organisation.objects.order_by("name").values_list("pk", "name")],
                lambda rows, chosen: rows.filter(organisation=chosen),
            ),
            Choice("state", "State", STATES.items(), has_state),
        ],
        search=["name", "email", "job_title"],
        empty="Nobody is written down yet.",
        prepare=with_roles,
    )


def _named(one: User) -> Markup:
    return with_note(link_to(one.name, "setup:person", one.pk), one.email)


def _organisation(one: User) -> Markup:
    return with_note(str(one.organisation or ""), one.job_title)


def _roles(one: Any) -> Markup:
    return Markup("<br>").join(one.roles) if one.roles else Markup('<span class="app-quiet">None</span>')


def _state(one: User) -> Markup:
    state = state_of(one)
    return status_tag({"active": "open", "invited": "waiting", "gone": "closed"}[state], STATES[state])


@page(allow=Permission.ADMINISTER_SYSTEM)
def person(request: PageRequest, user: UUID) -> HttpResponse:
    found = person_or_404(user)
    names = Names(localdate(request.at))
    held = Grant.objects.in_force(request.at).filter(user=found).select_related("team", "user").order_by("since", "id")
    context = {
        "who": found,
        "state": state_of(found),
        "states": STATES,
        "grants": list(held),
        "names": names,
        "changes": changes_of(found, names),
        "is_me": found.pk == request.actor.id,
    }
    return render(request, "setup/person.html", context)


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def person_new(request: PageRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    form.offer()
    if form.is_valid():
        try:
            made = commands.add_user(request.actor, PLATFORM, **form.told(), at=request.at)
            _send_link(request, made)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:person_link", made.pk, said=f"{made.name} has been added.")
    context = {"form": form, "title": "Add a person", "submit": "Add and invite", "back": ("setup:people", "People")}
    return render(request, "kit/form_page.html", context | {"lead": "They get a link, and choose their own password."})


def _send_link(request: PageRequest, user: User) -> str:
    return commands.invite(request.actor, PLATFORM, user=user, address=request.build_absolute_uri("/"), at=request.at)


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def person_link(request: PageRequest, user: UUID) -> HttpResponse:
    """What came of the invitation. Where no mail server is named the link stands here; posted, a new one is made."""
    found = person_or_404(user)
    if request.method == "POST":
        _send_link(request, found)
        return done(request, "setup:person_link", found.pk, said=f"A new link has been made for {found.name}.")
    by_mail = settings.EMAIL_CARRIER == CARRIED_BY_MAIL
    waits = state_of(found) == "invited"
    link = ""
    if waits and not by_mail:
        link = link_for(found, request.build_absolute_uri("/"))
    return render(request, "setup/person_link.html", {"who": found, "link": link, "by_mail": by_mail, "waits": waits})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def person_change(request: PageRequest, user: UUID) -> HttpResponse:
    found = person_or_404(user)
    now = {
        "name": found.name,
        "email": found.email,
        "job_title": found.job_title,
        "organisation": str(found.organisation_id or ""),
        "read": version_of(found),
    }
    form = PersonForm(request.POST or None, initial=now)
    form.offer()
    if form.is_valid():
        try:
            read = form.cleaned_data["read"] or None
            commands.change_user(request.actor, PLATFORM, user=found, **form.told(), read=read, at=request.at)
        except ChangedMeanwhile as meanwhile:
            form.add_error(None, meanwhile.message)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:person", found.pk, said="The changes have been saved.")
    context = {"form": form, "title": f"Change {found.name}", "submit": "Save"}
    return render(request, "kit/form_page.html", context | {"back": ("setup:person", found.name, found.pk)})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def person_remove(request: PageRequest, user: UUID) -> HttpResponse:
    """First what they still hold, then why. Their cases are asked to be given to somebody else."""
    found = person_or_404(user)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            commands.remove_access(request.actor, PLATFORM, user=found, reason=reason, at=request.at)
            casework.ask_for_another_worker(request.actor, PLATFORM, worker=found, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:person", found.pk, said=f"{found.name} can sign in no more.")
    return render(
        request,
        "setup/person_remove.html",
        {"form": form, "who": found, "held": open_work_of(found, localdate(request.at), request.at)},
    )


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def person_restore(request: PageRequest, user: UUID) -> HttpResponse:
    found = person_or_404(user)
    if request.method == "POST":
        commands.restore_access(request.actor, PLATFORM, user=found, at=request.at)
        said = f"{found.name} can sign in again. Give them their roles anew."
        return done(request, "setup:person", found.pk, said=said)
    return done(request, "setup:person", found.pk)
