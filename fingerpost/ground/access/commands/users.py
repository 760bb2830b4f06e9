"""People who sign in: written down, invited, called otherwise; their access removed and given back."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail

from fingerpost.ground.access import sessions
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.granted import follow_roles
from fingerpost.ground.access.invitations import VALID_DAYS, link_for
from fingerpost.ground.access.models import Grant, Organisation, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import administrators
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope

log = logging.getLogger(__name__)

INVITATION = """\
Hello {name},

{by} has added you to Fingerpost, where {organisation} keeps its work with families.

Choose your password here. The link works once, for {days} days:
{link}

If you did not expect this, you need do nothing.
"""

MOVED = """\
Hello {name},

{by} has changed the email address with which you sign in to Fingerpost. It is now {new}.

If you did not expect this, tell whoever looks after Fingerpost at once.
"""


@command(allow=Permission.ADMINISTER_SYSTEM)
def add_user(
    actor: Actor,
    subject: Scope,
    *,
    email: str,
    name: str,
    job_title: str = "",
    organisation: Organisation | None = None,
    introduction: str = "",
    at: datetime,
) -> User:
    """Somebody who may sign in once they have chosen a password. Returns them; told again by the same words, who is there.

    `introduction` is shown in a demonstration only. Raises AlreadyRecorded where somebody of that address is there by other words.
    """
    told = {
        "name": name.strip(),
        "job_title": job_title,
        "organisation": organisation,
        "introduction": introduction,
    }
    known = User.objects.select_related("organisation").filter(email=email.lower()).first()
    if known is None:
        return User.objects.create_user(email, None, **told)
    require_same(
        known, told, f"The address {known.email} belongs to {known.name} already. Open their entry.", field="email"
    )
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def invite(actor: Actor, subject: Scope, *, user: User, address: str, at: datetime) -> str:
    """Send somebody the link by which they choose their first password. Returns the link. `address` is where the site is.

    Raises Refused for somebody without access, or has a password: they ask for a new one where they sign in.
    """
    if not user.is_active:
        raise Refused(f"{user.name} has no access any more. Give it back first.")
    if user.has_usable_password():
        raise Refused(f"{user.name} has a password. If they forgot it, they ask for a new one on the sign-in page.")
    link = link_for(user, address)
    words = {
        "name": user.name,
        "by": actor.name,
        "organisation": user.organisation.name if user.organisation else "your organisation",
        "days": VALID_DAYS,
        "link": link,
    }
    send_mail("Fingerpost: Choose your password", INVITATION.format(**words), settings.DEFAULT_FROM_EMAIL, [user.email])
    return link


@command(allow=Permission.ADMINISTER_SYSTEM)
def change_user(
    actor: Actor,
    subject: Scope,
    *,
    user: User,
    email: str,
    name: str,
    job_title: str,
    organisation: Organisation | None,
    read: str | None = None,
    at: datetime,
) -> User:
    """Call somebody otherwise, or write down another address, job title or organisation. Returns them.

    `read` is the version that was looked at. The old address hears of a new one. Raises Refused where the new one is somebody
    else's, or ChangedMeanwhile.
    """
    found = locked(user)
    require_version(read, found)
    address = email.strip().lower()
    if (other := User.objects.filter(email=address).exclude(pk=found.pk).first()) is not None:
        raise Refused(f"The address {address} belongs to {other.name} already.", field="email")
    told = {"email": address, "name": name.strip(), "job_title": job_title.strip(), "organisation": organisation}
    before = found.email
    if "email" in put_right(found, told):
        # Whoever can be written to at an address can choose a new password: the old one hears of it.
        words = MOVED.format(name=found.name, by=actor.name, new=found.email)
        send_mail("Fingerpost: Your email address was changed", words, settings.DEFAULT_FROM_EMAIL, [before])
    return found


@command(allow=Permission.ADMINISTER_SYSTEM)
def remove_access(actor: Actor, subject: Scope, *, user: User, reason: str, at: datetime) -> User:
    """Let somebody sign in no more: their roles end, and they are signed out everywhere. What they wrote stays. Returns them.

    Raises Refused without a reason, for oneself, and for the last who administers.
    """
    require_reason(reason, "Say why access is removed.")
    found = locked(user)
    if not found.is_active:
        raise Refused(f"The access of {found.name} was removed already. Look at when, and why.")
    if found.pk == actor.id:
        raise Refused("You cannot remove your own access. Ask another administrator.")
    if [one.pk for one in administrators(at)] == [found.pk]:
        raise Refused(f"{found.name} is the last who administers. Give somebody else that role first.")
    found.is_active = False
    found.save(update_fields=["is_active"])
    for held in Grant.objects.in_force(at).filter(user=found):
        held.until = at
        held.save(update_fields=["until"])
        follow_roles(found, held.service, at)
    sessions.end(found)
    return found


@command(allow=Permission.ADMINISTER_SYSTEM)
def restore_access(actor: Actor, subject: Scope, *, user: User, at: datetime) -> User:
    """Let somebody sign in again whose access was removed. Returns them. Their roles have to be given anew."""
    found = locked(user)
    found.is_active = True
    found.save(update_fields=["is_active"])
    return found


@command(allow=Permission.ADMINISTER_SYSTEM)
def end_sessions(actor: Actor, subject: Scope, *, user: User, at: datetime) -> int:
    """Sign somebody out everywhere, as when a phone is lost. Returns how many sessions were ended."""
    ended = sessions.end(user)
    log.info("%s ended %s sessions of %s", actor.id, ended, user.pk)
    return ended
