"""Pages of a demonstration: people to sign in as, and the day each service believes it is.

They refuse wherever the environment is not marked as a demonstration, even if somebody routed them.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import clock
from fingerpost.ground.access.models import DemonstrationDay, Grant, User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.shortcuts import done, render
from fingerpost.people.correspondence.models import Email
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import token_of

ONE_DAY = timedelta(days=1)
MOST_EMAILS = 50


def only_in_a_demonstration(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@page(allow=None, signed_in=False)
@only_in_a_demonstration
def people(request: PageRequest) -> HttpResponse:
    return render(request, "demo/people.html", {"services": _people_by_service(), "feedback_links": _feedback_links()})


def _feedback_links() -> list[tuple[str, str]]:
    """A form that a parent, and one that a child, may still answer today: (who, address). Two queries."""
    found = []
    for respondent, who in Invitation.Respondent.choices:
        open_today = Invitation.objects.exclude(Exists(Response.objects.filter(invitation=OuterRef("pk"))))
        open_today = open_today.filter(respondent=respondent, token_hash__isnull=False)
        one = open_today.order_by("-expires_on", "ref").first()
        if one is not None and one.expires_on >= localdate(clock.now(one.service)):
            found.append((who, f"{reverse('say')}?k={token_of(one.pk, one.issue)}"))
    return found


def _people_by_service() -> list[dict[str, Any]]:
    """Each service with the people introduced to visitors: `{title, people: [User]}`. Two queries."""
    introduced = Grant.objects.exclude(user__introduction="").select_related("user").order_by("since", "user__name")
    titles = dict(Agreement.objects.values_list("key", "title"))
    found: dict[str, dict[Any, User]] = {}
    for grant in introduced:
        found.setdefault(grant.service, {})[grant.user_id] = grant.user
    ordered = sorted(found.items(), key=lambda one: (not one[0], one[0]))
    return [{"title": titles.get(key, "Every service"), "people": list(who.values())} for key, who in ordered]


@require_POST
@page(allow=None, signed_in=False)
@only_in_a_demonstration
def sign_in(request: PageRequest) -> HttpResponse:
    known = User.objects.exclude(introduction="")
    user = get_object_or_404(known, email=request.POST.get("email", ""))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponseRedirect("/")


@page(allow=None, signed_in=False)
@only_in_a_demonstration
def emails(request: PageRequest) -> HttpResponse:
    """What a real installation would have sent, the newest first. Nothing leaves a demonstration."""
    return render(request, "demo/emails.html", {"emails": Email.objects.order_by("-queued_at")[:MOST_EMAILS]})


class ClockForm(KitForm):
    """The day a service shall believe it is."""

    day = fields.Date("Day", hint="For example, 31/12/2010")


@page(allow=None)
@only_in_a_demonstration
def clocks(request: PageRequest) -> HttpResponse:
    service = request.actor.service
    now = DemonstrationDay.objects.filter(pk=service).values_list("day", flat=True).first()
    if now is None:
        return render(request, "demo/clock.html", {"now": None, "form": None})
    form = ClockForm(request.POST or None, initial={"day": now})
    first, last = _bounds(service, now)
    form.fields["day"].bounds(earliest=first, latest=last)  # type: ignore[attr-defined]
    if form.is_valid():
        clock.turn_to(service, form.cleaned_data["day"])
        return done(request, "demo:clock", said="The day has been changed for everybody in this service.")
    return render(request, "demo/clock.html", {"now": now, "tomorrow": now + ONE_DAY, "form": form})


def _bounds(service: str, now: date) -> tuple[date, date]:
    """A year on either side of the agreement's term. One query."""
    term = Agreement.objects.filter(key=service).values_list("starts_on", "ends_on").first() or (now, now)
    return term[0] - 365 * ONE_DAY, term[1] + 365 * ONE_DAY
