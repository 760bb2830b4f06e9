"""What a contract adds to a request or a case, as it stands on the page of that record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.added import added_to
from fingerpost.agreements.registers.reading import Read, asked, rules_of_entry, rules_of_pathway
from fingerpost.agreements.registers.subjects import Subject, of_record
from fingerpost.agreements.registers.walls import may_answer, may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.language.answering import Answers, Asking, as_facts
from fingerpost.language.answers import Answer
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.vocabulary.kinds import OWN_TIME
from fingerpost.pages.kit.lists import on_page
from fingerpost.pages.practice.entry_words import Line, lines_of


@dataclass(frozen=True)
class Added:
    """`steps` as the kit's list of tasks takes them; `answers` in words; `page` is where history and corrections are."""

    title: str
    steps: list[dict[str, Any]]
    answers: list[tuple[str, Any]]
    page: str


def added(actor: Actor, today: Rules, kind: str, record: Any, at: datetime) -> Added | None:
    """What the contract adds to this record; None where the version under which it came adds nothing.

    Nothing is asked where the rules of today add nothing.
    """
    if kind not in today.contract.kinds:
        return None
    subject = of_record(record.service, kind, record)
    entry, day = added_to(actor, kind, record.pk), timezone.localdate(at)
    held = rules_of_entry(entry, day) if entry else rules_of_pathway(record.service, kind, subject.began, day)
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned:
        return None
    line = lines_of(actor, [entry])[0] if entry else None
    said = line.told if line else None
    steps = _steps(actor, subject, kind, spec, said)
    if number := _open_questions(actor, held, subject, spec, said.answers if said else {}):
        steps.insert(
            0, _step("Questions", reverse("practice:added", args=[kind, subject.ref]), "due", f"{number} open")
        )
    answers = _answers(line) if line else []
    page = reverse("practice:entry", args=[entry.ref]) if entry else ""
    return Added(spec.called(kind)[0] if spec.label else "Further steps", steps, answers, page)


def _open_questions(actor: Actor, held: Rules, subject: Subject, spec: KindSpec, answers: Answers) -> int:
    """How many questions of no time's form arise, are unanswered, and may be answered by the actor."""
    asking, facts = Asking(spec.items, held.on, held.contract.values, frozenset()), as_facts(answers)
    return sum(
        key not in answers
        and asking.arises(item, facts) is Answer.YES
        and may_answer(actor, subject, spec, item, held.contract.roles)
        for key, item in asked(spec, held.on, (), begins=True).items()
    )


def _answers(line: Line) -> list[tuple[str, Any]]:
    said = line.told
    return [(item.label_of(key), on_page(line.say(key))) for key, item in said.items.items() if key in said.answers]


def _steps(actor: Actor, subject: Subject, kind: str, spec: KindSpec, said: Read | None) -> list[dict[str, Any]]:
    """The times in the order of the contract: those set with their day, the others to be set by whoever may."""
    steps, times = [], {OWN_TIME[kind]: subject.began, **(said.times if said else {})}
    for key, time in spec.times.items():
        if key in times:
            steps.append(_step(time.label_of(key), "", "done", str(on_page(times[key]))))
        else:
            may = may_write(actor, subject, spec, time)
            address = reverse("practice:added_time", args=[kind, subject.ref, key]) if may else ""
            steps.append(_step(time.label_of(key), address, "due", "Not yet"))
    return steps


def _step(title: str, href: str, status: str, text: str) -> dict[str, Any]:
    return {"title": title, "href": href, "status": status, "text": text}
