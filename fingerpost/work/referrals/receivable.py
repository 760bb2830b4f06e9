"""What no request can say, whoever its family is."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused


def require_possible(service: str, groups: Iterable[str], received_at: datetime, at: datetime) -> None:
    """Raises Refused for a day to come and for a group that the contract does not name."""
    if received_at > at:
        raise Refused("The day it was received cannot be in the future.", field="received_at")
    listed_groups(groups, rules(service, timezone.localdate(received_at)))


def listed_groups(given: Iterable[str], held: Rules) -> set[str]:
    """The groups that the contract puts first. Raises Refused for one given that it does not name."""
    listed = set(held.contract.pathway.priority.groups) if held.contract.pathway.priority else set()
    if unlisted := sorted(set(given) - listed):
        raise Refused(f"The contract names no group called {unlisted[0].replace('_', ' ')}.", field="vulnerable_groups")
    return listed
