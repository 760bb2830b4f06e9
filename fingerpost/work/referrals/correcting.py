"""A request put right: who referred, when it came. And a withdrawal taken back."""

from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.registers.added import keep_added
from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.schooling.models import School
from fingerpost.work.referrals.home import scope_of_waiting
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.rescoping import rescope
from fingerpost.work.referrals.restricting import hold


@command(allow=Permission.RECORD_CONTACT, includes=("registers.begin_added",))
def correct_request(
    actor: Actor,
    subject: Request,
    *,
    source: str,
    school: School | None,
    referrer_name: str,
    referrer_contact: str,
    why_asked: str,
    received_at: datetime,
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Request:
    """Put right who asked, why, and on which day it came. Returns the request; what was decided stands until decided again.

    Raises Refused for a day to come or after it was decided, and ChangedMeanwhile where somebody changed it since `read`.
    """
    request = locked(subject)
    require_version(read, request)
    require_reason(reason)
    day = timezone.localdate(received_at)
    if received_at > at:
        raise Refused("The day it was received cannot be in the future.", field="received_at")
    for word, moment in (("decided", request.decided_at), ("given to a worker", request.opened_at)):
        if moment and day > timezone.localdate(moment):
            raise Refused(f"It cannot have come after it was {word}. Enter an earlier day.", field="received_at")
    moved = day != timezone.localdate(request.received_at)
    put_right(
        request,
        {
            "source": source,
            "school": school,
            "referrer_name": referrer_name.strip(),
            "referrer_contact": referrer_contact.strip(),
            "reason": why_asked.strip(),
            "received_at": received_at if moved else request.received_at,
        },
    )
    if moved:
        keep_added(actor, "request", [request], request.service, at)
    return request


@command(allow=Permission.RECORD_CONTACT)
def take_back_withdrawal(actor: Actor, subject: Request, *, reason: str, at: datetime) -> Request:
    """A request that was withdrawn by mistake waits again, as if it had never been. Returns it.

    Raises Refused for one that was not withdrawn, and where another request of the family waits.
    """
    request = locked(subject, "family")
    require_reason(reason, "Say why it is taken back.")
    if request.withdrawn_at is None:
        raise Refused("This request was not withdrawn. There is nothing to take back.")
    others = Request.objects.waiting().filter(family=request.family, service=request.service, line=request.line)
    if other := others.exclude(pk=request.pk).first():
        raise Refused(f"Request {other.ref} of this family is waiting already. Work on that one.")
    request.withdrawn_at = None
    request.save(update_fields=["withdrawn_at"])
    draw_for_records("request", [request], request.service, at)
    where = request.family.scope | scope_of_waiting(request.home_area, rules(request.service, timezone.localdate(at)))
    rescope(request.family_id, where.keys)
    if request.family.restricted:
        hold(request.family_id)
    return request
