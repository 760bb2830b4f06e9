"""A run of a programme: proposed, agreed with the locality's coordinator, made public, held in sessions."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, Venue
from fingerpost.language.answers import Answer
from fingerpost.language.facts import registry
from fingerpost.work.groups.models import Programme, Run, Session

ADVERTISING = "advertising_a_run"


@command(allow=Permission.RUN_GROUP)
def define(actor: Actor, subject: Scope, *, service: str, offer: str, title: str, at: datetime) -> Programme:
    """A programme of one of the contract's offers. Returns it; one of that title that is there already stays as it is."""
    offers = rules(service, timezone.localdate(at)).contract.offers
    if offer not in offers:
        raise Refused("Choose one of the kinds of group that the service offers.", field="offer")
    title = " ".join(title.split())
    if not title:
        raise Refused("Enter the title.", field="title")
    words = offers[offer]
    programme, _ = Programme.objects.get_or_create(
        service=service,
        title=title,
        defaults={
            "kind": words.kind,
            "is_evidence_based": bool(words.evidence_based),
            "outcomes": list(words.outcomes),
        },
    )
    return programme


@command(allow=Permission.RUN_GROUP)
def propose(
    actor: Actor,
    subject: Scope,
    *,
    programme: Programme,
    area: Area,
    starts_on: date,
    ends_on: date,
    places: int,
    venue: Venue | None = None,
    team: Team | None = None,
    leader: User | None = None,
    at: datetime,
) -> Run:
    """Propose a run of a programme in an area. Returns it. Clause 2.8, first printing (Essex advisors)."""
    if ends_on < starts_on:
        raise Refused("The last day cannot be before the first.", field="ends_on")
    if places < 1:
        raise Refused("Enter how many people can come, 1 or more.", field="places")
    return Run.objects.create(
        ref=new_reference(Run, "G"),
        service=programme.service,
        programme=programme,
        area=area,
        venue=venue,
        team=team,
        leader=leader,
        starts_on=starts_on,
        ends_on=ends_on,
        places=places,
        proposed_at=at,
    )


@command(allow=Permission.APPROVE_PROGRAMME)
def agree(actor: Actor, subject: Run, *, agreed_on: date, agreed_by: str, at: datetime) -> Run:
    """Record that the locality's coordinator agreed: the day and her name. Returns the run. Twice changes nothing."""
    run = locked(subject)
    if run.agreed_on:
        return run
    if agreed_on > timezone.localdate(at):
        raise Refused("The day of agreement cannot be in the future.", field="agreed_on")
    if not agreed_by.strip():
        raise Refused("Enter the name of the coordinator who agreed.", field="agreed_by")
    run.agreed_on, run.agreed_by = agreed_on, agreed_by.strip()
    run.save(update_fields=["agreed_on", "agreed_by"])
    return run


@command(allow=Permission.RUN_GROUP)
def advertise(actor: Actor, subject: Run, *, at: datetime) -> Run:
    """Make the run public. Returns it. Raises Refused before the coordinator agreed, where the contract asks for that."""
    run = locked(subject)
    held = rules(run.service, timezone.localdate(at))
    if ADVERTISING in held.contract.pathway.gates:
        answered = held.check_gate(ADVERTISING, registry.about(run, held.on))
        if answered.answer is not Answer.YES:
            raise Refused(" ".join(reason.text for reason in answered.reasons))
    if run.advertised_at is None:
        run.advertised_at = at
        run.save(update_fields=["advertised_at"])
    return run


@command(allow=Permission.RUN_GROUP)
def plan_sessions(
    actor: Actor, subject: Run, *, starts: Iterable[datetime], minutes: int, at: datetime
) -> list[Session]:
    """Add sessions to a run; one that starts at the same time is there already. Returns all of them in order."""
    run = locked(subject)
    if minutes < 1:
        raise Refused("Enter how many minutes a session takes.", field="minutes")
    wanted = sorted(set(starts))
    outside = [s for s in wanted if not run.starts_on <= timezone.localdate(s) <= run.ends_on]
    if outside:
        raise Refused("Every session must lie between the first and the last day of the run.", field="starts")
    there = set(Session.objects.filter(run=run, starts_at__in=wanted).values_list("starts_at", flat=True))
    Session.objects.bulk_create(Session(run=run, starts_at=s, minutes=minutes) for s in wanted if s not in there)
    return list(Session.objects.filter(run=run).order_by("starts_at"))
