"""Staying signed in. The page's script asks here when its reader says that they are still there."""

import base64
import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from fingerpost.ground.access.page import PageRequest, page


@page(allow=None)
def stay(request: PageRequest) -> HttpResponse:
    """Nothing to show: 204 while the session lasts; whoever is signed out already is sent to sign in."""
    request.session.modified = True
    return HttpResponse(status=204)


def watched(request: HttpRequest | None) -> dict[str, Any]:
    """What the page's script needs of the session: {"person", "key", "minutes", "stay"}; empty when nobody is signed in.

    `person` is a keyed hash, so that a draft kept on a shared device can be told from another person's. `key` enciphers it: it
    comes with pages of this person alone, the same after signing in again, and the browser stores it nowhere.
    """
    user = getattr(request, "user", None) if request else None
    if user is None or not user.is_authenticated:
        return {}
    person = hashlib.blake2s(str(user.pk).encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=8).hexdigest()
    secret = f"drafts {settings.SECRET_KEY}".encode()
    key = base64.b64encode(hmac.digest(secret, str(user.pk).encode(), "sha256")).decode()
    return {"person": person, "key": key, "minutes": settings.SESSION_COOKIE_AGE // 60, "stay": reverse("kit:stay")}
