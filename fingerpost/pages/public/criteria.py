"""Who a service helps, in plain words, for anybody to read: from the contract in force, with its version and the earlier ones."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.ground.access import clock
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.language.plainly import Plainly, plainly
from fingerpost.language.schema.pathway import PriorityWords
from fingerpost.pages.kit.shortcuts import render


@dataclass(frozen=True)
class Criteria:
    """One service's criteria as one version states them: for each kind of help, what must be so; and who goes first."""

    title: str
    rules: list[tuple[str, Plainly]]
    priority: PriorityWords | None
    proposed: bool


@page(allow=None, signed_in=False)
def all_criteria(request: PageRequest) -> HttpResponse:
    found = Agreement.objects.select_related("commissioner").order_by("title")
    services = [one for one in found if _begun(one)]
    return render(request, "public/criteria_all.html", {"services": services})


def _begun(agreement: Agreement) -> bool:
    return agreement.starts_on <= clock.today(agreement.key)


@page(allow=None, signed_in=False)
def criteria(request: PageRequest, service: str) -> HttpResponse:
    return _show(request, service, None)


@page(allow=None, signed_in=False)
def criteria_version(request: PageRequest, service: str, number: int) -> HttpResponse:
    return _show(request, service, number)


def _show(request: PageRequest, service: str, number: int | None) -> HttpResponse:
    agreement = Agreement.objects.select_related("commissioner", "provider").filter(key=service).first()
    if agreement is None:
        raise Http404
    today = clock.today(service)
    try:
        version = contracts.version_of(agreement, number, today)
    except Version.DoesNotExist as absent:
        raise Http404 from absent
    versions = contracts.versions(agreement)
    later = [one for one in versions if version.in_force_from < one.in_force_from <= today]
    context = {
        "agreement": agreement,
        "version": version,
        "criteria": _criteria(version, max(version.in_force_from, today)),
        "others": [one for one in versions if one.pk != version.pk],
        "is_past": bool(later),
        "is_to_come": version.in_force_from > today,
        "today": today,
    }
    return render(request, "public/criteria.html", context)


def _criteria(version: Version, on: date) -> Criteria:
    held = contracts.rules_of(version.pk, on)
    contract = held.contract
    rules = [
        (words.title, plainly(contract, key, on=held.on, choices=held.choices))
        for key, words in contract.decisions.items()
    ]
    agreed = all(
        reading.agreed for question, reading in held.readings.items() if question.split(".")[0] in contract.decisions
    )
    return Criteria(contract.agreement.title, rules, contract.pathway.priority, proposed=not agreed)
