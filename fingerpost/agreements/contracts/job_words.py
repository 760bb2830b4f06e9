"""The contract's own word for what somebody does: a supervisor is whoever supervises the posts that it funds."""

from collections.abc import Set
from datetime import date

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.language.contract import Contract


def word_of(role: str, contract: Contract) -> str:
    """What the contract calls the post of this role; empty where it funds none of the kind, or several."""
    posts = contract.workforce.establishment
    supervising = {code for words in posts.values() if (code := words.supervised_by) in posts}
    of_role: dict[str, Set[str]] = {"supervisor": supervising, "caseworker": posts.keys() - supervising}
    fitting = of_role.get(role, frozenset())
    return posts[next(iter(fitting))].label if len(fitting) == 1 else ""


def word_for(actor: Actor, on: date) -> str:
    """What the contract of the service they work in first calls their job; empty where it has no word. One query at the most."""
    role = next((one.role for one in actor.held if one.service == actor.service), None)
    if role not in ("supervisor", "caseworker"):
        return ""
    try:
        return word_of(role, rules(actor.service, on).contract)
    except NothingInForce:
        return ""
