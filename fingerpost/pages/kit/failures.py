"""What is shown when something fails on our side: in words, with what became of what was sent."""

import errno
import sys
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = "53100"  # PostgreSQL's word for a full disk
INSUFFICIENT_STORAGE = 507


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours. A full disk has one of its own: nobody can mend that by trying again."""
    fault = sys.exc_info()[1]
    if fault is not None and any(is_full(one) for one in _causes(fault)):
        return render(request, "507.html", status=INSUFFICIENT_STORAGE)
    return render(request, "500.html", status=500)


def is_full(fault: BaseException) -> bool:
    """Whether the disk is full, that of the files or that of the database."""
    return (isinstance(fault, OSError) and fault.errno in FULL) or getattr(fault, "sqlstate", None) == NO_ROOM


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        yield one
        seen.add(id(one))
        one = one.__cause__ or one.__context__
