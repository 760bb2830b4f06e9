"""The first administrator: whoever set the machine up opens an address that works once, and says who they are."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.first_address import VALID_FOR, hash_of, new_token, standing
from fingerpost.ground.access.models import FirstAddress, Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import administrators
from fingerpost.ground.access.scope import Scope

ADMINISTRATOR = "administrator"


class AddressOfNoUse(Refused):
    """The address was used, is too old, was never given out, or somebody administers already."""


@command(allow=Permission.ADMINISTER_SYSTEM)
def make_first_address(actor: Actor, subject: Scope, *, at: datetime) -> str:
    """The token of a new address that works once, for 24 hours; those made before work no more. `subject` is PLATFORM.

    The database keeps its hash alone. Raises Refused where somebody administers already: they invite whoever comes next.
    """
    _one_at_a_time()
    if administrators(at):
        raise Refused("Somebody administers this installation already. Ask them to add you on the page People.")
    token = new_token()
    FirstAddress.objects.all().delete()
    FirstAddress.objects.create(token_hash=hash_of(token), made_at=at, expires_at=at + VALID_FOR)
    return token


@command(allow=Permission.ADMINISTER_SYSTEM)
def become_first_administrator(
    actor: Actor, subject: Scope, *, token: str, name: str, email: str, password: str, at: datetime
) -> User:
    """Write down who administers from now on, with the password they chose. Returns them. `subject` is PLATFORM.

    Raises AddressOfNoUse, or Refused for a name, an address or a password that will not do.
    """
    _one_at_a_time()
    address = standing(token, at)
    if address is None or administrators(at):
        raise AddressOfNoUse("This address does not work any more. Ask for a new one at the machine.")
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused("Somebody with this email address is written down already. Use another.", field="email")
    user = User(email=email.strip().lower(), name=name.strip())
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages), field="password") from weak
    user.set_password(password)
    user.save()
    Grant.objects.create(user=user, role=ADMINISTRATOR, reach=Grant.Reach.PLATFORM, since=at)
    address.delete()
    return user


def _one_at_a_time() -> None:
    """Two people who open one address, or two addresses, at the same moment do not both become the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))")
