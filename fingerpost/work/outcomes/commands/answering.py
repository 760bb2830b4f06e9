"""Replies: given through a link by whoever holds it, or typed in from paper; read, coded, and alerted to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.work.outcomes import replying
from fingerpost.work.outcomes.models import Invitation, Response

WORRY, WORRY_OF_TEAM = "feedback_worry", "feedback_worry_team"
WORRY_TITLE = "Somebody says they are worried or not safe. Read this reply now"


@command(allow=Permission.RECORD_CONTACT)
def respond(
    actor: Actor,
    subject: Invitation,
    *,
    answers: Mapping[str, Any],
    given_on: date | None = None,
    on_paper: bool = False,
    at: datetime,
) -> Response:
    """Keep the one reply to an invitation. Clauses 3.5 and 3.6 (Essex advisors). Returns it.

    A yes to the question about worry or safety puts an alert on the worklists of whoever asked and of the team.
    Raises Refused for one that was answered, or that is no longer open (paper may come in later).
    """
    invitation, today = locked(subject), timezone.localdate(at)
    given = given_on or today
    if Response.objects.filter(invitation=invitation).exists():
        raise Refused("This form was answered before. Nothing was changed.")
    if not on_paper and invitation.expires_on < today:
        raise Refused("This form is no longer open.")
    if not invitation.asked_on <= given <= today:
        raise Refused("The day must not lie before the day of asking, nor in the future.", field="given_on")
    words = rules(invitation.service, today).contract.instruments[invitation.instrument]
    response = Response(
        invitation=invitation,
        family_id=invitation.family_id,
        person_id=invitation.person_id,
        episode_kind=invitation.episode_kind,
        given_on=given,
        on_paper=on_paper,
        typed_by_id=actor.id if on_paper else None,
        recorded_at=at,
        **replying.read(words, answers),
    )
    response.scope = invitation.scope
    response.save(force_insert=True)
    if invitation.result != Invitation.Result.ASKED:
        invitation.result = Invitation.Result.ASKED
        invitation.save(update_fields=["result"])
    if response.is_worried:
        _alert(actor, invitation, at)
    return response


@command(allow=Permission.RECORD_CONTACT)
def code_comment(actor: Actor, subject: Response, *, is_positive: bool, at: datetime) -> Response:
    """Say of a written comment whether it is positive, where the person did not say so. Returns the reply. Reading B of 3.5."""
    response = locked(subject)
    if not response.comment:
        raise Refused("Nothing was written, so there is nothing to judge.")
    if response.positive_comment is not None and response.coded_by_id is None:
        raise Refused("They said themselves whether they have something good to say. That stands.")
    response.positive_comment, response.coded_by_id = is_positive, actor.id
    response.save(update_fields=["positive_comment", "coded_by"])
    return response


@command(allow=Permission.RECORD_CONTACT)
def settle_worry(actor: Actor, subject: Invitation, *, outcome: str, at: datetime) -> None:
    """Say what was done about a reply that told of worry; the alerts leave the worklists. Raises Refused."""
    if not outcome.strip():
        raise Refused("Enter what was done about it.", field="outcome")
    about = {"origin_kind": Invitation._meta.label_lower, "origin_id": subject.pk}
    alerts = Task.objects.filter(**about, kind__in=[WORRY, WORRY_OF_TEAM]).open()
    if not alerts.update(done_at=at, outcome=outcome.strip()):
        raise Refused("Somebody said already what was done about it. Look at that first.")


def _alert(actor: Actor, invitation: Invitation, at: datetime) -> None:
    about: dict[str, Any] = {
        "service": invitation.service,
        "title": WORRY_TITLE,
        "due_on": timezone.localdate(at),
        "ref": invitation.ref,
        "family_id": invitation.family_id,
        "at": at,
    }
    keys = [key.removeprefix("team:") for key in invitation.scope_keys if key.startswith("team:")]
    teams = list(Team.objects.filter(pk__in=keys).order_by("name"))
    if invitation.asked_by is not None:
        tasks.raise_task(actor, invitation, kind=WORRY, owner=invitation.asked_by, **about)
    # Besides whoever asked, who may be away, the team that leads their work sees it.
    tasks.raise_task(actor, invitation, kind=WORRY_OF_TEAM, team=teams[0] if teams else None, **about)
