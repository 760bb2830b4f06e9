"""The contract on one page: its header, where it stands, every clause and what serves it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import RETURN_CLOCK
from fingerpost.agreements.evidence import commands, queries
from fingerpost.agreements.evidence.models import Link
from fingerpost.agreements.evidence.queries import MatrixRow
from fingerpost.agreements.meetings.commands import TASK as MEETING_ACTION
from fingerpost.agreements.meetings.models import Action
from fingerpost.agreements.meetings.queries import actions_for
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.queries import Item, worklist
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of
from fingerpost.pages.oversight.signals import ShownSignal, ShownStanding, signals_for, standings_of
from fingerpost.proof.returns.queries import REMINDER

TO_DO = 50  # lines of their own list that the page shows
STATUSES = ("enforced", "measured", "evidenced", "narrative", "context")
AT_RISK = "at_risk"


@page(allow=Permission.VIEW_FIGURES)
def my_contract(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:contract")


@page(allow=Permission.VIEW_FIGURES)
def contract(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    on = today_of(request, agreement)
    rows = queries.matrix(request.actor, agreement, max(on, agreement.starts_on))
    wanted = request.GET.get("status", "") if request.GET.get("status") in (AT_RISK, *STATUSES) else ""
    warned = signals_for(request.actor, agreement, on)
    stands = standings_of(request.actor, agreement, (kind for row in rows for kind in row.row.clause.served_by), on)
    printed = {row.row.clause.key: row.row.clause.printed for row in rows}
    lines = [_shown(agreement, row, stands, warned) for row in rows]
    context = {
        "may_publish": request.actor.can(Permission.PUBLISH_INFORMATION, agreement),
        "agreement": agreement,
        "details": contracts.details(agreement, on),
        "status": contracts.status_of(agreement, on),
        "versions": contracts.versions(agreement),
        "sections": sections_of([line for line in lines if not wanted or line.is_held_as(wanted)]),
        "signals": [(one, printed.get(one.clause, "")) for one in warned],
        "to_do": to_do(request, agreement, on),
        "counts": {name: sum(line.is_held_as(name) for line in lines) for name in (AT_RISK, *STATUSES)},
        "wanted": wanted,
        "today": on,
    }
    return render(request, "oversight/contract.html", context)


def is_mine(request: PageRequest, agreement: Agreement) -> bool:
    """Whether this person answers for the service, so that its page is their home."""
    return request.actor.can(Permission.PREPARE_RETURN, agreement)


@dataclass(frozen=True)
class ToDo:
    """Something that waits for this person; the address is empty where there is nothing to open."""

    title: str
    due_on: date
    is_overdue: bool
    href: str = ""


def to_do(request: PageRequest, agreement: Agreement, on: date) -> list[ToDo]:
    """Their own list, where the contract's page is their home: all that they are to do, or what they took on at meetings."""
    mine = actions_for(request.actor, agreement)
    taken_on = [ToDo(one.text, one.due_on, one.due_on < on, _meeting_of(one)) for one in mine]
    if not is_mine(request, agreement):
        return taken_on
    others = [item for item in worklist(request.actor, request.at, limit=TO_DO) if item.kind != MEETING_ACTION]
    listed = [ToDo(item.title, item.due_on, item.is_overdue, _returns_of(agreement, item)) for item in others]
    return sorted([*taken_on, *listed], key=lambda one: one.due_on)


def _returns_of(agreement: Agreement, item: Item) -> str:
    """The calendar of returns, for a return that is due and for the reminder of one."""
    is_return = item.kind.startswith((RETURN_CLOCK, REMINDER))
    return reverse("oversight:returns", args=[agreement.key]) if is_return else ""


def _meeting_of(action: Action) -> str:
    return reverse("oversight:meeting", args=[action.meeting.ref])


@dataclass(frozen=True)
class ClauseLine:
    """One clause of the page: the clause, what serves it as (words, where it stands, address), and its signals."""

    row: MatrixRow
    serves: list[tuple[str, str, str]]
    signals: list[ShownSignal]

    def is_held_as(self, name: str) -> bool:
        """Whether the clause is one of those that the reader asked for: held in this way, or with a signal."""
        return bool(self.signals) if name == AT_RISK else self.row.row.clause.status == name


def sections_of(lines: list[ClauseLine]) -> list[tuple[str, list[ClauseLine]]]:
    """The clauses by the section of the paper that prints them, each in the order of the paper."""
    found: dict[int, list[ClauseLine]] = {}
    for line in lines:
        number = re.match(r"(?:Section )?(\d+)", line.row.row.clause.printed)
        found.setdefault(int(number[1]) if number else 0, []).append(line)
    return [
        (f"Section {number}" if number else "The head of the paper", some) for number, some in sorted(found.items())
    ]


def _shown(
    agreement: Agreement, row: MatrixRow, stands: dict[str, ShownStanding], warned: list[ShownSignal]
) -> ClauseLine:
    mine = [one for one in warned if one.clause == row.row.clause.key]
    return ClauseLine(row, served_by(agreement, row, stands), mine)


def served_by(agreement: Agreement, row: MatrixRow, stands: dict[str, ShownStanding]) -> list[tuple[str, str, str]]:
    """What serves a clause: (words, where it stands by now or nothing, address or nothing)."""
    clause = row.row.clause
    cited = {
        (one.title or one.name.replace("_", " ").capitalize()): ("", _address(agreement, one.kind, one.name))
        for one in clause.cited_by
    }
    others = {}
    for kind in clause.served_by:
        here = stands.get(kind)
        others[kind.replace("_", " ").capitalize()] = (here.words, here.href) if here else ("", "")
    return [(words, *rest) for words, rest in {**cited, **others}.items()]


def _address(agreement: Agreement, kind: str, name: str) -> str:
    if kind == "indicator":
        return reverse("oversight:figure", args=[agreement.key, name])
    if kind == "return":
        return reverse("oversight:returns", args=[agreement.key])
    return ""


@page(allow=Permission.VIEW_FIGURES)
def clause(request: PageRequest, service: str, key: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    on = today_of(request, agreement)
    row = _row_or_404(request, agreement, key)
    stands = standings_of(request.actor, agreement, row.row.clause.served_by, on)
    context = {
        "agreement": agreement,
        "row": row,
        "served_by": served_by(agreement, row, stands),
        "signals": [one for one in signals_for(request.actor, agreement, on) if one.clause == key],
        "evidence": queries.for_clause(request.actor, agreement, key),
        "may_attach": request.actor.can(Permission.PREPARE_RETURN, agreement),
        "today": on,
    }
    return render(request, "oversight/clause.html", context)


def _row_or_404(request: PageRequest, agreement: Agreement, key: str) -> MatrixRow:
    rows = queries.matrix(request.actor, agreement, max(today_of(request, agreement), agreement.starts_on))
    found = next((row for row in rows if row.row.clause.key == key), None)
    if found is None:
        raise Http404
    return found


class EvidenceForm(KitForm):
    title = fields.Text(
        "What is it?", hint="For example: minutes of the October meeting", longest=200, missing="Enter what it is"
    )
    note = fields.LongText("What does it show?", required=False, longest=4000, missing="Enter what it shows")


@page(allow=Permission.PREPARE_RETURN)
@once
def evidence_new(request: PageRequest, service: str, key: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PREPARE_RETURN)
    row = _row_or_404(request, agreement, key)
    form = EvidenceForm(request.POST or None)
    if form.is_valid():
        try:
            commands.attach(request.actor, agreement, clause=key, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:clause", service, key, said="The evidence has been added to the clause.")
    return _clause_form(request, agreement, row, form, "Add evidence", "Add")


class DetachForm(KitForm):
    reason = fields.Text(
        "Why does it no longer show the clause?", longest=300, missing="Enter why it no longer shows the clause"
    )


@page(allow=Permission.PREPARE_RETURN)
@once
def evidence_detach(request: PageRequest, service: str, key: str, link: Any) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PREPARE_RETURN)
    row = _row_or_404(request, agreement, key)
    held = Link.objects.filter(pk=link, agreement=agreement, clause=key, detached_at=None).first()
    if held is None:
        raise Http404
    form = DetachForm(request.POST or None)
    if form.is_valid():
        commands.detach(request.actor, held, **form.cleaned_data, at=request.at)
        return done(
            request, "oversight:clause", service, key, said="The evidence has been removed. The history keeps it."
        )
    return _clause_form(request, agreement, row, form, f"Remove: {held.title}", "Remove")


def _clause_form(
    request: PageRequest, agreement: Agreement, row: MatrixRow, form: KitForm, title: str, submit: str
) -> HttpResponse:
    context = {"agreement": agreement, "row": row, "form": form, "title": title, "submit": submit}
    return render(request, "oversight/clause_form.html", context)
