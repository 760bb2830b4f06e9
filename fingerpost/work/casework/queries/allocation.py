"""Who may take a case: the advisors of the parent's home area first."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.models import User
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.models import Request
from fingerpost.work.workforce.queries import Advisor, advisors_of, away_on


@dataclass(frozen=True)
class PossibleWorker:
    """Somebody who could work with a family. `is_home` where they work the home area; others need a reason."""

    user_id: uuid.UUID
    name: str
    area_code: str
    area_name: str
    team_id: uuid.UUID | None
    is_home: bool
    open_cases: int
    is_away: bool = False


def possible_workers(subject: Case | Request, on: date) -> list[PossibleWorker]:
    """Everybody who may be chosen: those of the home area first, of them those at work, each by how few cases they hold.

    Three queries and the contract.

    Clause 2.5 (Essex advisors). Workers, not families: what the actor may see does not matter.
    """
    return offered(subject, rules(subject.service, on))


def offered(subject: Case | Request, held: Rules) -> list[PossibleWorker]:
    """The same, for whoever has the rules already. Three queries."""
    home = home_of(subject)
    advisors = advisors_of(subject.service, roles=casework_roles(held), on=held.on)
    load = Case.objects.filter(worker__in=[advisor.user_id for advisor in advisors], closed_at=None)
    with seeing_everything(why="a worker's load is all that they hold, in other teams as well; it names no family"):
        cases = dict(load.order_by().values_list("worker").annotate(number=Count("id")))
    away = away_on(subject.service, held.on)
    people = [
        _possible(advisor, home, cases.get(advisor.user_id, 0), is_away=advisor.user_id in away) for advisor in advisors
    ]
    return sorted(people, key=lambda one: (not one.is_home, one.is_away, one.open_cases, one.area_name, one.name))


def offered_as(subject: Case | Request, worker: User, held: Rules) -> PossibleWorker | None:
    """The worker as `offered` has them, their post in the home area first; None where they are not offered. One query."""
    home = home_of(subject)
    theirs = advisors_of(subject.service, roles=casework_roles(held), on=held.on, user=worker)
    people = [_possible(advisor, home, 0) for advisor in theirs]
    return min(people, key=lambda person: not person.is_home, default=None)


def casework_roles(held: Rules) -> list[str]:
    """Codes of the roles whose posts are based at the level of area by which families are shared out."""
    allocation = held.contract.pathway.allocation
    posts = held.contract.workforce.establishment
    return [role for role, words in posts.items() if allocation is None or words.based_in == allocation.level]


def home_of(subject: Case | Request) -> str:
    """Code of the parent's home area; empty where it is not known."""
    return (subject.home_area_id or "") if isinstance(subject, Case) else subject.home_area


def _possible(advisor: Advisor, home: str, open_cases: int, *, is_away: bool = False) -> PossibleWorker:
    return PossibleWorker(
        user_id=advisor.user_id,
        name=advisor.name,
        area_code=advisor.area_code,
        area_name=advisor.area_name,
        team_id=advisor.team_id,
        is_home=bool(home) and advisor.area_code == home,
        open_cases=open_cases,
        is_away=is_away,
    )
