"""`@page`: the twin of `@command` for views. Who may open it, whom it shows, and the log of that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.timezone import localdate

from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.titles import job_of
from fingerpost.ground.history.models import View
from fingerpost.ground.history.sight import NOTHING, seeing

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """The request as a page receives it: who asks, and what time it is in their service."""

    actor: Actor
    at: datetime
    seen: dict[str, set[UUID]]
    why_seen: str

    def saw(self, kind: str, *ids: UUID, why: str = "") -> None:  # pragma: no cover - replaced by `_prepare`
        """Note that this page shows these people or families; `page` writes it to the access log."""
        raise NotImplementedError


@dataclass(frozen=True)
class PageSpec:
    """What the wall knows of a page. `allow` None means that anybody may open it, signed in or not."""

    name: str
    allow: Permission | None
    signed_in: bool
    shows: str | None


def nobody_seen_outside_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first: whatever answers a request without being a `page` meets no row about anybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with seeing(NOTHING):
            return get_response(request)

    return middleware


View_ = Callable[Concatenate[PageRequest, P], HttpResponse]
ANYBODY = None


def page(
    *, allow: Permission | None, signed_in: bool = True, shows: str | None = None
) -> Callable[[View_[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Make a function a view.

    `allow`: the permission its visitor must hold somewhere (which rows they then meet is the query's to say); None for a page
    without one, open to all where `signed_in=False`. `shows`: the kind of record about people on it; such a page must call
    `request.saw(kind, *ids)`, and every sight is logged.
    """

    def decorate(function: View_[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        spec = PageSpec(
            f"{function.__module__.removeprefix('fingerpost.pages.')}.{function.__name__}", allow, signed_in, shows
        )

        @wraps(function)
        def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if signed_in and not request.user.is_authenticated:
                return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")
            asked = _prepare(request)
            if allow is not None and not asked.actor.has(allow):
                raise PermissionDenied(f"needs {allow}")
            try:
                with seeing(asked.actor.sight):
                    response = function(asked, *args, **kwargs)
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal
            except Refused as refusal:
                # What no form caught, such as a service without a contract on the day: said in plain words, never a 500.
                return render(request, "refused.html", {"message": refusal.message}, status=409)
            _log(asked, spec, response)
            if signed_in:
                add_never_cache_headers(response)
            return response

        view.page_spec = spec  # type: ignore[attr-defined]
        return view

    return decorate


NOBODY = Actor(None, "Nobody")
NOBODYS_ID = UUID(int=0)


def _prepare(request: HttpRequest) -> PageRequest:
    asked: Any = request
    asked.actor = Actor.of(request.user) if request.user.is_authenticated else NOBODY  # type: ignore[arg-type]
    asked.at = clock.now(asked.actor.service)
    known = request.user.is_authenticated
    asked.role_label = job_of(request.user, asked.actor) if known else ""  # type: ignore[arg-type]
    asked.seen, asked.why_seen = {}, ""

    def saw(kind: str, *ids: UUID, why: str = "") -> None:
        asked.seen.setdefault(kind, set()).update(ids)
        asked.why_seen = why or asked.why_seen

    asked.saw = saw
    if settings.DEMONSTRATION:
        asked.demonstration = {"today": localdate(asked.at), "switch_url": reverse("demo:people")}
    prepared: PageRequest = asked
    return prepared


def _log(request: PageRequest, spec: PageSpec, response: HttpResponse) -> None:
    if spec.shows and response.status_code == 200 and spec.shows not in request.seen:
        raise RuntimeError(f"{spec.name} shows a {spec.shows} and did not say which")
    rows = [
        View(
            at=request.at,
            actor_id=request.actor.id or NOBODYS_ID,
            actor_name=request.actor.name,
            page=spec.name,
            address=request.META.get("REMOTE_ADDR") or None,
            subject_kind=kind,
            subject_ids=sorted(ids),
            why=request.why_seen,
        )
        for kind, ids in request.seen.items()
        if ids
    ]
    for row in rows:
        row.save(force_insert=True)
