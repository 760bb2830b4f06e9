"""What somebody still holds whose access is about to be removed, and who may give it to others. No family is named."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from fingerpost.agreements.meetings.models import Action
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_with
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks.models import Task
from fingerpost.pages.kit.words import plural
from fingerpost.work.casework.models import Case
from fingerpost.work.groups.models import Run
from fingerpost.work.workforce.models import Holding


@dataclass(frozen=True)
class Held:
    """So many of a kind, and what becomes of them."""

    what: str
    number: int
    becomes: str

    @property
    def words(self) -> str:
        """`3 open cases, Tendring`."""
        kind, comma, where = self.what.partition(",")
        return plural(self.number, kind) + comma + where


def open_work_of(user: User, on: date, at: datetime) -> list[Held]:
    """What they hold, kind by kind, none of which they hold nothing. A query each, and one for each team with cases."""
    with seeing_everything(why="what somebody leaves behind is counted before they go; no family is named"):
        return [one for one in (*_cases(user, at), *_others(user, on)) if one.number]


def _cases(user: User, at: datetime) -> list[Held]:
    rows = Case.objects.open().filter(worker=user).order_by()
    teams = rows.values_list("team_id", "team__name", "service").annotate(number=Count("id"))
    return [
        Held(f"open case, {team or 'no team'}", number, _who_allocates(team_id, service, at))
        for team_id, team, service, number in teams
    ]


def _who_allocates(team: object, service: str, at: datetime) -> str:
    keys = [f"team:{team}", f"service:{service}"]
    names = [one.name for one in people_with(Permission.ALLOCATE_CASE, keys, at)]
    if not names:
        return "Nobody can give them to others: first give somebody a role that can."
    return f"The team is asked to choose another worker. {' or '.join(names)} can."


def _others(user: User, on: date) -> list[Held]:
    of_the_team = "Whoever manages the team gives them to others."
    return [
        Held("open task", Task.objects.open().filter(owner=user).count(), "Those about a case go with the case."),
        Held(
            "group led",
            Run.objects.filter(leader=user, ends_on__gte=on, cancelled_at=None).count(),
            of_the_team,
        ),
        Held(
            "post",
            Holding.objects.filter(Q(until=None) | Q(until__gte=on), user=user).count(),
            "Whoever keeps the posts writes down their last day.",
        ),
        Held(
            "meeting action",
            Action.objects.filter(owner=user, done_at=None).count(),
            "The next meeting gives them to others.",
        ),
    ]
