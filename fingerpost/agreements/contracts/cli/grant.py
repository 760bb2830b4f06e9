"""Give somebody a role, or withdraw one: grant EMAIL ROLE --reach REACH.

A role of a service needs --service, and by its reach --team or --area. `grant --withdraw` names the same role and reach, and why.
"""

import argparse
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.commands.grants import GIVEN_FOR
from fingerpost.ground.access.models import Grant, Team, User
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places.models import Area
from fingerpost.language.wording import nearest

DONE = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    parser.add_argument("role", metavar="ROLE", help="the key of the role, such as caseworker or administrator")
    parser.add_argument("--reach", choices=GIVEN_FOR, help="how far it reaches; an administrator's is platform")
    parser.add_argument("--service", default="", metavar="KEY", help="the service in which they have it")
    parser.add_argument("--team", default="", metavar="KEY", help="the key of the team, where it reaches a team")
    parser.add_argument("--area", default="", metavar="CODE", help="the area, where it reaches an area")
    parser.add_argument("--restricted", action="store_true", help="it reaches families who are restricted")
    parser.add_argument("--withdraw", action="store_true", help="take the role away instead")
    parser.add_argument("--reason", default="", help="why it is withdrawn")


def run(arguments: argparse.Namespace) -> int:
    user = User.objects.filter(email=arguments.email.lower()).first()
    if user is None:
        raise Refused(f"Nobody has the address {arguments.email}. Add them first: fingerpost user add.")
    reach = GIVEN_FOR[arguments.reach or ("platform" if arguments.role == "administrator" else "own")]
    told: dict[str, Any] = {
        "role": arguments.role,
        "reach": reach,
        "service": _service(arguments.service),
        "team": _team(arguments.service, arguments.team),
        "area": _area(arguments.service, arguments.area),
        "restricted": arguments.restricted,
    }
    system, at = Actor.system("Command line"), timezone.now()
    if not arguments.withdraw:
        given = commands.grant(system, PLATFORM, user=user, **told, at=at)
        print(f"{user.name}: {given.in_words()}")
        return DONE
    standing = Grant.objects.in_force(at).filter(user=user, **told).first()
    if standing is None:
        held = [one.in_words() for one in Grant.objects.in_force(at).filter(user=user).select_related("team")]
        raise Refused(f"{user.name} does not have that role. They have: {'; '.join(held) or 'none'}.")
    commands.withdraw(system, PLATFORM, grant=standing, reason=arguments.reason, at=at)
    print(f"{user.name}: {standing.in_words()}, withdrawn")
    return DONE


def _service(key: str) -> str:
    known = list(Agreement.objects.order_by("key").values_list("key", flat=True))
    if key and key not in known:
        raise Refused(f"There is no service {key}. {nearest(key, known) if known else 'Adopt its contract first.'}")
    return key


def _team(service: str, key: str) -> Team | None:
    if not key:
        return None
    found = Team.objects.filter(service=service, key=key).first()
    if found is None:
        known = Team.objects.filter(service=service).order_by("key").values_list("key", flat=True)
        raise Refused(f"The service has no team {key}. It has: {', '.join(known) or 'none yet'}.")
    return found


def _area(service: str, code: str) -> str:
    if code and not Area.objects.filter(scheme=service, code=code).exists():
        known = Area.objects.filter(scheme=service).values_list("code", flat=True)
        raise Refused(f"The service has no area {code}. {nearest(code, list(known))}")
    return code
