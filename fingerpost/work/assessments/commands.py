"""Assessments of need, such as the Common Assessment Framework (CAF)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.families.models import Family, Person
from fingerpost.work.assessments import followers
from fingerpost.work.assessments.models import Assessment


@command(allow=Permission.ASSESS_FAMILY, includes=("referrals.decide",))
def record(
    actor: Actor,
    subject: Family,
    *,
    kind: str = "caf",
    assessed_on: date,
    author: str,
    author_organisation: str = "",
    needs: Iterable[str],
    summary: str = "",
    person: Person | None = None,
    at: datetime,
) -> Assessment:
    """Record an assessment of the family and the needs it named (codes of the contract; none is an answer too).

    Requests of the family that waited for it are decided again. The same assessment twice, word for word,
    changes nothing. Returns it.
    """
    family = locked(subject)
    if assessed_on > timezone.localdate(at):
        raise Refused("The assessment cannot be dated in the future.", field="assessed_on")
    if not author.strip():
        raise Refused("Enter who wrote the assessment.", field="author")
    found = sorted(set(needs))
    same = Assessment.objects.filter(
        family=family,
        kind=kind,
        assessed_on=assessed_on,
        author=author.strip(),
        author_organisation=author_organisation.strip(),
        needs=found,
        summary=summary,
        person=person,
    ).first()
    if same is not None:
        return same
    assessment = Assessment(
        family=family,
        person=person,
        kind=kind,
        assessed_on=assessed_on,
        author=author.strip(),
        author_organisation=author_organisation.strip(),
        needs=found,
        summary=summary,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    assessment.scope = family.scope
    assessment.save(force_insert=True)
    followers.tell(actor, assessment, at)
    return assessment


@command(allow=Permission.ASSESS_FAMILY, includes=("referrals.decide",))
def correct(
    actor: Actor,
    subject: Assessment,
    *,
    assessed_on: date,
    author: str,
    author_organisation: str = "",
    needs: Iterable[str],
    summary: str = "",
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Assessment:
    """Put right what was written of an assessment. Returns it. Requests that waited for it are decided again.

    Raises Refused as `record`, and ChangedMeanwhile where somebody changed it since `read`.
    """
    assessment = locked(subject)
    require_version(read, assessment)
    require_reason(reason)
    if assessed_on > timezone.localdate(at):
        raise Refused("The assessment cannot be dated in the future.", field="assessed_on")
    if not author.strip():
        raise Refused("Enter who wrote the assessment.", field="author")
    changed = put_right(
        assessment,
        {
            "assessed_on": assessed_on,
            "author": author.strip(),
            "author_organisation": author_organisation.strip(),
            "needs": sorted(set(needs)),
            "summary": summary,
        },
    )
    if changed:
        followers.tell(actor, assessment, at)
    return assessment


@command(allow=Permission.ASSESS_FAMILY)
def take_back(actor: Actor, subject: Assessment, *, reason: str, at: datetime) -> None:
    """Remove an assessment that was written down by mistake; the history keeps it with the reason."""
    require_reason(reason, "Say why it is taken back.")
    locked(subject).delete()
