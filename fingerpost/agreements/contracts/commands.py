"""Adopting a contract, agreeing its readings, entering what it leaves open, and deciding under it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from fingerpost.agreements.contracts.adopted import follow_adoption
from fingerpost.agreements.contracts.compiled import compiled
from fingerpost.agreements.contracts.models import AgreedReading, Agreement, Decision, EnteredValue, Version
from fingerpost.agreements.contracts.queries import AGREEMENT_KIND, clock_key, day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.actor import Actor, HasScope
from fingerpost.ground.access.command import Refused, command, forget_what_was_read
from fingerpost.ground.access.models import Organisation, ServiceRoles
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places import working_days
from fingerpost.ground.places.commands import AreaGiven
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.answers import Unknown
from fingerpost.language.compile import check, contract_hash
from fingerpost.language.contract import Contract
from fingerpost.language.decide import Decision as Answered
from fingerpost.language.examples import ExampleResult, run_examples
from fingerpost.language.facts import Facts
from fingerpost.language.faults import ContractFaulty, Fault, Severity
from fingerpost.language.periods import ReturnDue, returns_due
from fingerpost.language.vocabulary import VOCABULARY


class ContractRefused(Refused):
    """The files have errors. `faults` holds every finding, errors first."""

    def __init__(self, faults: list[Fault]) -> None:
        errors = [fault for fault in faults if fault.severity is Severity.ERROR]
        number = "one error" if len(errors) == 1 else f"{len(errors)} errors"
        super().__init__(f"The contract has {number} and was not adopted. The first: {errors[0]}")
        self.faults = faults


class ExamplesFail(Refused):
    """Worked examples of the contract come out otherwise than they say. `failed` holds them."""

    def __init__(self, failed: list[ExampleResult]) -> None:
        number = "One example comes" if len(failed) == 1 else f"{len(failed)} examples come"
        first = f"{', '.join(failed[0].clauses)}: {failed[0].name}: {'; '.join(failed[0].problems)}"
        super().__init__(
            f"{number} out otherwise, so the contract was not adopted. Put the rule or the example right. The first: {first}"
        )
        self.failed = failed


@command(
    allow=Permission.ADMINISTER_SYSTEM,
    includes=("service_roles.take_over_roles", "tasks.start", "tasks.stop", "places.define_areas"),
)
def adopt(
    actor: Actor, subject: Scope, *, sources: Mapping[str, str], in_force_from: date | None = None, at: datetime
) -> Version:
    """Check the files and pin them as the version in force from a day; the agreement's first day unless another is given.

    `subject` is PLATFORM. The same files twice come back as the version they already are. Opens a clock for every return of
    the calendar, writes its areas down, and loads the working days of its country: nothing else has to be set up. An area that a
    later version leaves out is closed from that version's day. Raises ContractRefused with the faults, ExamplesFail, or Refused.
    """
    hash_ = contract_hash(sources)
    try:
        contract = compiled(hash_, lambda: sources, is_new=True)
    except ContractFaulty as faulty:
        raise ContractRefused(check(sources, VOCABULARY)) from faulty
    agreement = _agreement(contract)
    adopted = Version.objects.filter(agreement=agreement)
    if (same := adopted.filter(hash=hash_).first()) is not None:
        return same
    last = adopted.order_by("-number").first()
    if last is not None:
        _require_later(contract, last, in_force_from)
    _require_examples(contract)
    _follow(agreement, contract)
    version = Version.objects.create(
        agreement=agreement,
        number=contract.version,
        hash=hash_,
        sources=dict(sources),
        in_force_from=in_force_from or agreement.starts_on,
        adopted_at=at,
        adopted_by_id=actor.id,
    )
    _take_over_roles(actor, subject, contract, version, at)
    forget_what_was_read()
    _write_areas(actor, subject, contract, version.in_force_from, at)
    working_days.ensure(contract.agreement.jurisdiction.lower())
    _open_return_clocks(actor, agreement, contract, at)
    follow_adoption(agreement.key, version.in_force_from, at)
    return version


@command(allow=Permission.AGREE_CONTRACT)
def agree_reading(
    actor: Actor, subject: Agreement, *, question: str, letter: str, in_force_from: date, note: str = "", at: datetime
) -> AgreedReading:
    """Record which reading of an unclear clause the commissioner agrees to, from a day. Returns it. Rule X-2.

    Agreeing again from the same day replaces that day's answer. Raises Refused for a question or letter the contract lacks.
    """
    if actor.id is None:
        raise Refused("A reading is agreed by a person. Sign in as the commissioner.")
    asked = rules(subject.key, max(in_force_from, subject.starts_on)).contract.questions.get(question)
    if asked is None:
        raise Refused("The contract asks no such question. Choose one from its page of readings.", field="question")
    if letter not in asked.answers:
        offered = ", ".join(asked.answers)
        raise Refused(f"There is no reading {letter}. Choose one of {offered}.", field="letter")
    said = {"letter": letter, "agreed_by_id": actor.id, "agreed_at": at, "note": note.strip()}
    forget_what_was_read()
    return AgreedReading.objects.update_or_create(
        agreement=subject, question=question, in_force_from=in_force_from, defaults=said
    )[0]


@command(allow=Permission.PREPARE_RETURN)
def enter_value(
    actor: Actor, subject: Agreement, *, name: str, since: date, value: Decimal | str, source: str, at: datetime
) -> EnteredValue:
    """Enter a dated value that the contract leaves to be typed, with where it comes from. Returns it. Raises Refused."""
    dated = rules(subject.key, max(since, subject.starts_on)).contract.values.get(name)
    if dated is None or not any(spell.entered for spell in dated.spells):
        raise Refused("The contract does not leave this value to be entered. Choose one that it does.", field="name")
    if not source.strip():
        raise Refused("Say where this number comes from.", field="source")
    said = {"value": str(value), "source": source.strip(), "entered_by_id": actor.id, "entered_at": at}
    forget_what_was_read()
    return EnteredValue.objects.update_or_create(agreement=subject, name=name, since=since, defaults=said)[0]


@command(allow=Permission.DECIDE_REQUEST)
def decide(
    actor: Actor,
    subject: HasScope | Scope,
    *,
    service: str,
    name: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    facts: Facts,
    on: date | None = None,
    held: Rules | None = None,
    at: datetime,
) -> Decision:
    """Put facts to a decision or gate of the contract in force and store the answer with its reasons. Returns the stored row.

    `answer` is yes, no or not_known; `reasons` is a list of {clauses, printed, criterion, label, answer, text}, `facts` holds the
    facts that were looked at, `version` what decided. `held` are the rules of the day where the caller has read them already.
    Raises NothingInForce, or KeyError for a name the contract lacks.
    """
    held = held or rules(service, on or timezone.localdate(at))
    is_gate = name not in held.contract.decisions
    answered = held.check_gate(name, facts) if is_gate else held.decide(name, facts)
    scope = subject if isinstance(subject, Scope) else subject.scope
    row = Decision(
        version_id=held.version_id,
        name=name,
        subject_kind=subject_kind,
        subject_id=subject_id,
        answer=answered.answer.value,
        outcome=answered.outcome or "",
        route=answered.route or "",
        reasons=_reasons(answered, held.contract),
        facts={fact: _plain(value) for fact, value in answered.facts.items()},
        readings=held.choices,
        decided_by_id=actor.id,
        decided_at=at,
    )
    row.scope = scope
    row.save(force_insert=True)
    return row


def _plain(value: Any) -> Any:
    """A fact as JSON keeps it; fractions exactly."""
    match value:
        case Unknown():
            return {"unknown": value.value}
        case bool() | int() | str() | float():
            return value
        case date():
            return value.isoformat()
        case frozenset() | set() | list() | tuple():
            return sorted(value)
        case Fraction() | Decimal():
            return str(value)
    return str(value)


def _reasons(answered: Answered, contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "clauses": list(reason.clauses),
            "printed": [contract.clauses[key].printed for key in reason.clauses if key in contract.clauses],
            "criterion": reason.criterion,
            "label": reason.label,
            "answer": reason.answer.value,
            "text": reason.text,
            "brief": reason.brief,
        }
        for reason in answered.reasons
    ]


def _agreement(contract: Contract) -> Agreement:
    """The agreement's row, made at the first adoption and locked."""
    words = contract.agreement
    if words.end is None:
        raise Refused("The agreement has no last day. Add `end` to agreement.yaml.")
    terms = {"title": words.title, "starts_on": words.start, "ends_on": words.end}
    made, _ = Agreement.objects.get_or_create(key=words.key, defaults=terms)
    return Agreement.objects.select_for_update(of=("self",)).get(pk=made.pk)


def _follow(agreement: Agreement, contract: Contract) -> None:
    """Bring the agreement's row into line with the files."""
    words = contract.agreement
    agreement.title, agreement.starts_on, agreement.ends_on = words.title, words.start, words.end or agreement.ends_on
    agreement.amount = None if words.amount is None else Decimal(words.amount)
    agreement.reference = words.reference or ""
    agreement.commissioner = _organisation(words.commissioner, "council")
    agreement.provider = _organisation(words.provider, "provider")
    agreement.save()


def _take_over_roles(actor: Actor, subject: Scope, contract: Contract, version: Version, at: datetime) -> None:
    """The roles as this version has them; nothing is kept as long as no version says anything of roles."""
    words = {key: one.model_dump(mode="json", exclude_none=True) for key, one in contract.roles.items()}
    if words or ServiceRoles.objects.filter(service=contract.key).exists():
        access.take_over_roles(
            actor, subject, service=contract.key, number=version.number, since=version.in_force_from, words=words, at=at
        )


def _organisation(name: str | None, kind: str) -> Organisation | None:
    if name is None:
        return None
    key = slugify(name).replace("-", "_")
    return Organisation.objects.get_or_create(key=key, defaults={"name": name, "kind": kind})[0]


def _require_later(contract: Contract, last: Version, in_force_from: date | None) -> None:
    if contract.version <= last.number:
        raise Refused(
            f"Version {last.number} is already adopted with other words. Write `version: {last.number + 1}` in agreement.yaml."
        )
    if in_force_from is None or in_force_from <= last.in_force_from:
        raise Refused(
            f"Say from which day the new version holds: a day after {day_in_words(last.in_force_from)}, when the last one began.",
            field="in_force_from",
        )


def _require_examples(contract: Contract) -> None:
    failed = [result for result in run_examples(contract) if not result.holds]
    if failed:
        raise ExamplesFail(failed)


def _write_areas(actor: Actor, subject: Scope, contract: Contract, since: date, at: datetime) -> None:
    depths = {level: depth for depth, level in enumerate(contract.levels, start=1)}
    areas = [
        AreaGiven(area.code, area.name, area.level, depths[area.level], area.parent) for area in contract.areas.values()
    ]
    places.define_areas(actor, subject, service=contract.agreement.key, areas=areas, closing_from=since, at=at)


def _open_return_clocks(actor: Actor, agreement: Agreement, contract: Contract, at: datetime) -> None:
    """One running clock for each return that has not been sent; those the new calendar has dropped are stopped."""
    wanted = {clock_key(due): due for due in returns_due(contract)}
    about = {"subject_kind": AGREEMENT_KIND, "subject_id": agreement.pk}
    held = dict(Clock.objects.filter(**about, key__startswith="return_").values_list("key", "stopped_at"))
    for key, due in wanted.items():
        if key not in held:
            _start_clock(actor, agreement, key, due, contract, at)
    for key, stopped_at in held.items():
        if key not in wanted and stopped_at is None:
            tasks.stop(actor, agreement, key=key, stopped_at=at, at=at)


def _start_clock(
    actor: Actor, agreement: Agreement, key: str, due: ReturnDue, contract: Contract, at: datetime
) -> None:
    title = contract.returns[due.series].title
    tasks.start(
        actor,
        agreement,
        service=agreement.key,
        key=key,
        title=title,
        started_at=timezone.make_aware(datetime.combine(due.period.start, time.min)),
        due_at=timezone.make_aware(datetime.combine(due.due + timedelta(days=1), time.min)) - timedelta(microseconds=1),
        at=at,
    )
