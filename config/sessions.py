"""A session ends after half an hour without a click, and after twelve hours whatever happens. Signed out, a browser forgets us."""

from collections.abc import Callable
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fingerpost.ground.access.sessions import note

BEGAN, SEEN = "began", "seen"
SIGN_OUT = "account_logout"
# Cookies are left to the server: told so, a browser would also forget those of other systems of the same council.
FORGET_US = '"cache", "storage"'
SAVED_AT_MOST_EVERY = 60  # seconds: a page costs no write, a busy minute one


def limit_sessions(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _mark(request)
        response = get_response(request)
        met = request.resolver_match
        if request.method == "POST" and met and met.url_name == SIGN_OUT:
            response["Clear-Site-Data"] = FORGET_US
        return response

    return middleware


def _mark(request: HttpRequest) -> None:
    session, now = request.session, int(time())
    if max(session.get(BEGAN, now), session.get(SEEN, now)) > now + SAVED_AT_MOST_EVERY:
        session[BEGAN] = session[SEEN] = now  # the clock went back: what was counted from then on counts from now
    if now - session.get(BEGAN, now) > settings.SESSION_LONGEST:
        session.flush()
    elif now - session.get(SEEN, 0) >= SAVED_AT_MOST_EVERY and not session.is_empty():
        session.setdefault(BEGAN, now)
        session[SEEN] = now
        note(request)
