"""What is searched for within a list: posted and kept in the session, so that no name ever stands in an address or a log."""

import secrets
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from fingerpost.ground.access.page import PageRequest, page

KEPT = "searched_within"
MOST_KEPT, LONGEST = 20, 200


def words_of(request: HttpRequest, key: str) -> str:
    """The words behind the key of an address; empty for one of another person, or of a session that is over."""
    session = getattr(request, "session", None)
    return str(session.get(KEPT, {}).get(key, "")) if session is not None and key else ""


@page(allow=None)
def within(request: PageRequest) -> HttpResponse:
    """Keeps the words and goes back to the list, which finds them by the key in its address."""
    back = request.POST.get("back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    sought = " ".join(request.POST.get("words", "").split())[:LONGEST]
    name = request.POST.get("name", "within")
    path, _, query = back.partition("?")
    kept = [(key, value) for key, value in parse_qsl(query) if key != name]
    if sought:
        key = secrets.token_hex(4)
        searches = {**request.session.get(KEPT, {}), key: sought}
        request.session[KEPT] = dict(list(searches.items())[-MOST_KEPT:])
        kept.append((name, key))
    return HttpResponseRedirect(f"{path}?{urlencode(kept)}" if kept else path)
