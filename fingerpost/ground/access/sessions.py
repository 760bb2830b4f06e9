"""Where somebody is signed in, and how that is ended. What the database keeps is the package's; who may end what is ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from fingerpost.ground.access.devices import device
from fingerpost.ground.access.models import User

LONGEST_AGENT = 200


@dataclass(frozen=True)
class SignedIn:
    """One place where somebody is signed in. `is_here` for the one that asks."""

    number: int
    user: User
    device: str
    address: str
    since: datetime
    last_seen: datetime
    is_here: bool


def signed_in(request: HttpRequest, users: Iterable[UUID] | None = None) -> list[SignedIn]:
    """Where these people are signed in now, or everybody, the latest seen first. Two queries."""
    rows = UserSession.objects.select_related("user").order_by("-last_seen_at", "pk")
    rows = rows if users is None else rows.filter(user__in=list(users))
    found = list(rows)
    keys = [row.session_key for row in found]
    live = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [
        SignedIn(
            row.pk,
            row.user,
            device(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == request.session.session_key,
        )
        for row in found
        if row.session_key in live
    ]


def note(request: HttpRequest) -> None:
    """Write down that this session was used, from where and with what. Two queries; asked once a minute."""
    key, address = request.session.session_key, request.META.get("REMOTE_ADDR")
    if not key or not address or not request.user.is_authenticated:
        return
    seen = {
        "user": request.user,
        "ip": address,
        "user_agent": request.headers.get("User-Agent", "")[:LONGEST_AGENT],
        "last_seen_at": timezone.now(),
    }
    UserSession.objects.update_or_create(session_key=key, defaults=seen)


def end(user: User, numbers: Iterable[int] | None = None, *, but: str = "") -> int:
    """End these sessions of the user, or all of theirs `but` the one of this key. Returns how many were ended."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    rows = rows if numbers is None else rows.filter(pk__in=list(numbers))
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def end_others(request: HttpRequest, user: User, **_: object) -> None:
    """A new password ends every session but the one in which it was chosen."""
    session = getattr(request, "session", None)
    is_theirs = session is not None and getattr(request, "user", None) == user
    end(user, but=(session.session_key or "") if session is not None and is_theirs else "")
