"""Raising People to check for a referral, and telling the safeguarding lead of those about restricted people."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks import commands as tasks
from fingerpost.people.families.checks import Raised, raise_checks
from fingerpost.people.families.matching import as_candidate, likely
from fingerpost.people.families.models import Person, PersonCheck
from fingerpost.people.families.recognition import Answer, Described, recognise
from fingerpost.work.referrals.as_sent import ReferralGiven, said_of
from fingerpost.work.referrals.known import EVERYBODY, kept
from fingerpost.work.referrals.models import Referral
from fingerpost.work.safeguarding.told import leads_of

TASK = "check_people"


def hold(
    actor: Actor, referral: Referral, given: ReferralGiven, answers: Mapping[str, Answer], at: datetime
) -> list[PersonCheck]:
    """Keep the referral until somebody has said of everybody on it who they are. Returns the questions.

    Where one of them may be restricted, all the questions and the referral lie with the safeguarding lead.
    """
    is_restricted = any(f.candidate.restricted for answer in answers.values() for f in kept(answer))
    raised = [
        Raised(finding, said_of(given, place), source_of(referral, given), referral_id=referral.pk, place=place)
        for place, answer in answers.items()
        for finding in kept(answer)
    ]
    checks = raise_checks(raised, service=referral.service, is_restricted=is_restricted, batch=referral.batch, at=at)
    scope = Scope(frozenset(), restricted=is_restricted)
    for check in checks:
        scope = scope | check.scope
    referral.scope = scope
    referral.save(force_insert=True)
    tell_lead(actor, checks, at)
    return checks


def alike(
    actor: Actor,
    referral: Referral,
    given: ReferralGiven,
    answers: Mapping[str, Answer],
    people: Mapping[str, Person],
    at: datetime,
) -> None:
    """Point out those who were written down anew and are like somebody known."""
    raised = [
        Raised(finding, said_of(given, place), source_of(referral, given), entry_id=people[place].pk, place=place)
        for place, answer in answers.items()
        for finding in kept(answer)
    ]
    if raised:
        checks = raise_checks(raised, service=referral.service, batch=referral.batch, at=at)
        tell_lead(actor, checks, at)


@command(
    allow=Permission.MAKE_REQUEST,
    includes=("tasks.raise_task",),
    sees_everything="the lead is told whom a newcomer may be, and whoever wrote them down is told nothing",
)
def look_for(actor: Actor, subject: Person, *, service: str, source: str, at: datetime) -> None:
    """Point out to their own team whom somebody just written down may be, of those whom the actor may not meet.

    Nothing of it is told to the actor, who has looked at the others already.
    """
    described = Described(subject.first_name, subject.last_name, subject.known_as, subject.born_on)
    people = [person for person in likely(EVERYBODY, described) if person.pk != subject.pk]
    answer = recognise(described, [as_candidate(person) for person in people])
    strong = {finding.candidate.id: finding for finding in kept(answer) if finding.is_strong}
    met = set(Person.objects.visible_to(actor).filter(pk__in=strong).values_list("pk", flat=True)) if strong else set()
    came = {
        "first_name": subject.first_name,
        "last_name": subject.last_name,
        "phone": subject.phone,
        "born_on": subject.born_on.isoformat() if subject.born_on else "",
    }
    said = {key: word for key, word in came.items() if word}
    raised = [Raised(finding, said, source, entry_id=subject.pk) for pk, finding in strong.items() if pk not in met]
    if raised:
        tell_lead(actor, raise_checks(raised, service=service, at=at), at)


@command(
    allow=Permission.RECORD_CONTACT,
    includes=("tasks.raise_task",),
    sees_everything="the lead is told that somebody restricted has the number, and whoever gave it is told nothing",
)
def tell_of_numbers(actor: Actor, subject: Person, *, at: datetime) -> None:
    """Have the safeguarding lead told where a number of the person is that of somebody restricted. Twice tells once."""
    tell_lead(actor, PersonCheck.objects.filter(entry=subject, restricted=True).open(), at)


def source_of(referral: Referral, given: ReferralGiven) -> str:
    """Where it came from, in words."""
    who = ", ".join(filter(None, (given.referrer_name, given.school.name if given.school else "")))
    return f"Referral {referral.ref}" + (f" from {who}" if who else "")


def tell_lead(actor: Actor, checks: Iterable[PersonCheck], at: datetime) -> None:
    """Put questions about restricted people on the safeguarding lead's list. Nobody else hears of them."""
    leads: dict[str, object] = {}
    for check in checks:
        if not check.restricted:
            continue
        services = sorted(key.partition(":")[2] for key in check.scope_keys if key.startswith("service:"))
        service = check.service if check.service in services or not services else services[0]
        if service not in leads:
            leads[service] = next(iter(leads_of(service, at)), None)
        if leads[service] is not None:
            tasks.raise_task(
                actor,
                check,
                service=service,
                kind=TASK,
                title="Check who somebody is",
                due_on=timezone.localdate(at),
                owner=leads[service],  # type: ignore[arg-type]
                at=at,
            )
