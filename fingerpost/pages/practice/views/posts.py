"""Posts: the register on any day; opened, changed, filled, left, ended."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, code_in
from fingerpost.ground.places.queries import area_named
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import short_date
from fingerpost.pages.practice.views.staff import held_today
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Holding, Post


class DayForm(KitForm):
    on = fields.Date("On which day?", required=False, missing="Enter the day")


def asked_day(request: PageRequest, today: date) -> tuple[DayForm, date]:
    """The day asked for in the address (`?on=1/10/2010`), with its form; today unless given."""
    form = DayForm(request.GET if request.GET.get("on") else None, initial={"on": today})
    day: date | None = form.cleaned_data["on"] if form.is_valid() else None
    return form, day or today


@page(allow=Permission.MANAGE_WORKFORCE)
def posts(request: PageRequest) -> HttpResponse:
    form, day = asked_day(request, timezone.localdate(request.at))
    held = rules(request.actor.service, day)
    areas = queries.areas_led(request.actor, held.service, day)
    rows = queries.posts(held.service, day).filter(queries.led_by(request.actor, held.service, post=""))
    listed = _list(_roles(held), queries.away_on(held.service, day)).of(request, rows)
    if listed.file:
        return listed.file
    context = {
        "listed": listed,
        "filled": queries.filled_on(held.service, day),
        "sees_all": areas is None,
        "form": form,
        "day": day,
        "plain": queries.plain,
    }
    return render(request, "practice/posts.html", context)


def _list(labels: dict[str, str], away: dict[UUID, Any]) -> List:
    def job(post: Post) -> str:
        return labels.get(post.role, post.role)

    def held_by(post: Any) -> Markup:
        if not post.holder_name:
            return status_tag("waiting", "Vacant")
        return with_note(post.holder_name, "Away" if post.holder_id in away else "")

    return List(
        columns=[
            Column(
                "Post", job, lambda post: link_to(job(post), "practice:post", post.pk, hidden=_area(post)), sort="role"
            ),
            Column("Area", _area, sort="area__name", phone="bare"),
            Column("Team", lambda post: post.team.name if post.team else "", sort="team__name", phone="no"),
            Column("Hours", lambda post: float(post.hours), _hours, sort="hours", phone="no"),
            Column(
                "Full time",
                lambda post: float(post.equivalents),
                lambda post: queries.plain(post.equivalents),
                numeric=True,
            ),
            Column("Held by", lambda post: post.holder_name or "Vacant", held_by, sort="holder_name"),
            Column("Since", lambda post: post.since, lambda post: short_date(post.since), sort="since", phone="no"),
            Column("Until", lambda post: post.until, lambda post: short_date(post.until) or "Open", sort="until"),
        ],
        one="post",
        filters=[
            Choice("post", "Post", labels.items(), lambda rows, role: rows.filter(role=role)),
            Choice(
                "held",
                "Held by",
                [("yes", "Somebody"), ("no", "Nobody: vacant")],
                lambda rows, chosen: rows.filter(holder_name__isnull=chosen == "no"),
            ),
        ],
        search=["holder_name", "area__name", "team__name"],
        empty="There is no post on that day.",
    )


def _area(post: Post) -> str:
    return post.area.name if post.area else "None"


def _hours(post: Post) -> str:
    return f"{queries.plain(post.hours)} of {queries.plain(post.full_time_hours)}"


def _roles(held: Rules) -> dict[str, str]:
    return {role: words.label for role, words in held.contract.workforce.establishment.items()}


def post_or_404(request: PageRequest, post: UUID) -> Post:
    """The post, if they manage it. Raises Http404."""
    try:
        return queries.post_led(request.actor, post)
    except Post.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.MANAGE_WORKFORCE)
def post(request: PageRequest, post: UUID) -> HttpResponse:
    found = post_or_404(request, post)
    today = timezone.localdate(request.at)
    holders = list(Holding.objects.filter(post=found).select_related("user").order_by("-since"))
    context = {
        "post": found,
        "label": _roles(rules(found.service, today)).get(found.role, found.role),
        "holders": holders,
        "holder": next((one for one in holders if one.until is None or one.until >= today), None),
        "before": found.follows,
        "after": Post.objects.filter(follows=found).first(),
        "today": today,
        "plain": queries.plain,
    }
    return render(request, "practice/post.html", context)


class PostForm(KitForm):
    role = fields.Choice("Which job?", missing="Choose the job")
    area = fields.Choice("Where is it based?", required=False, searchable=True, missing="Choose where it is based")
    team = fields.Choice("Which team?", missing="Choose the team")
    hours = fields.Number("Hours a week", least=0, most=99, places=1)
    full_time_hours = fields.Number("Hours a week of a full-time post", least=1, most=99, places=1)
    since = fields.Date("From which day?", missing="Enter the day the post begins")

    def offer(self, request: PageRequest, held: Rules) -> None:
        """The roles of the contract, the areas of its scheme, and the teams they lead."""
        self.fields["role"].offer(list(_roles(held).items()))  # type: ignore[attr-defined]
        areas = Area.objects.of_service(held.service, held.on)
        named = [(area.code, f"{area.name} ({held.contract.level_in_words(area.level)})") for area in areas]
        self.fields["area"].offer(named)  # type: ignore[attr-defined]
        teams = queries.teams_led(request.actor, held.service)
        self.fields["team"].offer([(str(team.pk), team.name) for team in teams])  # type: ignore[attr-defined]

    def told(self, request: PageRequest, service: str) -> dict[str, Any]:
        """The answers with area and team as records."""
        told = dict(self.cleaned_data)
        told["area"] = area_named(service, told["area"])
        told["team"] = next(one for one in queries.teams_led(request.actor, service) if str(one.pk) == told["team"])
        return told


class NewPostForm(PostForm):
    user = fields.Choice(
        "Who holds it?",
        required=False,
        searchable=True,
        hint="Leave empty for a vacant post.",
        missing="Choose who holds the post",
    )


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_new(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    usual = next(iter(held.contract.workforce.establishment.values()), None)
    hours = usual.full_time_hours if usual else None
    first = {"hours": hours, "full_time_hours": hours, "since": held.on}
    form = NewPostForm(request.POST or None, initial=first)
    form.offer(request, held)
    people = queries.may_hold_posts(held.service, request.at)
    form.fields["user"].offer([(str(one.pk), one.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.told(request, held.service)
        told["user"] = next((one for one in people if str(one.pk) == told["user"]), None)
        where = Scope.of(service=held.service, team=told["team"].pk)
        try:
            made = commands.appoint(request.actor, where, service=held.service, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:post", made.pk, said="The post has been added.")
    context = {"form": form, "title": "Add a post", "submit": "Add the post", "back": ("practice:posts", "Posts")}
    return render(request, "kit/form_page.html", context)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_change(request: PageRequest, post: UUID) -> HttpResponse:
    found = post_or_404(request, post)
    held = rules(found.service, timezone.localdate(request.at))
    now = {
        "role": found.role,
        "area": code_in(found.area_id),
        "team": str(found.team_id or ""),
        "hours": found.hours,
        "full_time_hours": found.full_time_hours,
        "since": max(held.on, found.since),
    }
    form = PostForm(request.POST or None, initial=now)
    form.offer(request, held)
    if form.is_valid():
        try:
            made = commands.change_post(request.actor, found, **form.told(request, held.service), at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:post", made.pk, said="The post has been changed.")
    lead = "Days before the change keep the post as it was. To put a mistake right, enter the post’s first day."
    return _post_form(request, found, form, "Change the post", "Save", lead)


class FillForm(KitForm):
    user = fields.Choice("Who takes it up?", searchable=True, missing="Choose who takes up the post")
    since = fields.Date("From which day?", missing="Enter the day they take up the post")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_fill(request: PageRequest, post: UUID) -> HttpResponse:
    found = post_or_404(request, post)
    people = queries.may_hold_posts(found.service, request.at)
    form = FillForm(request.POST or None, initial={"since": timezone.localdate(request.at)})
    form.fields["user"].offer([(str(one.pk), one.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        user = next(one for one in people if str(one.pk) == form.cleaned_data["user"])
        try:
            commands.fill(request.actor, found, user=user, since=form.cleaned_data["since"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:post", found.pk, said=f"{user.name} holds the post.")
    return _post_form(request, found, form, "Fill the post", "Fill the post")


class LastDayForm(KitForm):
    last_day = fields.Date("Which is the last day?", missing="Enter the last day")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_vacate(request: PageRequest, post: UUID) -> HttpResponse:
    found = post_or_404(request, post)
    form = LastDayForm(request.POST or None, initial={"last_day": timezone.localdate(request.at)})
    if form.is_valid():
        try:
            commands.vacate(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:post", found.pk, said="The post is vacant after that day.")
    lead = "The post stays and can be filled again."
    return _post_form(request, found, form, "Somebody leaves the post", "Save", lead)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_end(request: PageRequest, post: UUID) -> HttpResponse:
    found = post_or_404(request, post)
    form = LastDayForm(request.POST or None, initial={"last_day": timezone.localdate(request.at)})
    if form.is_valid():
        try:
            commands.end_post(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:post", found.pk, said="The post ends after that day.")
    lead = "Whoever holds it leaves it that day. The post cannot be filled again."
    return _post_form(request, found, form, "End the post", "End the post", lead)


def _post_form(
    request: PageRequest, found: Post, form: KitForm, title: str, submit: str, lead: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "lead": lead,
        "caption": _named(found, timezone.localdate(request.at)),
    }
    return render(request, "kit/form_page.html", {**context, "back": ("practice:post", "The post", found.pk)})


def _named(found: Post, today: date) -> str:
    label = _roles(rules(found.service, today)).get(found.role, found.role)
    return f"{label}{f', {found.area.name}' if found.area else ''}"
