"""What the pages of groups share: which runs and areas a person may work on, terms, and the contract's words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpRequest
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.page import PageRequest
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import Area
from fingerpost.language.dated import NoValue
from fingerpost.language.schema import OfferWords
from fingerpost.people.schooling.terms import Term, term_of, terms
from fingerpost.work.groups import queries
from fingerpost.work.groups.models import Run, Session

# What a line about a run says of where it stands.
STATUSES = {
    "proposed": "Awaiting agreement",
    "planned": "Not open for booking yet",
    "agreed": "Agreed, not open for booking yet",
    "advertised": "Open for booking",
    "running": "Running",
    "ended": "Ended",
    "cancelled": "Cancelled",
}
COMPLETED = "completed_share"


def rules_today(request: PageRequest) -> Rules:
    """The contract of their service as it is today."""
    return rules(request.actor.service, timezone.localdate(request.at))


def run_or_404(request: PageRequest, ref: str, permission: Permission = Permission.RUN_GROUP) -> Run:
    """The run, if this person may act on it. Raises Http404."""
    try:
        run = queries.get(request.actor, ref)
    except Run.DoesNotExist as absent:
        raise Http404 from absent
    if not request.actor.can(permission, run):
        raise Http404
    return run


def session_or_404(request: PageRequest, ref: str, session: uuid.UUID) -> Session:
    """The session of a run that this person may act on. Raises Http404."""
    run = run_or_404(request, ref)
    try:
        return queries.session_of(run, session)
    except Session.DoesNotExist as absent:
        raise Http404 from absent


def term_asked(request: HttpRequest, service: str, today: date) -> tuple[Term, list[Term]]:
    """The term named in the address, or else the one of today; with all that may be chosen."""
    known = terms(service)
    asked = request.GET.get("term", "")
    now = term_of(service, today, known)
    return next((term for term in known if term.key == asked), now), known or [now]


def offers(held: Rules) -> Mapping[str, OfferWords]:
    """What the contract offers to groups, by its code."""
    return held.contract.offers


def kinds(held: Rules) -> dict[str, str]:
    """What each kind of group is called: kind to title."""
    return {words.kind: words.title for words in held.contract.offers.values()}


def topic_words(held: Rules) -> dict[str, str]:
    """Topics of all offers: code to words."""
    return {code: words for offer in held.contract.offers.values() for code, words in offer.topics.items()}


def outcome_words(held: Rules) -> dict[str, str]:
    """What groups work towards: code to words."""
    return {o: o.replace("_", " ").capitalize() for offer in held.contract.offers.values() for o in offer.outcomes}


def age_words(held: Rules) -> dict[str, str]:
    """Age bands of all offers: code to words."""
    return {code: band.label for offer in held.contract.offers.values() for code, band in offer.age_bands.items()}


def completed_share(held: Rules) -> Decimal | None:
    """The percentage of sessions that counts as finishing a course; None where the contract has none."""
    try:
        return Decimal(str(held.value(COMPLETED)))
    except (KeyError, NoValue):
        return None


@dataclass(frozen=True)
class Place:
    """An area in which a group may be held, the team that works it, and the scope the group would lie in."""

    area: Area
    team: Team | None
    scope: Scope


def areas_to_run_in(request: PageRequest, held: Rules) -> dict[str, Place]:
    """The smallest areas in which this person may propose a group, by code, in the order of their names. Three queries."""
    level = held.contract.levels[-1] if held.contract.levels else ""
    found = list(Area.objects.of_level(held.service, level, held.on).select_related("parent"))
    teams = places.teams_working(held.service, found, held.on)
    offered = {}
    for area in found:
        team = teams.get(area.key)
        scope = Scope.of(service=held.service, area=area.key, team=team.pk if team else None)
        if request.actor.can(Permission.RUN_GROUP, scope):
            offered[area.code] = Place(area, team, scope)
    return offered
