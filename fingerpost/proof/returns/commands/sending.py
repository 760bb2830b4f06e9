"""Returns: begun, written, sent and frozen, accepted."""

from datetime import datetime, timedelta

from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import AGREEMENT_KIND, clock_key, day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.jobs.queue import enqueue
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.language.periods import ReturnDue
from fingerpost.proof.returns.freezing import Tell, frozen_figures, frozen_lists, indicators_of, say_nothing
from fingerpost.proof.returns.models import Figure, KeptList, Narrative, Return, Sending
from fingerpost.proof.returns.queries import REMINDER, rules_for
from fingerpost.proof.returns.readiness import still_missing

GIVEN_UP_AFTER = timedelta(hours=1)
GIVEN_UP = "The sending stopped half way. Nothing was sent. Try again."


@command(allow=Permission.PREPARE_RETURN)
def assemble(actor: Actor, subject: Agreement, *, due: ReturnDue, at: datetime) -> Return:
    """Begin a return of the calendar: its row, and an empty text under each heading of the contract. Returns it.

    A return that was begun before comes back as it is. Its figures are worked out whenever it is opened, until it is sent.
    """
    made = Return.objects.filter(agreement=subject, series=due.series, due_on=due.due).first()
    if made is not None:
        return made
    held = rules(subject.key, max(timezone.localdate(at), subject.starts_on))
    words = held.contract.returns[due.series]
    made = Return.objects.create(
        ref=new_reference(Return, "RT"),
        agreement=subject,
        series=due.series,
        period_from=due.period.start,
        period_to=due.period.end,
        due_on=due.due,
        recipient=words.recipient.label if words.recipient else "",
        assembled_at=at,
    )
    Narrative.objects.bulk_create(Narrative(return_made=made, heading=key, written_at=at) for key in words.headings)
    return made


@command(allow=Permission.PREPARE_RETURN)
def write_narrative(
    actor: Actor, subject: Return, *, heading: str, text: str, revision: int, at: datetime
) -> Narrative:
    """Put words under a heading. Returns them. `revision` is the one the writer had before them.

    Raises ChangedMeanwhile with the other's words when somebody saved first, Refused once the return is sent.
    """
    _require_unsent(locked(subject))
    narrative = Narrative.objects.select_for_update().filter(return_made=subject, heading=heading).first()
    if narrative is None:
        raise Refused("The contract has no such heading. Choose one from the return.", field="heading")
    if narrative.revision != revision:
        raise ChangedMeanwhile(
            "Somebody saved other words here while you were writing. Read both, put together what you want, and save again.",
            theirs=narrative,
        )
    narrative.text, narrative.written_at, narrative.revision = text.strip(), at, revision + 1
    narrative.written_by_id = actor.id
    narrative.save(update_fields=["text", "written_by", "written_at", "revision"])
    return narrative


@command(allow=Permission.PREPARE_RETURN)
def ask_to_send(actor: Actor, subject: Return, *, at: datetime) -> Sending:
    """Have the worker send the return, as known at `at`. Returns how far it is; a sending that runs is returned as it is.

    One that has not moved for long is given up, so that it may be asked for anew. Raises Refused as `submit` does.
    """
    made = _locked_unsent(subject)
    held = _require_whole(made)
    running = Sending.objects.filter(return_made=made, ended_at=None)
    running.filter(moved_at__lt=Now() - GIVEN_UP_AFTER).update(ended_at=Now(), refusal=GIVEN_UP)
    asked = {"asked_by_id": actor.id, "asked_at": at, "of": len(indicators_of(made, held))}
    sending, is_new = Sending.objects.get_or_create(return_made=made, ended_at=None, defaults=asked)
    if is_new:
        enqueue("returns.send", sending_id=sending.pk)
    return sending


@command(
    allow=Permission.PREPARE_RETURN,
    includes=("tasks.complete", "tasks.stop"),
    one_moment=True,
)
def submit(actor: Actor, subject: Return, *, tell: Tell = say_nothing, at: datetime) -> Return:
    """Send the return: the clock of its due day stops, and every figure is frozen with its records as known at `at`.

    Of one that is sent before the last day of its period the words go now and the figures are frozen once the period is over
    (`fix_figures`). Everything is read as it stood at one moment; `tell` hears of each figure that is done. Raises Refused
    naming the first heading without words, where case studies are short and in which area, or when it was sent.
    """
    made = _locked_unsent(subject)
    held = _require_whole(made)
    made.submitted_at, made.submitted_by_id, made.version_id = at, actor.id, held.version_id
    made.save(update_fields=["submitted_at", "submitted_by", "version"])
    if timezone.localdate(at) >= made.period_to:
        _fix(made, held, at, tell)
    due = next(one for one in held.returns_due if (one.series, one.due) == (made.series, made.due_on))
    _tick_reminders_off(actor, made.agreement, clock_key(due), at)
    tasks.stop(actor, made.agreement, key=clock_key(due), stopped_at=at, at=at)
    return made


@command(allow=Permission.PREPARE_RETURN, one_moment=True)
def fix_figures(actor: Actor, subject: Return, *, at: datetime) -> Return:
    """Freeze the figures of a return that was sent before its period ended, as known at that end. Twice changes nothing.

    Raises Refused while the period runs, or before it is sent.
    """
    made = locked(subject)
    if made.submitted_at is None or at < made.closes_at:
        raise Refused("The period of this return is not over yet, so its figures cannot be fixed.")
    if made.figures_fixed_at is None:
        _fix(made, rules_for(made), made.closes_at, say_nothing)
    return made


def _fix(made: Return, held: Rules, known_at: datetime, tell: Tell) -> None:
    Figure.objects.bulk_create(frozen_figures(made, held, known_at, tell))
    KeptList.objects.bulk_create(frozen_lists(made, held, known_at))
    made.figures_fixed_at = known_at
    made.save(update_fields=["figures_fixed_at"])


@command(allow=Permission.AGREE_CONTRACT)
def accept(actor: Actor, subject: Return, *, at: datetime) -> Return:
    """The commissioner accepts a return that was sent. Returns it. Twice changes nothing.

    Raises Refused before it is sent, and before its period is over.
    """
    made = locked(subject)
    if made.submitted_at is None:
        raise Refused("This return has not been sent yet, so it cannot be accepted.")
    if made.figures_fixed_at is None and at >= made.closes_at:
        _fix(made, rules_for(made), made.closes_at, say_nothing)
    if made.figures_fixed_at is None:
        day = day_in_words(made.period_to)
        raise Refused(
            f"This return was sent before its period ended. Accept it once its figures are fixed, after {day}."
        )
    if made.accepted_at is None:
        made.accepted_at, made.accepted_by_id = at, actor.id
        made.save(update_fields=["accepted_at", "accepted_by"])
    return made


def _require_whole(made: Return) -> Rules:
    """The rules of a return in which nothing is missing. Raises Refused."""
    held = rules_for(made)
    left = still_missing(made, held)
    if left.headings:
        named = ", ".join(heading.label for heading in left.headings)
        raise Refused(f"Write something under {named} before you send the return.", field=left.headings[0].key)
    if left.case_studies:
        raise Refused(
            f"Case studies: {left.case_studies}. Have them written and approved before you send the return.",
            field="case_studies",
        )
    return held


def _tick_reminders_off(actor: Actor, agreement: Agreement, key: str, at: datetime) -> None:
    about = {"subject_kind": AGREEMENT_KIND, "subject_id": agreement.pk, "key": key}
    clocks = Clock.objects.filter(**about).values("pk")
    for reminder in Task.objects.filter(kind__startswith=REMINDER, origin_id__in=clocks).open():
        tasks.complete(actor, reminder, outcome="Sent", at=at)


def _locked_unsent(subject: Return) -> Return:
    try:
        made = locked(subject)
    except OperationalError as fault:
        raise Refused("Somebody else is sending this return. Open it again to see what became of it.") from fault
    _require_unsent(made)
    return made


def _require_unsent(made: Return) -> None:
    if made.submitted_at is not None:
        day = day_in_words(timezone.localdate(made.submitted_at))
        raise Refused(f"This return was sent on {day}. What was sent is frozen; later changes show as restatements.")
