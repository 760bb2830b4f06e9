"""My work: today first, with one tap to record it; then what is to be done, and all open cases."""

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.registers.deadlines import due
from fingerpost.agreements.requirements.queries import to_read
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.queries import worklist
from fingerpost.pages.kit.shortcuts import page_number, render
from fingerpost.pages.practice.lists import where_about
from fingerpost.work.casework import queries
from fingerpost.work.groups.queries import registers_to_mark
from fingerpost.work.referrals.queries import how_many_to_check


@page(allow=Permission.RECORD_CONTACT, shows="family")
def my_work(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    cases = queries.my_cases(request.actor, page_number(request))
    held = rules(request.actor.service, today)
    items = [*worklist(request.actor, request.at), *due(request.actor, held, request.at)]
    items.sort(key=lambda item: item.due_on)
    request.saw("family", *{row.family_id for row in cases.rows}, *{i.family_id for i in items if i.family_id})
    contacts = held.contract.pathway.contacts
    shown = {
        "cases": cases,
        "contacts_due": [row for row in cases.rows if row.next_due_on and row.next_due_on <= today],
        "registers": registers_to_mark(request.actor, request.at) if request.actor.has(Permission.RUN_GROUP) else [],
        "overdue": [item for item in items if item.is_overdue],
        "due_now": [item for item in items if item.due_on == today],
        "later": [item for item in items if item.due_on > today],
        "contacts": {code: kind.label for code, kind in contacts.items()},
        "today": today,
        "where_about": where_about,
        "to_check": how_many_to_check(request.actor),
        "to_read": to_read(request.actor, request.actor.service, today),
    }
    return render(request, "practice/my_work.html", shown)
