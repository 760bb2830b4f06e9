"""What nearly every view ends with."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render

from fingerpost.ground.access.command import Refused

__all__ = ["done", "page_number", "plain_form", "posted_again", "refused", "render"]


def done(request: HttpRequest, to: str, *args: Any, said: str = "", **kwargs: Any) -> HttpResponseRedirect:
    """Go to a named page (or an address) and say there what was done. Drafts kept on the device are then let go."""
    if said:
        messages.success(request, said)
    response = redirect(to, *args, **kwargs)
    response.said = said[:500]  # type: ignore[attr-defined]  # kept by `once`, to say again to a second post
    return response


def plain_form(request: HttpRequest, context: dict[str, Any], *, back: str, back_text: str) -> HttpResponse:
    """A page with one form and the way back, an address. What the context may hold stands in the template."""
    return render(request, "kit/plain_form.html", {**context, "back": back, "back_text": back_text})


def page_number(request: HttpRequest) -> int:
    """The page asked for in the address; the first for anything that is no number."""
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def refused(form: BaseForm, refusal: Refused, **renamed: str) -> None:
    """Show a command's refusal at the field it names, or above the form. `renamed`: command's field name to the form's."""
    field = renamed.get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, refusal.message)


def posted_again(request: HttpRequest, **changed: object) -> QueryDict:
    """What was posted, with some answers changed: to show a form again as it was typed, over a newer version."""
    posted = request.POST.copy()
    for name, value in changed.items():
        posted[name] = str(value)
    return posted
