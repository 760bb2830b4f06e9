"""Add people who sign in, list them, or make the address by which the first administrator comes in.

`user add` prints the link by which they choose their password; `user first` an address that works once, as long as nobody
administers.
"""

import argparse

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, Organisation, User
from fingerpost.ground.access.scope import PLATFORM

DONE = 0
ACTOR = "Command line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="write somebody down, and print the link by which they choose a password")
    add.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    add.add_argument("--name", required=True, help="their name")
    add.add_argument("--job-title", default="", help="what their job is called, where the contract has no word for it")
    add.add_argument("--organisation", default="", metavar="KEY", help="the key of the organisation they work for")
    listed = actions.add_parser("list", help="everybody who may sign in, with their roles")
    listed.add_argument("--all", action="store_true", help="those without access as well")
    first = actions.add_parser("first", help="make an address that works once, for the first administrator")
    for one in (add, first):
        one.add_argument("--address", default=settings.PUBLIC_ADDRESS, help="where people open Fingerpost")


def run(arguments: argparse.Namespace) -> int:
    return {"add": _add, "list": _list, "first": _first}[arguments.action](arguments)


def _add(arguments: argparse.Namespace) -> int:
    _require_email(arguments.email)
    system, at = Actor.system(ACTOR), timezone.now()
    user = commands.add_user(
        system,
        PLATFORM,
        email=arguments.email,
        name=arguments.name,
        job_title=arguments.job_title,
        organisation=_organisation(arguments.organisation),
        at=at,
    )
    print(f"{user.name} <{user.email}>")
    if user.is_active and not user.has_usable_password():
        link = commands.invite(system, PLATFORM, user=user, address=arguments.address, at=at)
        print(f"They choose their password here, once: {link}")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    held: dict[object, list[str]] = {}
    for grant in Grant.objects.in_force(timezone.now()).select_related("team").order_by("since", "id"):
        held.setdefault(grant.user_id, []).append(grant.in_words())
    found = User.objects.order_by("name", "email")
    for user in found if arguments.all else found.filter(is_active=True):
        roles = "; ".join(held.get(user.pk, [])) or "no role"
        print(f"{user.email}\t{user.name}\t{roles if user.is_active else 'no access'}")
    return DONE


def _first(arguments: argparse.Namespace) -> int:
    token = commands.make_first_address(Actor.system(ACTOR), PLATFORM, at=timezone.now())
    path = reverse("setup:first", kwargs={"token": token})
    print(
        f"Open this address to be the first who can sign in. It works once, until this time tomorrow:\n{arguments.address}{path}"
    )
    return DONE


def _require_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as fault:
        raise Refused(f"{email} is not an email address.") from fault


def _organisation(key: str) -> Organisation | None:
    if not key:
        return None
    found = Organisation.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("key").values_list("key", flat=True)) or "none yet"
        raise Refused(f"There is no organisation {key}. There is: {known}.")
    return found
