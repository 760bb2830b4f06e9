"""What nearly every view ends with."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, render

__all__ = ["done", "render"]


def done(request: HttpRequest, to: str, *args: Any, said: str = "", **kwargs: Any) -> HttpResponseRedirect:
    """Go to a named page (or an address) and say there what was done. Drafts kept on the device are then let go."""
    if said:
        messages.success(request, said)
    response = redirect(to, *args, **kwargs)
    response.said = said[:500]  # type: ignore[attr-defined]  # kept by `once`, to say again to a second post
    return response
