"""A concern raised, told, decided, referred and closed. Clause 2.11 (Essex advisors): the local board's procedures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.language.answers import Unknown
from fingerpost.language.calendars import Calendar
from fingerpost.language.clocks import deadline
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence import outbox
from fingerpost.people.families.models import Family, Restriction
from fingerpost.work.safeguarding.models import Concern, Step
from fingerpost.work.safeguarding.queries import TO_READ
from fingerpost.work.safeguarding.told import leads_of, supervisors_of

BY_US = "By email, at once"
TO_TELL_AGAIN = "concern_to_tell_again"


@command(allow=Permission.RAISE_CONCERN, includes=("correspondence.draft", "tasks.raise_task", "tasks.start"))
def raise_concern(
    actor: Actor,
    subject: Any,
    *,
    service: str,
    seen: str,
    seen_at: datetime,
    about: str = "",
    at: datetime,
) -> Concern:
    """Write down a concern that comes from a record: a family, case, contact, request, session, answer. Returns it.

    Whatever the state of the record: a closed case takes one as well. The safeguarding leads have it on their list and in an
    email at once, and the contract's clock runs until one decides. Raises Refused.
    """
    if not seen.strip():
        raise Refused("Write what you saw or heard.", field="seen")
    if seen_at > at:
        raise Refused("The time you saw or heard it cannot be in the future.", field="seen_at")
    family = _family_of(subject)
    if family is None and not about.strip():
        raise Refused("Write whom it is about.", field="about")
    leads, supervisors = leads_of(service, at), supervisors_of(actor, service, at)
    held = _rules(service, at)
    concern = Concern(
        ref=new_reference(Concern, "S"),
        service=service,
        family=family,
        about=about.strip(),
        source_kind=subject._meta.label_lower,
        source_id=subject.pk,
        source_ref=str(getattr(subject, "ref", "") or ""),
        seen=seen.strip(),
        seen_at=seen_at,
        raised_by_id=actor.id,
        raised_at=at,
        procedure=_edition(held, at),
        recorded_at=at,
    )
    mayknow = [actor.id, *(user.pk for user in supervisors)]
    concern.scope = _who_may_know(service, family, [one for one in mayknow if one])
    supervisors = [user for user in supervisors if f"named:{user.pk}" in concern.scope.keys]
    concern.save(force_insert=True)
    for user in supervisors:
        _write_to(
            actor, _told(actor, concern, user=user, how=BY_US, happened_at=at, at=at), user, "concern_of_your_team", at
        )
    for lead in leads:
        _notify(actor, concern, lead, at)
    _start_clock(actor, concern, held, leads, at)
    return concern


@command(allow=Permission.RAISE_CONCERN, includes=("correspondence.draft",))
def tell(
    actor: Actor,
    subject: Concern,
    *,
    who: str = "",
    user: User | None = None,
    how: str = "",
    told_at: datetime,
    by_email: bool = False,
    at: datetime,
) -> Step:
    """Write down that somebody was told, when and how. Returns the step.

    A colleague (`user`) may open the concern from now on. With `by_email` Fingerpost tells them itself.
    """
    concern = locked(subject)
    if user is None and not who.strip():
        raise Refused("Write who was told.", field="who")
    _require_time(told_at, concern, at, "told_at")
    if user is not None and f"named:{user.pk}" not in concern.scope_keys:
        _require_named_on(concern.family, user)
        _let_know(concern, user)
    step = _told(actor, concern, user=user, who=who.strip(), how=how.strip(), happened_at=told_at, at=at)
    if user is not None and by_email:
        _write_to(actor, step, user, "concern_of_your_team", at)
    return step


@command(
    allow=Permission.RAISE_CONCERN,
    includes=("correspondence.draft", "tasks.raise_task"),
    sees_everything="the lead hears of it also from who knows of no concern, and learns of none by it",
)
def tell_of_closing(actor: Actor, subject: Concern, *, case_ref: str, reason: str, at: datetime) -> list[Step]:
    """Tell the leads that the family's case was closed while the concern was open, and why. Returns a step for each lead.

    They find it among what they are to read.
    """
    concern = locked(subject)
    steps = []
    for lead in leads_of(concern.service, at):
        step = _told(
            actor, concern, user=lead, how=BY_US, note=f"Case {case_ref} was closed. {reason}", happened_at=at, at=at
        )
        _ask_to_read(actor, step, f"Case {case_ref} was closed over concern {concern.ref}. Look at it now", lead, at)
        _write_to(actor, step, lead, "concern_raised", at)
        steps.append(step)
    return steps


@command(allow=Permission.DECIDE_CONCERN, includes=("tasks.complete",))
def read(actor: Actor, subject: Concern, *, at: datetime) -> Step:
    """Note that the lead has read it; their task is done. Returns the step. Twice changes nothing."""
    concern = locked(subject)
    standing = Step.objects.filter(concern=concern, kind=Step.Kind.READ, user=actor.id).first() if actor.id else None
    step = standing or _step(actor, concern, Step.Kind.READ, user_id=actor.id, who=actor.name, happened_at=at, at=at)
    _complete(actor, concern, "Read", at, owner=actor.id)
    return step


@command(allow=Permission.RAISE_CONCERN)
def check(actor: Actor, subject: Concern, *, items: Iterable[str], at: datetime) -> list[Step]:
    """Tick points of the contract's checklist. Returns the steps that are new. Raises Refused for a point it does not hold."""
    concern = locked(subject)
    held = _rules(concern.service, at)
    points = held.contract.pathway.safeguarding.checklist if held and held.contract.pathway.safeguarding else {}
    wanted = list(dict.fromkeys(items))
    if unknown := [item for item in wanted if item not in points]:
        raise Refused(f"The checklist has no point called {unknown[0].replace('_', ' ')}.", field="items")
    done = set(Step.objects.filter(concern=concern, kind=Step.Kind.CHECKED).values_list("item", flat=True))
    return [
        _step(actor, concern, Step.Kind.CHECKED, item=item, user_id=actor.id, who=actor.name, happened_at=at, at=at)
        for item in wanted
        if item not in done
    ]


@command(allow=Permission.DECIDE_CONCERN, includes=("tasks.complete", "tasks.stop"))
def decide(actor: Actor, subject: Concern, *, decision: str, reason: str, at: datetime) -> Concern:
    """Write down what the lead decided and why; the clock stops. Returns the concern.

    After "find out more" they decide again; any other decision stands. Raises Refused.
    """
    concern = locked(subject)
    _require_open(concern)
    if decision not in Concern.Decision.values:
        raise Refused("Choose what you decide.", field="decision")
    if not reason.strip():
        raise Refused("Write why you decide so.", field="reason")
    if concern.decision not in ("", Concern.Decision.FIND_OUT):
        raise Refused(f"{concern.decided_by or 'Somebody'} decided on this already. Take that back first.")
    read(actor, concern, at=at)
    concern.decision, concern.decision_reason = decision, reason.strip()
    concern.decided_by_id, concern.decided_at = actor.id, at
    concern.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    _complete(actor, concern, "Decided", at)
    if (key := _clock_key(_rules(concern.service, at))) and decision != Concern.Decision.FIND_OUT:
        tasks.stop(actor, concern, key=key, stopped_at=at, at=at)
    return concern


@command(
    allow=Permission.DECIDE_CONCERN,
    includes=("correspondence.draft", "tasks.raise_task", "tasks.resume"),
    sees_everything="everybody who was told hears that it no longer holds, whoever takes it back, and learns nothing else by it",
)
def take_back_decision(actor: Actor, subject: Concern, *, reason: str, at: datetime) -> Concern:
    """Take back what was decided by mistake, with a reason: the concern waits for a decision again, on the clock it had.

    Of a closed concern its closing is taken back; the decision then stands until it is taken back as well. Everybody who was told
    of the concern is told that this no longer holds. Returns the concern; a referral that was made stays written down.
    Raises Refused where nothing was decided.
    """
    require_reason(reason, "Say why it is taken back.")
    concern = locked(subject)
    if not concern.decision:
        raise Refused("Nothing was decided on this concern. There is nothing to take back.")
    if concern.closed_at:
        put_right(concern, {"closed_at": None, "outcome": ""})
        what = "The closing"
    else:
        put_right(concern, {"decision": "", "decision_reason": "", "decided_by_id": None, "decided_at": None})
        what = "The decision"
        if key := _clock_key(_rules(concern.service, concern.raised_at)):
            tasks.resume(actor, concern, key=key, at=at)
    _tell_again(actor, concern, f"{what} was taken back. {reason.strip()}", at)
    return concern


def _tell_again(actor: Actor, concern: Concern, note: str, at: datetime) -> None:
    """The leads and everybody who was told hear that something no longer holds; whom we cannot write to the actor is to tell."""
    leads = {lead.pk: lead for lead in leads_of(concern.service, at)}
    told = Step.objects.filter(concern=concern, kind=Step.Kind.TOLD).select_related("user").order_by("recorded_at")
    steps = list(told)
    people = leads | {step.user.pk: step.user for step in steps if step.user}
    for user in (one for key, one in people.items() if key != actor.id):
        step = _told(actor, concern, user=user, how=BY_US, note=note, happened_at=at, at=at)
        if user.pk in leads:
            _ask_to_read(actor, step, f"A decision on concern {concern.ref} was taken back. Look at it now", user, at)
        _write_to(
            actor,
            step,
            user,
            "concern_of_your_team",
            at,
            said="What was decided on a safeguarding concern was taken back.",
        )
    for who, step in {step.who: step for step in steps if step.user is None and not step.note}.items():
        tasks.raise_task(
            actor,
            step,
            service=concern.service,
            kind=TO_TELL_AGAIN,
            title=f"Concern {concern.ref}: tell {who} that the decision was taken back"[:200],
            due_on=timezone.localdate(at),
            owner=User.objects.filter(pk=actor.id).first() if actor.id else None,
            ref=concern.ref,
            at=at,
        )


@command(allow=Permission.RAISE_CONCERN)
def refer(
    actor: Actor, subject: Concern, *, referred_at: datetime, referred_to: str = "", reference: str = "", at: datetime
) -> Concern:
    """Write down that social care was told, when, and the number they gave. Returns the concern.

    Nobody need wait for the lead's decision: a child in danger is referred by whoever knows. Raises Refused.
    """
    concern = locked(subject)
    _require_open(concern)
    _require_time(referred_at, concern, at, "referred_at")
    if concern.referred_at:
        raise Refused("A referral was written down already.")
    held = _rules(concern.service, at)
    usual = held.contract.pathway.safeguarding.refer_to if held and held.contract.pathway.safeguarding else ""
    concern.referred_at, concern.referred_to = referred_at, referred_to.strip() or usual or "Social care"
    concern.referral_reference = reference.strip()
    concern.save(update_fields=["referred_at", "referred_to", "referral_reference"])
    return concern


@command(allow=Permission.DECIDE_CONCERN)
def close(actor: Actor, subject: Concern, *, outcome: str, at: datetime) -> Concern:
    """Write down how it ended. Returns the concern. Raises Refused while it is undecided, or decided and not yet referred."""
    concern = locked(subject)
    _require_open(concern)
    if concern.decision in ("", Concern.Decision.FIND_OUT):
        raise Refused("Decide on this concern before you close it.")
    if concern.decision == Concern.Decision.REFER and concern.referred_at is None:
        raise Refused("Write down the referral to social care before you close it.")
    if not outcome.strip():
        raise Refused("Write how it ended.", field="outcome")
    concern.outcome, concern.closed_at = outcome.strip(), at
    concern.save(update_fields=["outcome", "closed_at"])
    return concern


def _family_of(record: Any) -> Family | None:
    if isinstance(record, Family):
        return record
    found = getattr(record, "family_id", None)
    return Family.objects.filter(pk=found).first() if found else None


def _rules(service: str, at: datetime) -> Rules | None:
    """The contract on the day; None where none is in force. A concern is taken all the same."""
    try:
        return rules(service, timezone.localdate(at))
    except NothingInForce:
        return None


def _edition(held: Rules | None, at: datetime) -> str:
    words = held.contract.pathway.safeguarding if held else None
    edition = words.edition_on(timezone.localdate(at)) if words else None
    return f"{words.procedures}: {edition.title}"[:200] if words and edition else ""


def _clock_key(held: Rules | None) -> str:
    words = held.contract.pathway.safeguarding if held else None
    return (words.clock or "") if words else ""


def _start_clock(actor: Actor, concern: Concern, held: Rules | None, leads: list[User], at: datetime) -> None:
    key = _clock_key(held)
    if held is None or not key:
        return
    calendar = Calendar(held.contract.agreement.jurisdiction)
    started = held.contract.clocks[key].starts or ""
    due = deadline(held.contract, key, {started: at}, calendar, held.choices)
    if isinstance(due, Unknown):
        return
    tasks.start(
        actor,
        concern,
        service=concern.service,
        key=key,
        title=f"{held.contract.clocks[key].title} {concern.ref}"[:200],
        started_at=at,
        due_at=due,
        owner=leads[0] if leads else None,
        ref=concern.ref,
        at=at,
    )


def _notify(actor: Actor, concern: Concern, lead: User, at: datetime) -> None:
    """The lead's task, and an email that names nobody: it may be read on a telephone in a bus."""
    step = _told(actor, concern, user=lead, how=BY_US, happened_at=at, at=at)
    _ask_to_read(actor, step, f"Read safeguarding concern {concern.ref} now", lead, at)
    _write_to(actor, step, lead, "concern_raised", at)


def _ask_to_read(actor: Actor, step: Step, title: str, lead: User, at: datetime) -> None:
    tasks.raise_task(
        actor,
        step,
        service=step.concern.service,
        kind=TO_READ,
        title=title,
        due_on=timezone.localdate(at),
        owner=lead,
        ref=step.concern.ref,
        at=at,
    )


def _write_to(
    actor: Actor,
    step: Step,
    reader: User,
    kind: str,
    at: datetime,
    *,
    said: str = "A safeguarding concern was raised.",
) -> None:
    """An email that a concern waits for them. Whether it arrived is shown beside the step."""
    ref = step.concern.ref
    message = correspondence.draft(
        actor,
        step,
        service=step.concern.service,
        kind=kind,
        recipient=reader.email,
        subject_line="A safeguarding concern waits for you",
        body=f"{said} Its reference is {ref}.\n\nSign in to Fingerpost to read it now.",
        at=at,
    )
    outbox.post(
        recipient=reader.email,
        subject=message.subject,
        body=message.body,
        kind=kind,
        service=message.service,
        about=step,
        message=message,
    )


def _told(
    actor: Actor,
    concern: Concern,
    *,
    user: User | None,
    who: str = "",
    how: str,
    note: str = "",
    happened_at: datetime,
    at: datetime,
) -> Step:
    name = user.name if user else who
    user_id = user.pk if user else None
    return _step(
        actor, concern, Step.Kind.TOLD, user_id=user_id, who=name, how=how, note=note, happened_at=happened_at, at=at
    )


def _step(
    actor: Actor, concern: Concern, kind: Step.Kind, *, happened_at: datetime, at: datetime, **words: Any
) -> Step:
    step = Step(concern=concern, kind=kind, happened_at=happened_at, recorded_by_id=actor.id, recorded_at=at, **words)
    step.scope = concern.scope
    step.save(force_insert=True)
    return step


def _who_may_know(service: str, family: Family | None, users: list[UUID]) -> Scope:
    """The lead and these; of a restricted family those alone whom the lead has named, and these again once it is lifted."""
    kept = _restriction(family)
    if kept is None:
        return Scope.of(service=service, named=users, restricted=True)
    scope = Scope.of(service=service, named=kept.named, restricted=True)
    return Scope(scope.keys | {"told:", *(f"told:{one}" for one in users)}, restricted=True)


def _require_named_on(family: Family | None, user: User) -> None:
    kept = _restriction(family)
    if kept is not None and user.pk not in kept.named and not Actor.of(user).has(Permission.VIEW_RESTRICTED):
        raise Refused(
            f"This family is restricted. The safeguarding lead has to say first that {user.name} may know of them.",
            field="user",
        )


def _restriction(family: Family | None) -> Restriction | None:
    with seeing_everything(why="that a family is restricted holds for whoever acts, who need not know why"):
        return Restriction.objects.filter(family=family, until=None).first() if family else None


def _let_know(concern: Concern, user: User) -> None:
    """Name somebody on the concern and on all that hangs on it."""
    told = {f"told:{user.pk}"} if "told:" in concern.scope_keys else set()
    concern.scope = Scope(concern.scope.keys | told | {f"named:{user.pk}"}, restricted=True)
    concern.save(update_fields=["scope_keys", "restricted"])
    Step.objects.filter(concern=concern).update(scope_keys=concern.scope_keys)


def _complete(actor: Actor, concern: Concern, outcome: str, at: datetime, *, owner: UUID | None = None) -> None:
    steps = Step.objects.filter(concern=concern, kind=Step.Kind.TOLD).values("pk")
    waiting = Task.objects.open().filter(origin_kind=Step._meta.label_lower, origin_id__in=steps)
    for task in waiting.filter(owner_id=owner) if owner else waiting:
        tasks.complete(actor, task, outcome=outcome, at=at)


def _require_open(concern: Concern) -> None:
    if concern.closed_at:
        raise Refused("This concern is closed. Raise a new one if you are worried again.")


def _require_time(moment: datetime, concern: Concern, at: datetime, field: str) -> None:
    if moment > at:
        raise Refused("That time cannot be in the future.", field=field)
    if moment < concern.seen_at:
        raise Refused("That time is before it was seen or heard. Correct it.", field=field)
