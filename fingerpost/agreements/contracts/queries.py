"""What was agreed, as pages and other rooms ask for it."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts import latest
from fingerpost.agreements.contracts.compiled import compiled
from fingerpost.agreements.contracts.latest import Latest
from fingerpost.agreements.contracts.models import Agreement, Decision, Version
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.contract import Clause, Contract
from fingerpost.language.dated import Dated, Scalar, Spell
from fingerpost.language.periods import ReturnDue, returns_due
from fingerpost.language.readings import Agreed, InForce, Question
from fingerpost.language.readings import in_force as answers_in_force
from fingerpost.language.settings import values_under

NOT_STATED = "not stated"
RETURN_CLOCK = "return_"
"""How the key begins of each clock that runs until a return is sent."""

AGREEMENT_KIND = "contracts.agreement"


class NothingInForce(Refused):
    """The service has no contract on the day asked."""


def rules(service: str, on: date) -> Rules:
    """The contract, the readings and the entered values of a service on a day. One query. Raises NothingInForce."""
    found = latest.of_service(service, on)
    if found is None:
        raise NothingInForce(
            f"No contract for {service.replace('_', ' ')} is in force on {day_in_words(on)}. Adopt one first."
        )
    return _rules(found, on)


def rules_of(version_id: uuid.UUID, on: date) -> Rules:
    """The rules as one version states them, whatever is in force: a closed period keeps the version it was reported under."""
    found = latest.of_version(version_id, on)
    if found is None:
        raise Version.DoesNotExist(version_id)
    return _rules(found, on)


def in_force(service: str, on: date) -> Contract:
    """The compiled contract of a service on a day, entered values filled in. One query. Raises NothingInForce."""
    return rules(service, on).contract


def readings_in_force(service: str, on: date) -> Mapping[str, InForce]:
    """The answer to every unclear question on a day, by the question's key, agreed or only proposed. One query."""
    return rules(service, on).readings


def may_open_cases(service: str, on: date) -> bool:
    """Whether new cases may be opened: a contract is in force and its term covers the day. One query."""
    try:
        return rules(service, on).may_open_cases
    except NothingInForce:
        return False


def agreement_of(service: str) -> Agreement:
    """The agreement of a service. Raises Agreement.DoesNotExist."""
    return Agreement.objects.select_related("commissioner", "provider").get(key=service)


def versions(agreement: Agreement) -> list[Version]:
    """Every version adopted, the latest first, without their files."""
    return list(
        Version.objects.filter(agreement=agreement).defer("sources").select_related("adopted_by").order_by("-number")
    )


def version_of(agreement: Agreement, number: int | None, on: date) -> Version:
    """One version adopted, or the one in force on the day, without its files. Raises Version.DoesNotExist."""
    found = Version.objects.filter(agreement=agreement).defer("sources")
    if number is not None:
        return found.get(number=number)
    latest_begun = found.filter(in_force_from__lte=on).order_by("-in_force_from", "-number").first()
    if latest_begun is None:
        raise Version.DoesNotExist(agreement.key)
    return latest_begun


@dataclass(frozen=True)
class Details:
    """An agreement as its page shows it: pairs of words, and "not stated" for what the paper leaves blank."""

    agreement: Agreement
    lines: tuple[tuple[str, str], ...]


def details(agreement: Agreement, on: date) -> Details:
    """The parties, the term and the money of an agreement, blanks said as blanks."""
    words = rules(agreement.key, max(on, agreement.starts_on)).contract.agreement
    days = (agreement.ends_on - agreement.starts_on).days + 1
    lines = (
        ("Commissioner", agreement.commissioner.name if agreement.commissioner else NOT_STATED),
        ("Provider", agreement.provider.name if agreement.provider else NOT_STATED),
        ("Service", agreement.title),
        ("Schedule", words.schedule or NOT_STATED),
        ("Funding programme", words.funding_programme or NOT_STATED),
        ("Term", f"{day_in_words(agreement.starts_on)} to {day_in_words(agreement.ends_on)} ({days} days)"),
        ("Amount", NOT_STATED if agreement.amount is None else f"£{agreement.amount:,.2f}"),
        ("Reference", agreement.reference or NOT_STATED),
    )
    return Details(agreement, lines)


@dataclass(frozen=True)
class Status:
    """Where an agreement stands on a day: one sentence, and the returns still owed."""

    words: str
    owed: tuple[ReturnDue, ...]


def status_of(agreement: Agreement, on: date) -> Status:
    """Whether the money runs and which returns are still owed on the day. Reporting may outlast the term."""
    owed = returns_owed(agreement, on)
    if on < agreement.starts_on:
        return Status(f"starts on {day_in_words(agreement.starts_on)}", owed)
    if on <= agreement.ends_on:
        late = [due for due in owed if due.due < on]
        words = f"running until {day_in_words(agreement.ends_on)}"
        return Status(f"{words}, {_counted(late)} overdue" if late else words, owed)
    if not owed:
        return Status("funding ended, all returns sent", owed)
    days = _listed([day_in_words(due.due) for due in owed])
    return Status(f"funding ended, {_counted(owed)} due {days}", owed)


def returns_owed(agreement: Agreement, on: date) -> tuple[ReturnDue, ...]:
    """Returns of the calendar whose clock was still running at the end of the day, by due date."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    with seeing_everything(why="the clocks of an agreement's returns are about nobody"):
        stopped = dict(_return_clocks(agreement).values_list("key", "stopped_at"))
    return tuple(due for due in returns_due(contract) if not _is_over(stopped.get(clock_key(due)), on))


def returns_of(agreement: Agreement) -> tuple[ReturnDue, ...]:
    """The calendar of returns as the latest version adopted states it, by due date. Raises NothingInForce."""
    return rules(agreement.key, date.max).returns_due


def clock_key(due: ReturnDue) -> str:
    """The key of the clock that runs until a return is sent."""
    return f"{RETURN_CLOCK}{due.series}_{due.due:%Y_%m_%d}"


@dataclass(frozen=True)
class ClauseRow:
    """One clause as the matrix shows it: what it asks, how it is held, and what serves it."""

    clause: Clause
    serves: tuple[str, ...]
    questions: tuple[tuple[Question, InForce], ...]

    @property
    def is_served(self) -> bool:
        return bool(self.serves) or self.clause.status in ("context", "narrative")


def clause_matrix(agreement: Agreement, on: date) -> list[ClauseRow]:
    """Every clause in the order of the paper, with what in the contract serves it and its unclear questions."""
    found = rules(agreement.key, on)
    by_clause: dict[str, list[tuple[Question, InForce]]] = {}
    for question in found.contract.questions.values():
        for clause in question.clauses:
            by_clause.setdefault(clause, []).append((question, found.readings[question.key]))
    clauses = sorted(found.contract.clauses.values(), key=lambda clause: clause.order)
    return [ClauseRow(clause, _serving(clause), tuple(by_clause.get(clause.key, ()))) for clause in clauses]


def decisions_about(kind: str, subject_id: Any) -> list[Decision]:
    """Decisions stored about one record, the latest first. The caller has seen that the record may be met."""
    found = Decision.objects.filter(subject_kind=kind, subject_id=subject_id)
    return list(found.select_related("version", "decided_by").defer("version__sources").order_by("-decided_at"))


def day_in_words(day: date) -> str:
    """4 May 2010."""
    return f"{day.day} {day:%B %Y}"


@lru_cache(maxsize=256)
def _rules(found: Latest, on: date) -> Rules:
    """The rules that a version makes with what was agreed and entered. Kept: the same answer makes the same rules."""
    contract = compiled(found.hash, lambda: Version.objects.values_list("sources", flat=True).get(pk=found.version_id))
    agreed = [
        Agreed(question, letter, date.fromisoformat(since)) for question, letter, since in json.loads(found.agreed)
    ]
    contract = _with_entered(contract, json.loads(found.entered))
    readings = answers_in_force(contract.questions.values(), agreed, on)
    letters = {question: reading.letter for question, reading in readings.items()}
    return Rules(
        contract=replace(contract, values=values_under(contract, letters)),
        on=on,
        version_id=found.version_id,
        agreement_id=found.agreement_id,
        readings=readings,
    )


def _with_entered(contract: Contract, entered: list[tuple[str, str, str]]) -> Contract:
    if not entered:
        return contract
    values = dict(contract.values)
    for name, since, value in entered:
        if name in values:
            values[name] = _filled(values[name], date.fromisoformat(since), _read(value))
    return replace(contract, values=values)


def _filled(dated: Dated, since: date, value: Scalar) -> Dated:
    """What was entered since a day takes its place: in the spell that begins then, or as a spell of its own."""
    spells: list[Spell] = []
    for spell in dated.spells:
        if spell.since < since and spell.covers(since):
            spells += [
                replace(spell, until=date.fromordinal(since.toordinal() - 1)),
                replace(spell, since=since, value=value),
            ]
        else:
            spells.append(replace(spell, value=value) if spell.since == since else spell)
    return Dated(dated.name, tuple(spells))


def _read(text: str) -> Scalar:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return int(number) if number == number.to_integral_value() else number


def _return_clocks(agreement: Agreement) -> Any:
    return Clock.objects.filter(subject_kind=AGREEMENT_KIND, subject_id=agreement.pk, key__startswith=RETURN_CLOCK)


def _is_over(stopped_at: datetime | None, on: date) -> bool:
    return stopped_at is not None and timezone.localdate(stopped_at) <= on


def _serving(clause: Clause) -> tuple[str, ...]:
    cited = (citation.title or f"{citation.kind} {citation.name}".replace("_", " ") for citation in clause.cited_by)
    return tuple(dict.fromkeys((*cited, *(word.replace("_", " ") for word in clause.served_by))))


def _counted(owed: Iterable[ReturnDue]) -> str:
    number = len(list(owed))
    return "1 return" if number == 1 else f"{number} returns"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
