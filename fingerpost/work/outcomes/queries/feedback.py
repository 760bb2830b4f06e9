"""Who was asked, who replied, and what the replies come to."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks.models import Task
from fingerpost.work.outcomes.commands.answering import WORRY, WORRY_OF_TEAM
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import hash_of


@dataclass(frozen=True)
class Heard:
    """Somebody due to be asked, with their reply if there is one."""

    invitation: Invitation
    reply: Response | None

    @property
    def state(self) -> str:
        """answered, declined, not_reached, or asked."""
        return "answered" if self.reply else self.invitation.result


@dataclass(frozen=True)
class Summary:
    """What one kind of respondent said in a period: how many were asked, replied, and gave each rating from 1 to 5."""

    respondent: str
    asked: int
    replied: int
    declined: int
    not_reached: int
    rated: int
    ratings: dict[int, int] = field(default_factory=dict)


def get(actor: Actor, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Invitation:
    """One invitation. Raises Invitation.DoesNotExist for one that they may not meet. One query."""
    seen = Invitation.objects.visible_to(actor, permission)
    found: Invitation = seen.select_related("family", "person", "area", "asked_by").get(ref=ref)
    return found


def reply_to(invitation: Invitation) -> Response | None:
    """The reply to an invitation already seen. One query."""
    return Response.objects.filter(invitation=invitation).select_related("typed_by", "coded_by").first()


def by_token(token: str) -> Invitation | None:
    """The invitation that a link opens; None alike for a token that there is none of and for one that was answered. One query."""
    answered = Exists(Response.objects.filter(invitation=OuterRef("pk")))
    with seeing_everything(why="whoever holds the link was asked, and is shown this one invitation"):
        return Invitation.objects.filter(~answered, token_hash=hash_of(token)).first()


def of_occasions(actor: Actor, ref: str) -> list[Heard]:
    """Everybody due to be asked about the case or run of this reference and its sessions, the first asked first. Two queries."""
    invited = Invitation.objects.visible_to(actor).filter(episode_ref=ref).select_related("person")
    return _with_replies(list(invited.order_by("asked_on", "ref")))


def heard(actor: Actor, service: str, *, since: date, until: date) -> QuerySet[Response]:
    """Replies of the period that they may read, newest first, each with its invitation. One query."""
    replied = Response.objects.visible_to(actor).filter(
        invitation__service=service, invitation__asked_on__range=(since, until)
    )
    found: QuerySet[Response] = replied.select_related("invitation__area")
    return found.order_by("-given_on", "-recorded_at", "id")


def summaries(actor: Actor, service: str, *, since: date, until: date) -> list[Summary]:
    """Parents' and children's feedback of a period, never put together. Two queries."""
    invited = Invitation.objects.visible_to(actor).filter(service=service, asked_on__range=(since, until))
    results = invited.values_list("respondent", "result").annotate(number=Count("pk")).order_by()
    replies = Response.objects.visible_to(actor).filter(
        invitation__service=service, invitation__asked_on__range=(since, until)
    )
    rated = replies.values_list("invitation__respondent", "rating").annotate(number=Count("pk")).order_by()
    by_result = {(respondent, result): number for respondent, result, number in results}
    by_rating = {(respondent, rating): number for respondent, rating, number in rated}
    return [_summary(key, by_result, by_rating) for key in Invitation.Respondent.values]


def open_worries(actor: Actor, invitation: Invitation) -> bool:
    """Whether an alert about this reply still stands. One query."""
    alerts = Task.objects.visible_to(actor).filter(origin_id=invitation.pk, kind__in=[WORRY, WORRY_OF_TEAM])
    return alerts.open().exists()


def _summary(key: str, results: dict[tuple[str, str], int], ratings: dict[tuple[str, int | None], int]) -> Summary:
    told = {rating: ratings.get((key, rating), 0) for rating in range(1, 6)}
    not_reached = results.get((key, "not_reached"), 0)
    return Summary(
        respondent=key,
        asked=sum(number for (who, _), number in results.items() if who == key) - not_reached,
        replied=sum(number for (who, _), number in ratings.items() if who == key),
        declined=results.get((key, "declined"), 0),
        not_reached=not_reached,
        rated=sum(told.values()),
        ratings=told,
    )


def _with_replies(invited: list[Invitation]) -> list[Heard]:
    replies = {reply.invitation_id: reply for reply in Response.objects.filter(invitation__in=invited)}
    return [Heard(one, replies.get(one.pk)) for one in invited]
