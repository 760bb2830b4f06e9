"""How cases ended: reasons and destinations, letters to schools, well-being before and after."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.queries import Item, overdue
from fingerpost.people.correspondence.models import Message
from fingerpost.work.casework.models import Case
from fingerpost.work.outcomes.queries import Change, changes


@dataclass(frozen=True)
class Closures:
    """How many cases ended for one reason, and the services they moved to by name."""

    reason: str
    label: str
    number: int
    destinations: tuple[str, ...]
    accepted: int


@dataclass(frozen=True)
class WellBeing:
    """Closed cases by how the score moved, each with its reference. Those without both scores are not measured."""

    instrument: str
    improved: list[str]
    same: list[str]
    worse: list[str]
    not_measured: list[str]


def closures_by_reason(actor: Actor, service: str, *, since: date, until: date) -> list[Closures]:
    """Cases closed in the period, by reason in the order of the contract. One query and the contract. Clause 2.6 (Essex)."""
    labels = {code: words.label for code, words in rules(service, until).contract.pathway.closure_reasons.items()}
    rows = (
        _closed(actor, service, since, until)
        .order_by()
        .values("closure_reason")
        .annotate(
            number=Count("id"),
            services=ArrayAgg("destination__name", distinct=True, filter=Q(destination__isnull=False), default=[]),
            accepted=Count("id", filter=Q(destination_accepted=True)),
        )
    )
    place = {code: number for number, code in enumerate(labels)}
    return [
        Closures(
            row["closure_reason"],
            labels.get(row["closure_reason"], row["closure_reason"].replace("_", " ")),
            row["number"],
            tuple(row["services"]),
            row["accepted"],
        )
        for row in sorted(rows, key=lambda row: place.get(row["closure_reason"], len(place)))
    ]


def letters_overdue(actor: Actor, at: datetime) -> list[Item]:
    """Schools that should have been told by now and were not, the longest overdue first. One query. Clause 2.5 (Essex)."""
    return overdue(actor, at, kind="outcome_to_school")


def letters_of(case: Case) -> list[Message]:
    """The letters about a case already seen, by school. One query."""
    found = Message.objects.filter(origin_kind="casework.case", origin_id=case.pk, kind="outcome_to_school")
    return list(found.order_by("recipient"))


def well_being(actor: Actor, service: str, *, since: date, until: date, instrument: str = "") -> WellBeing:
    """How well-being moved on the cases closed in the period. Two queries and the contract. Clause 1.1 (Essex advisors).

    The instrument is the contract's first unless another is named. Raises KeyError for one it lacks.
    """
    contract = rules(service, until).contract
    key = instrument or contract.pathway.instruments["wellbeing"].instruments[0]
    closed = dict(_closed(actor, service, since, until).order_by("closed_at").values_list("id", "ref"))
    found = changes(actor, closed, key=key, instrument=contract.instruments[key], permission=Permission.VIEW_FIGURES)
    return WellBeing(key, *(_refs(closed, found, result) for result in ("improved", "same", "worse", "not_measured")))


def _closed(actor: Actor, service: str, since: date, until: date) -> QuerySet[Case]:
    seen = Case.objects.visible_to(actor, Permission.VIEW_FIGURES).of_service(service)
    return seen.filter(closed_at__date__range=(since, until))


def _refs(closed: dict[UUID, str], found: dict[UUID, Change], result: str) -> list[str]:
    return [ref for case, ref in closed.items() if found[case].result == result]
