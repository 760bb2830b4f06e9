"""Next steps on a case, in the order of the work: a task list made from the contract's pathway."""

from dataclasses import dataclass, replace

from django.urls import reverse

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.casework.queries import CasePage


@dataclass(frozen=True)
class Step:
    """One line of the task list; `status` is a code of the kit's tags."""

    title: str
    href: str
    status: str
    hint: str = ""
    text: str = ""
    allow: Permission = Permission.RECORD_CONTACT


def next_steps(page: CasePage, held: Rules, actor: Actor) -> list[Step]:
    """Worker, scores, contacts, supervision, closing, letters. Addresses are empty for what is over or not theirs to do."""
    steps = [_worker(page), *_scores(page, held), _contacts(page), _supervision(page), _closing(page), *_letters(page)]
    return [step if actor.can(step.allow, page.case) else replace(step, href="") for step in steps]


def _to(name: str, page: CasePage) -> str:
    return "" if page.case.closed_at else reverse(f"practice:{name}", args=[page.case.ref])


def _worker(page: CasePage) -> Step:
    worker = page.case.worker
    hint = f"With {worker.name}" if worker else ""
    return Step("Worker allocated", "", "done" if worker else "not_started", hint)


def _scores(page: CasePage, held: Rules) -> list[Step]:
    points = {(score.instrument, score.point): score for score in page.scores}
    steps = []
    for use in held.contract.pathway.instruments.values():
        for point in use.at:
            taken = next((points[i, point] for i in use.instruments if (i, point) in points), None)
            hint = f"Score {taken.score.normalize():f}" if taken else ""
            href = "" if taken else reverse("practice:score_new", args=[page.case.ref, use.instruments[0], point])
            steps.append(
                Step(
                    f"{use.label}, {'at the ' + point if point != 'review' else 'along the way'}",
                    href,
                    "done" if taken else "not_started",
                    hint,
                    allow=Permission.ASSESS_FAMILY,
                )
            )
    return steps


def _contacts(page: CasePage) -> Step:
    hint = f"{page.sessions} so far" if page.sessions else "None yet"
    status = "done" if page.case.closed_at else "in_progress" if page.sessions else "not_started"
    return Step("Casework sessions", _to("record_contact", page), status, hint)


def _supervision(page: CasePage) -> Step:
    last = page.discussions[0] if page.discussions else None
    hint = f"{last.get_decided_display()}, {last.discussed_on.day} {last.discussed_on:%B %Y}" if last else ""
    return Step(
        "Discussed in supervision",
        _to("discussion_new", page),
        "done" if last else "not_started",
        hint,
        allow=Permission.APPROVE_DECISION,
    )


def _closing(page: CasePage) -> Step:
    return Step(
        "Close the case",
        _to("case_close", page),
        "done" if page.case.closed_at else "not_started",
        allow=Permission.CLOSE_CASE,
    )


def _letters(page: CasePage) -> list[Step]:
    status = {"draft": "not_started", "sent": "done", "blocked": "done"}
    hint = {"draft": "Draft is ready", "sent": "Sent", "blocked": "Not sent: the family refused"}
    return [
        Step(
            f"Tell {letter.recipient or 'the school'} how it went",
            reverse("practice:letter", args=[page.case.ref, letter.pk]),
            status[letter.state],
            hint[letter.state],
        )
        for letter in page.letters
    ]
