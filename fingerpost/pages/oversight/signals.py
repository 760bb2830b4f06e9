"""What will be missed before it is missed, and live evidence, as the contract's page shows them to one reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fingerpost.agreements.contracts import signals as registered
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.standing import standing
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.addresses import address_for


@dataclass(frozen=True)
class ShownSignal:
    """One signal: words, the code of its tag, the clause's key, and where it is put right (empty where nowhere)."""

    clause: str
    status: str
    words: str
    href: str


@dataclass(frozen=True)
class ShownStanding:
    """Where a kind of record stands: words and address."""

    kind: str
    words: str
    href: str


def signals_for(actor: Actor, agreement: Agreement, on: date) -> list[ShownSignal]:
    """The signals that this person may read, the worst first."""
    inward = actor.can(Permission.PREPARE_RETURN, agreement)
    return [
        ShownSignal(one.clause, one.severity.value, one.words, address_for(actor, one.page, one.given))
        for one in registered.signals(agreement, on, inward=inward)
    ]


def standings_of(actor: Actor, agreement: Agreement, kinds: Iterable[str], on: date) -> dict[str, ShownStanding]:
    """Where each kind of record stands, by kind; kinds of which no room says so are left out."""
    found = {kind: standing(kind, agreement, on) for kind in dict.fromkeys(kinds)}
    return {
        kind: ShownStanding(kind, one.words, address_for(actor, one.page, one.given))
        for kind, one in found.items()
        if one is not None
    }
