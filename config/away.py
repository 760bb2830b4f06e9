"""What people read while the database does not answer: nothing of theirs is lost, and they may send it again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

from fingerpost.pages.kit.failures import server_error

LOOK_AGAIN_AFTER = 10  # seconds
# Connection failures, and a server that is being stopped, has crashed, or is not ready yet.
GONE = ("08", "57P01", "57P02", "57P03")


def is_away(fault: BaseException | None) -> bool:
    """Whether the database could not be reached, rather than refused what was asked of it."""
    if isinstance(fault, InterfaceError):
        return True
    if not isinstance(fault, OperationalError):
        return False
    state = getattr(fault.__cause__, "sqlstate", None)
    return state is None or state.startswith(GONE)


def said_in_plain_words(request: HttpRequest) -> HttpResponse:
    """The page of a fault: 503 with what was typed while the database is away, else 500. Asks the database nothing."""
    if not is_away(sys.exc_info()[1]):
        return server_error(request)
    page = loader.get_template("503.html").render({"typed": _typed(request), "address": request.get_full_path()})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"], answer["Cache-Control"] = str(LOOK_AGAIN_AFTER), "no-store"
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be sent again as it was; nothing of a form with a password or a file."""
    if request.method != "POST" or request.FILES or any("password" in name for name in request.POST):
        return []
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]
