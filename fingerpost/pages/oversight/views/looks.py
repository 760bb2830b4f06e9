"""Who looked at whose record: all of it, of one family, and what is unusual."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.models import View
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, Day, List
from fingerpost.pages.kit.shortcuts import render
from fingerpost.proof.quality import looks as log
from fingerpost.proof.quality import unusual
from fingerpost.proof.quality.looks import Look


@page(allow=Permission.GOVERN_RECORDS, shows="family")
def looks(request: PageRequest) -> HttpResponse:
    request.saw("family")
    listed = _lines(request, "looks").of(request, log.lines(request.actor))
    return listed.file or render(request, "oversight/looks.html", {"listed": listed})


@page(allow=Permission.GOVERN_RECORDS, shows="family")
def family_looks(request: PageRequest, ref: str) -> HttpResponse:
    family = log.family_to_govern(request.actor, ref)
    if family is None:
        raise Http404
    request.saw("family", family.pk)
    listed = _lines(request, f"looks at {family.ref}").of(request, log.lines_of_family(request.actor, family))
    return listed.file or render(request, "oversight/family_looks.html", {"listed": listed, "family": family})


@page(allow=Permission.GOVERN_RECORDS, shows="family")
def unusual_looks(request: PageRequest) -> HttpResponse:
    request.saw("family")
    listed = _unusual(request).of(request, unusual.unusual(request.actor, request.at))
    context = {"listed": listed, "days": unusual.DAYS, "reasons": unusual.REASONS.values()}
    return listed.file or render(request, "oversight/unusual_looks.html", context)


def _columns() -> list[Column]:
    return [
        Column("When", lambda look: look.at, sort="at"),
        Column("Who looked", lambda look: look.view.actor_name, sort="actor_name"),
        Column("At whom", lambda look: look.named, _whom),
        Column("Page", lambda look: look.page, sort="page"),
        Column("From", lambda look: look.view.address or "Not known", phone="no"),
        Column("Why", lambda look: look.view.why, phone="no"),
    ]


def _whom(look: Look) -> Any:
    """One family leads to who else looked at it; several are named."""
    if len(look.whom) == 1 and look.whom[0].family_ref:
        return link_to(look.named, "oversight:family_looks", look.whom[0].family_ref)
    return look.named


def _lines(request: PageRequest, many: str) -> List:
    return List(
        columns=_columns(),
        one="look",
        many=many,
        filters=[
            Choice("who", "Who looked", log.lookers(request.actor), lambda rows, who: rows.filter(actor_id=who)),
            Day("since", "From", lambda rows, day: rows.filter(at__date__gte=day)),
            Day("until", "To", lambda rows, day: rows.filter(at__date__lte=day)),
        ],
        search=["actor_name", "page", "why"],
        empty="Nobody has looked yet.",
        prepare=lambda views: log.told(request.actor, views),
        seen=lambda rows: _note(request, rows),
    )


def _unusual(request: PageRequest) -> List:
    reasons = Column("Why it is here", lambda look: ", ".join(unusual.REASONS[one] for one in look.reasons))
    columns = _columns()
    sortable = [
        Column("When", lambda look: look.at, sort=True),
        Column("Who looked", lambda look: look.view.actor_name, sort=True),
        columns[2],
        reasons,
        Column("Page", lambda look: look.page, sort=True, phone="no"),
        columns[4],
    ]
    return List(
        columns=sortable,
        one="unusual look",
        filters=[
            Choice(
                "reason",
                "Why it is here",
                list(unusual.REASONS.items()),
                lambda rows, reason: [row for row in rows if reason in row.reasons],
            ),
            Choice(
                "who",
                "Who looked",
                log.lookers(request.actor),
                lambda rows, who: [row for row in rows if str(row.view.actor_id) == who],
            ),
            Day("since", "From", lambda rows, day: [row for row in rows if timezone.localdate(row.at) >= day]),
        ],
        search=True,
        empty="Nothing unusual in these weeks.",
        seen=lambda rows: _note(request, rows),
    )


def _note(request: PageRequest, rows: list[Look | View]) -> None:
    """Whoever reads the log sees families too."""
    request.saw("family", *{pk for row in rows if isinstance(row, Look) for pk in row.family_ids})
