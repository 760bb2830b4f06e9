"""The plan to last as it stands on a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from fingerpost.work.workforce.models import PlanAction, PostChange


@dataclass(frozen=True)
class Plan:
    """Actions by due day, each with its status on the day, and changes of posts by the day they take effect."""

    on: date
    actions: tuple[tuple[PlanAction, str], ...]
    changes: tuple[PostChange, ...]

    @property
    def complete(self) -> int:
        return self._counted["done"]

    @property
    def total(self) -> int:
        """Actions that were not dropped."""
        return len(self.actions) - self._counted["dropped"]

    @property
    def words(self) -> str:
        """4 of 6 complete."""
        return f"{self.complete} of {self.total} complete" if self.actions else "no action yet"

    @property
    def _counted(self) -> Counter[str]:
        return Counter(status for _, status in self.actions)


def plan(service: str, on: date, *, known_at: datetime | None = None) -> Plan:
    """The plan of a service on a day; with `known_at`, only what was written down by then. Two queries."""
    actions = PlanAction.objects.filter(service=service).order_by("due_on", "recorded_at")
    changes = PostChange.objects.filter(service=service).select_related("action").order_by("effective_on", "role_from")
    if known_at is not None:
        actions, changes = actions.filter(recorded_at__lte=known_at), changes.filter(recorded_at__lte=known_at)
    return Plan(on, tuple((action, action.status_on(on)) for action in actions), tuple(changes))
