"""The table of need: areas by absence, with the advisors each has; every version; a new one typed or from a list."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places import commands as places
from fingerpost.ground.places import need as tables
from fingerpost.ground.places.commands import NeedGiven
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import percent
from fingerpost.pages.oversight.need_picture import need_bars
from fingerpost.pages.oversight.reach import agreement_or_404, today_of
from fingerpost.work.workforce.queries import placed, plain

MOST_FAULTS = 20


@page(allow=Permission.VIEW_FIGURES)
def need(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    day = max(today_of(request, agreement), agreement.starts_on)
    wanted = request.GET.get("version", "")
    found = tables.version(service, int(wanted)) if wanted.isdecimal() else tables.in_force(service, day)
    if wanted and found is None:
        raise Http404
    held = rules(service, day)
    rows = placed(held, found) if found else []
    factors = list(dict.fromkeys(name for one in rows for name in one.row.factors))
    listed = _list(factors).of(request, rows)
    if listed.file:
        return listed.file
    context = {
        "agreement": agreement,
        "listed": listed,
        "table": found.table if found else None,
        "rows": rows,
        "flagged": [one for one in rows if one.flag],
        "versions": tables.versions(service),
        "svg": need_bars(rows),
        "plain": plain,
        "may_load": request.actor.can(Permission.MANAGE_WORKFORCE, agreement),
    }
    return render(request, "oversight/need.html", context)


def _list(factors: list[str]) -> List:
    def in_step(one: Any) -> Markup | str:
        if not one.flag:
            return "Yes"
        told = status_tag("overdue", "Too few") if one.flag == "high" else status_tag("waiting", "Too many")
        return with_note(told, one.why)

    def factor(name: str) -> Column:
        return Column(name, lambda one: one.row.factors.get(name, "Not stated"))

    return List(
        columns=[
            Column(
                "Area",
                lambda one: one.row.area.name,
                lambda one: with_note(one.row.area.name, one.row.area.parent.name if one.row.area.parent else ""),
                sort=True,
            ),
            Column("Rank", lambda one: one.row.rank, numeric=True, sort=True),
            Column(
                "Absence",
                lambda one: float(one.row.absence_rate),
                lambda one: percent(one.row.absence_rate, 2),
                numeric=True,
                sort=True,
            ),
            Column(
                "Advisors", lambda one: float(one.advisors), lambda one: plain(one.advisors), numeric=True, sort=True
            ),
            *map(factor, factors),
            Column("In step", lambda one: "No" if one.flag else "Yes", in_step, sort=True),
        ],
        one="area",
        filters=[
            Choice(
                "in-step",
                "In step",
                [("yes", "Yes"), ("no", "No")],
                lambda rows, chosen: [one for one in rows if bool(one.flag) == (chosen == "no")],
            )
        ],
        search=True,
    )


class NeedForm(KitForm):
    since = fields.Date(
        "From which day are posts placed by it?", missing="Enter the day from which posts are placed by it"
    )
    period_from = fields.Date("Which is the first day of the figures?", missing="Enter the first day of the figures")
    period_to = fields.Date("Which is the last day of the figures?", missing="Enter the last day of the figures")
    source = fields.Text("Where do the figures come from?", longest=200, missing="Enter where the figures come from")
    file = fields.Upload(
        "A list",
        hint="A CSV file with the columns Area and Absence rate. Advisors and other signs of need may stand beside them.",
        required=False,
        accept=".csv,text/csv",
        largest_mb=2,
    )


def _form_for(areas: list[Area]) -> type[NeedForm]:
    """The form with a rate and a number of advisors for each area, for those who type."""
    typed: dict[str, Any] = {}
    for area in areas:
        typed[f"rate_{area.code}"] = fields.Number(
            f"{area.name}: absence", places=2, least=0, most=100, required=False, suffix="%"
        )
        typed[f"advisors_{area.code}"] = fields.Number(
            f"{area.name}: advisors", places=2, least=0, most=99, required=False
        )
    return type("TypedNeedForm", (NeedForm,), {**typed, "__module__": NeedForm.__module__})


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def need_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.MANAGE_WORKFORCE)
    today = today_of(request, agreement)
    held = rules(service, max(today, agreement.starts_on))
    areas = _areas(held)
    form = _form_for(areas)(request.POST or None, request.FILES or None, initial={"since": today})
    if form.is_valid():
        try:
            table = places.load_need(
                request.actor,
                held.scope,
                service=service,
                rows=_given(form, areas),
                **_days(form),
                source=form.cleaned_data["source"],
                at=request.at,
            )
        except tables.UnreadableNeed as fault:
            for words in fault.faults[:MOST_FAULTS]:
                form.add_error("file", words)
        except Refused as refusal:
            refused(form, refusal, rows="file")
        else:
            said = f"Version {table.version} of the table of need is kept."
            return done(request, "oversight:need", service, said=said)
    context = {"agreement": agreement, "form": form, "areas": areas}
    return render(request, "oversight/need_new.html", context)


def _areas(held: Rules) -> list[Area]:
    found = Area.objects.of_level(held.service, held.contract.responsible_level, held.on)
    return list(found.select_related("parent").order_by("parent__name", "name"))


def _days(form: KitForm) -> dict[str, date]:
    return {name: form.cleaned_data[name] for name in ("since", "period_from", "period_to")}


def _given(form: KitForm, areas: list[Area]) -> list[NeedGiven]:
    """The rows of the list, where one was sent; else what was typed. Raises UnreadableNeed."""
    told: dict[str, Any] = form.cleaned_data
    if told["file"]:
        return tables.read_list(told["file"].read(), areas)
    rates: dict[str, Decimal | None] = {area.code: told[f"rate_{area.code}"] for area in areas}
    return [NeedGiven(code, rate, told[f"advisors_{code}"]) for code, rate in rates.items() if rate is not None]
