"""A run of a programme: proposed, agreed with the area's coordinator, made public, held in sessions."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands as places_of
from fingerpost.ground.places.models import Area, Venue
from fingerpost.language.answers import Answer
from fingerpost.language.facts import registry
from fingerpost.language.schema import OfferWords
from fingerpost.people.schooling.terms import term_of
from fingerpost.work.directory import queries as directory
from fingerpost.work.directory.models import Need, Provision
from fingerpost.work.groups.models import CoLeader, Programme, Run, Session
from fingerpost.work.groups.offers import offer_of

ADVERTISING = "advertising_a_run"


class Duplicated(Refused):
    """Somebody else offers the same here this term. Carries what they offer, so that a page can name it."""

    def __init__(self, message: str, *, same: list[Provision]) -> None:
        super().__init__(message, field="duplication_reason")
        self.same = same


@command(allow=Permission.RUN_GROUP)
def define(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    offer: str,
    title: str,
    topic: str = "",
    age_band: str = "",
    evidence_base: str = "",
    outcomes: Iterable[str] | None = None,
    at: datetime,
) -> Programme:
    """A programme of one of the contract's offers. Returns it; one of that title that is there already stays as it is.

    `outcomes` are those it works towards, of those the offer names; all of them where none is given.
    """
    offers = rules(service, timezone.localdate(at)).contract.offers
    if offer not in offers:
        raise Refused("Choose one of the kinds of group that the service offers.", field="offer")
    title = " ".join(title.split())
    if not title:
        raise Refused("Enter the title.", field="title")
    words = offers[offer]
    told = {
        "offer": offer,
        "kind": words.kind,
        "topic": _one_of(topic, words.topics, "topic"),
        "age_band": _one_of(age_band, words.age_bands, "age_band"),
        "is_evidence_based": bool(words.evidence_based),
        "evidence_base": evidence_base.strip(),
        "outcomes": list(words.outcomes) if outcomes is None else _outcomes(outcomes, words),
    }
    programme, is_new = Programme.objects.get_or_create(service=service, title=title, defaults=told)
    if not is_new:
        otherwise = "There is one of that name already, with other details. Choose it in the list, or give this one another name."
        require_same(programme, told, otherwise, field="title")
    return programme


def _one_of(code: str, known: Iterable[str], field: str) -> str:
    if code and code not in known:
        raise Refused(f"Choose one of the {field.replace('_', ' ')}s that the service knows.", field=field)
    return code


def _outcomes(chosen: Iterable[str], words: OfferWords) -> list[str]:
    wanted = set(chosen)
    if unknown := wanted - set(words.outcomes):
        raise Refused(f"This kind of group does not work towards {min(unknown)}.", field="outcomes")
    return [outcome for outcome in words.outcomes if outcome in wanted]


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
    venue_name: str = "",
    team: Team | None = None,
    leader: User | None = None,
    co_leaders: Iterable[User] = (),
    sessions: Iterable[datetime] = (),
    minutes: int = 0,
    gap: str = "",
    need: Need | None = None,
    duplication_reason: str = "",
    batch: UUID | None = None,
    at: datetime,
) -> Run:
    """Propose a run of a programme in an area. Returns it. Clause 2.8, first printing, and 2.10 (Essex advisors).

    `venue_name` is for a place that may be new; `sessions` are planned with it, each of so many minutes.
    Raises Refused where the contract asks which gap it fills and nobody said, and Duplicated where another provider has the same
    programme in the area in that term and no reason is given. A list of the past (`batch`) is asked for neither.
    """
    if ends_on < starts_on:
        raise Refused("The last day cannot be before the first.", field="ends_on")
    if places < 1:
        raise Refused("Enter how many people can come, 1 or more.", field="places")
    words = offer_of(programme, rules(programme.service, timezone.localdate(at)).contract)
    gap, duplication_reason = gap.strip(), duplication_reason.strip()
    if batch is None:
        if words and "gap" in words.needs and not gap:
            raise Refused("Say which gap this run fills.", field="gap")
        if not _has_duplicate(programme, area, starts_on, duplication_reason):
            duplication_reason = ""
    if venue_name.strip():
        venue = places_of.add_venue(actor, subject, name=venue_name, area=area, at=at)
    run = Run.objects.create(
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
        gap=gap,
        need=need,
        duplication_reason=duplication_reason,
        proposed_at=at,
        proposed_by_id=actor.id,
        needs_agreement=bool(words is None or words.agreed_with),
        batch=batch,
    )
    CoLeader.objects.bulk_create([CoLeader(run=run, user=user) for user in co_leaders])
    if planned := list(sessions):
        plan_sessions(actor, run, starts=planned, minutes=minutes, at=at)
    return run


def _has_duplicate(programme: Programme, area: Area, starts_on: date, reason: str) -> bool:
    """Whether somebody else offers the same there that term. Raises Duplicated where so and no reason is given."""
    term = term_of(programme.service, starts_on)
    same = directory.the_same_elsewhere(
        programme.service, title=programme.title, area=area, since=term.first_day, until=term.last_day
    )
    if same and not reason:
        said = "; ".join(dict.fromkeys(f"{one.provider} offers “{one.title}”" for one in same))
        raise Duplicated(
            f"{said} in {area.name} in {term.name} already. Say why it is run again, or choose another.", same=same
        )
    return bool(same)


@command(allow=Permission.APPROVE_PROGRAMME)
def agree(actor: Actor, subject: Run, *, agreed_on: date, agreed_by: str, at: datetime) -> Run:
    """Record that the area's coordinator agreed: the day and their name. Returns the run. Twice changes nothing."""
    run = locked(subject)
    if run.agreed_on:
        otherwise = f"{run.agreed_by} agreed to this already, on {day_in_words(run.agreed_on)}."
        require_same(run, {"agreed_on": agreed_on, "agreed_by": agreed_by.strip()}, otherwise)
        return run
    if run.cancelled_at:
        raise Refused("This group was cancelled. There is nothing left to agree.")
    if agreed_on > timezone.localdate(at):
        raise Refused("The day of agreement cannot be in the future.", field="agreed_on")
    if run.has_ended(agreed_on):
        raise Refused(f"The group ended on {day_in_words(run.ends_on)}. Enter a day before that.", field="agreed_on")
    if not agreed_by.strip():
        raise Refused("Enter the name of the coordinator who agreed.", field="agreed_by")
    run.agreed_on, run.agreed_by = agreed_on, agreed_by.strip()
    run.save(update_fields=["agreed_on", "agreed_by"])
    return run


@command(allow=Permission.RUN_GROUP)
def advertise(actor: Actor, subject: Run, *, at: datetime) -> Run:
    """Make the run public. Returns it. Raises Refused before the coordinator agreed, where the contract asks for that."""
    run = locked(subject)
    if run.cancelled_at:
        raise Refused("This group was cancelled. It cannot be opened for booking.")
    if run.has_ended(timezone.localdate(at)):
        raise Refused(f"This group ended on {day_in_words(run.ends_on)}. It cannot be made public any more.")
    held = rules(run.service, timezone.localdate(at))
    if run.needs_agreement and ADVERTISING in held.contract.pathway.gates:
        answered = held.check_gate(ADVERTISING, registry.about(run, held.on))
        if answered.answer is not Answer.YES:
            raise Refused(" ".join(reason.text for reason in answered.reasons))
    if run.advertised_at is None:
        run.advertised_at = at
        run.save(update_fields=["advertised_at"])
    return run


@command(allow=Permission.RUN_GROUP)
def call_off(actor: Actor, subject: Run, *, reason: str, at: datetime) -> Run:
    """Call the whole run off, and every session that was not held. Returns the run.

    Raises Refused without a reason, and for a run that was held to its end.
    """
    run = locked(subject)
    if run.cancelled_at:
        require_same(run, {"cancelled_reason": reason.strip()}, "This group was cancelled already.")
        return run
    if run.has_ended(timezone.localdate(at)) and Session.objects.filter(run=run, held_at__isnull=False).exists():
        raise Refused(f"This group was held and ended on {day_in_words(run.ends_on)}. It stands.")
    if not reason.strip():
        raise Refused("Say why it is cancelled.", field="reason")
    run.cancelled_at, run.cancelled_reason = at, reason.strip()
    run.save(update_fields=["cancelled_at", "cancelled_reason"])
    still_to_come = Session.objects.filter(run=run, held_at=None, cancelled_at=None)
    still_to_come.update(cancelled_at=at, cancelled_reason=run.cancelled_reason)
    return run


@command(allow=Permission.RUN_GROUP)
def cancel_session(actor: Actor, subject: Session, *, reason: str, at: datetime) -> Session:
    """Call one session off. Returns it. Raises Refused without a reason, and for one that was held."""
    session = locked(subject)
    if session.cancelled_at:
        require_same(session, {"cancelled_reason": reason.strip()}, "This session was cancelled already.")
        return session
    if session.held_at:
        raise Refused("This session was held. Its register stands.")
    if not reason.strip():
        raise Refused("Say why it is cancelled.", field="reason")
    session.cancelled_at, session.cancelled_reason = at, reason.strip()
    session.save(update_fields=["cancelled_at", "cancelled_reason"])
    return session


@command(allow=Permission.RUN_GROUP)
def change(
    actor: Actor,
    subject: Run,
    *,
    venue_name: str,
    leader: User,
    co_leaders: Iterable[User] = (),
    ends_on: date,
    gap: str = "",
    at: datetime,
) -> Run:
    """Change where a run is held, who leads it, its last day and the gap it fills. Returns the run; its agreement stands.

    Raises Refused for a last day before a session that is planned, and for a run that was cancelled.
    """
    run = Run.objects.select_related("area", "programme").select_for_update(of=("self",)).get(pk=subject.pk)
    if run.cancelled_at:
        raise Refused("This group was cancelled. It cannot be changed.")
    last = Session.objects.filter(run=run, cancelled_at=None).order_by("-starts_at").first()
    earliest = max(run.starts_on, timezone.localdate(last.starts_at)) if last else run.starts_on
    if ends_on < earliest:
        raise Refused("The last day cannot be before the last session that is planned.", field="ends_on")
    words = offer_of(run.programme, rules(run.service, timezone.localdate(at)).contract)
    if words and "gap" in words.needs and not gap.strip():
        raise Refused("Say which gap this run fills.", field="gap")
    run.venue = places_of.add_venue(actor, run.scope, name=venue_name, area=run.area, at=at)
    run.leader, run.ends_on, run.gap = leader, ends_on, gap.strip()
    run.save(update_fields=["venue", "leader", "ends_on", "gap"])
    others = {user.pk for user in co_leaders} - {leader.pk}
    CoLeader.objects.filter(run=run).exclude(user__in=others).delete()
    CoLeader.objects.bulk_create([CoLeader(run=run, user_id=user) for user in others], ignore_conflicts=True)
    return run


@command(allow=Permission.RUN_GROUP)
def answer_need(actor: Actor, subject: Run, *, need: Need, at: datetime) -> Run:
    """Say which need a run answers, where nobody had said so. Returns the run. Clause 2.10 (Essex advisors)."""
    run = locked(subject)
    run.need = need
    run.save(update_fields=["need"])
    return run


@command(allow=Permission.RUN_GROUP)
def plan_sessions(
    actor: Actor, subject: Run, *, starts: Iterable[datetime], minutes: int, at: datetime
) -> list[Session]:
    """Add sessions to a run; one that starts at the same time is there already. Returns all of them in order."""
    run = locked(subject)
    if run.cancelled_at:
        raise Refused("This group was cancelled. No session can be added.")
    if minutes < 1:
        raise Refused("Enter how many minutes a session takes.", field="minutes")
    wanted = sorted(set(starts))
    outside = [s for s in wanted if not run.starts_on <= timezone.localdate(s) <= run.ends_on]
    if outside:
        raise Refused("Every session must lie between the first and the last day of the run.", field="starts")
    there = dict(Session.objects.filter(run=run, starts_at__in=wanted).values_list("starts_at", "minutes"))
    if other := [start for start, length in there.items() if length != minutes]:
        at_that_time = timezone.localtime(min(other))
        raise Refused(
            f"A session of {there[min(other)]} minutes is planned for {at_that_time:%H:%M} on"
            f" {day_in_words(at_that_time.date())} already. Call that one off first.",
            field="minutes",
        )
    Session.objects.bulk_create(Session(run=run, starts_at=s, minutes=minutes) for s in wanted if s not in there)
    return list(Session.objects.filter(run=run).order_by("starts_at"))
