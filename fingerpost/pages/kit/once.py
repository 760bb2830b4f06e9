"""A form posted twice acts once, and both times shows the first result.

What is taken is the form's token together with what was posted, by an INSERT inside the transaction that does the work. A
second post of the same words meanwhile waits on the same key: if the first commits, it is sent where the first was sent; if
the first fails, it does the work itself. Other words in the same form (Back, write more, Save) are a post of their own, since
an answer of "saved" to them would throw them away.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from fingerpost.pages.kit.models import Posted

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)

NAME = "_once"
_signer = Signer(salt="fingerpost.pages.kit.once")


def _person(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return str(getattr(user, "pk", None) or "nobody")


def token(request: HttpRequest | None) -> str:
    """A new token for the form about to be shown to this person; signed, and no use to another."""
    return _signer.sign(f"{uuid.uuid4()}/{_person(request)}") if request else ""


def _taken_from(request: HttpRequest) -> uuid.UUID | None:
    try:
        key, person = _signer.unsign(request.POST.get(NAME, "")).split("/", 1)
    except (BadSignature, ValueError):
        return None
    return uuid.uuid5(uuid.UUID(key), _digest(request)) if person == _person(request) else None


def _digest(request: HttpRequest) -> str:
    """Of every field and file posted, in the order of the page; the tokens aside, which say nothing of what was written."""
    whole = hashlib.sha256()
    for part in _parts(request):
        # Its length before each part, or else two fields could be written so that they read as two others.
        whole.update(b"%d:" % len(part))
        whole.update(part)
    return whole.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    for name, values in request.POST.lists():
        if name not in (NAME, "csrfmiddlewaretoken"):
            yield from (word.encode(errors="surrogatepass") for word in (name, str(len(values)), *map(str, values)))
    for name, files in request.FILES.lists():
        for file in files:
            yield from (word.encode(errors="surrogatepass") for word in (name, file.name or ""))
            yield from file.chunks()
            file.seek(0)


def once(view: Callable[Concatenate[R, P], HttpResponse]) -> Callable[Concatenate[R, P], HttpResponse]:
    """Stands under `@page` on a view whose form acts. The view ends in a redirect when it has acted.

    Any other answer (the form again, with its errors) leaves the token free for the corrected form.
    """

    @wraps(view)
    def acts_once(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = _taken_from(request) if request.method == "POST" else None
        if key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            if not _take(key):
                return _answer_again(request, key)
            response = view(request, *args, **kwargs)
            if 300 <= response.status_code < 400:
                said = getattr(response, "said", "")
                Posted.objects.filter(pk=key).update(answer=response["Location"], said=said)
            else:
                Posted.objects.filter(pk=key).delete()
        return response

    acts_once.acts_once = True  # type: ignore[attr-defined]
    return acts_once


def _answer_again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    # A browser drops the first answer when a form is sent twice, and with it the message that it carried.
    posted = Posted.objects.get(pk=key)
    if posted.said:
        messages.success(request, posted.said)
    return HttpResponseRedirect(posted.answer)


def _take(key: uuid.UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kit_posted (token) VALUES (%s) ON CONFLICT DO NOTHING", [key])
        return bool(cursor.rowcount)


def forget(*, older_than: timedelta = timedelta(days=2)) -> int:
    """Remove tokens past use; how many. The schedule does it each night."""
    return Posted.objects.filter(posted_at__lt=Now() - older_than).delete()[0]
