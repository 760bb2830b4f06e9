"""A case closes once supervision has agreed it, and the school is told how it went if the family allows."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.reading import rules_of_pathway
from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.language.answers import Answer
from fingerpost.people.consent import queries as consents
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.work.casework.due import due_day
from fingerpost.work.casework.facts import facts_of, last_discussion
from fingerpost.work.casework.letters import Recipient, outcome_letter, schools_of
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.casework.revisions import require_revision
from fingerpost.work.directory.models import Entry
from fingerpost.work.safeguarding import commands as concerned
from fingerpost.work.safeguarding import queries as safeguarding

DESTINATION_ANSWER = "destination_answer"
CLOSING, OUTCOME_LETTER, TELLING_THE_SCHOOL = "closing", "outcome_to_school", "telling_the_school"
REFUSED_CONSENT = "The family did not agree that the school is told"


@command(
    allow=Permission.CLOSE_CASE,
    includes=(
        "correspondence.block",
        "correspondence.draft",
        "safeguarding.tell_of_closing",
        "tasks.complete",
        "tasks.raise_task",
    ),
)
def close(
    actor: Actor,
    subject: Case,
    *,
    reason: str,
    outcomes_met: str = "",
    destination: Entry | None = None,
    destination_accepted: bool | None = None,
    note: str = "",
    unlike_supervision: str = "",
    over_concerns: str = "",
    closed_at: datetime | None = None,
    revision: int | None = None,
    at: datetime,
) -> Case:
    """Close a case for one of the contract's reasons, once supervision has agreed. Clause 2.6 (Essex advisors). Returns it.

    Drafts the letter to each school with its task, or holds it back where the family refused consent. `closed_at` is now unless
    given. A reason that is not the one agreed needs `unlike_supervision`; a safeguarding concern that is open needs
    `over_concerns` from whoever knows of it, and its lead is told. Raises Refused with what to do, or ChangedMeanwhile when
    somebody saved since `revision`.
    """
    case = locked(subject, "family", "request", "worker", "team")
    ended = closed_at or at
    require_revision(case, revision)
    _require_open(case, ended, at)
    _require_last_word(case, ended)
    held = rules(case.service, timezone.localdate(ended))
    _require_reason(held, reason, outcomes_met, destination)
    _require_gate(rules_of_pathway(case.service, "case", case.opened_at, held.on), CLOSING, case)
    _require_as_agreed(held, case, reason, unlike_supervision, timezone.localdate(ended))
    _tell_of_open_concerns(actor, case, over_concerns, at)
    case.unlike_supervision = unlike_supervision.strip()
    case.closed_at, case.closure_recorded_at, case.closure_reason = ended, at, reason
    case.outcomes_met, case.closing_note = outcomes_met, note.strip()
    case.destination, case.destination_accepted = destination, destination_accepted if destination else None
    case.next_due_on, case.revision = None, case.revision + 1
    case.save()
    draw_for_records("case", [case], case.service, at)
    if OUTCOME_LETTER in held.contract.pathway.tasks:
        for school in schools_of(case):
            _prepare_letter(actor, case, school, held, at)
    if case.destination is not None and case.destination_accepted is None:
        _ask_destination(actor, case, held, at)
    return case


@command(allow=Permission.CLOSE_CASE, includes=("tasks.complete",))
def record_destination_answer(actor: Actor, subject: Case, *, accepted: bool, at: datetime) -> Case:
    """Note whether the service that a closed case was referred to took the family; the task that asked is done.

    Returns the case. Clause 2.6 (Essex advisors).
    """
    case = locked(subject)
    if case.destination_id is None:
        raise Refused("This case was not referred to another service.")
    case.destination_accepted = accepted
    case.save(update_fields=["destination_accepted"])
    for task in Task.objects.open().filter(kind=DESTINATION_ANSWER, origin_id=case.pk):
        tasks.complete(actor, task, outcome="They took the family on" if accepted else "They did not", at=at)
    return case


@command(allow=Permission.RECORD_CONTACT)
def record_outcome_sent(
    actor: Actor, subject: Case, *, message: Message, sent_on: date, method: str, recipient: str = "", at: datetime
) -> Message:
    """Note that a school was told, when and how; its task is done. Clause 2.5 (Essex advisors). Returns the message.

    Raises Refused while consent is not known, or where it was refused.
    """
    case = locked(subject, "family", "request")
    _require_letter_of(case, message)
    if message.state == Message.State.SENT:
        return message
    if case.closed_at is None or sent_on < timezone.localdate(case.closed_at):
        raise Refused("The letter cannot be sent before the case was closed.", field="sent_on")
    if sent_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="sent_on")
    if not (recipient or message.recipient).strip():
        raise Refused("Enter who the letter was sent to.", field="recipient")
    _require_gate(rules(case.service, sent_on), TELLING_THE_SCHOOL, case)
    sent = correspondence.send(actor, message, sent_on=sent_on, method=method, recipient=recipient, at=at)
    _complete(actor, message, f"Sent on {day_in_words(sent_on)}", at)
    return sent


@command(allow=Permission.RECORD_CONTACT)
def hold_outcome_back(actor: Actor, subject: Case, *, message: Message, at: datetime) -> Message:
    """Record, instead of sending, that the family refused. The letter is blocked and its task is done. Returns the message."""
    case = locked(subject)
    _require_letter_of(case, message)
    held = rules(case.service, timezone.localdate(at))
    if _consent(case, held) != "refused":
        raise Refused("The family has not refused. Record their answer first.")
    return _block(actor, message, at)


def _require_open(case: Case, ended: datetime, at: datetime) -> None:
    if case.closed_at:
        raise Refused(f"This case was closed on {day_in_words(timezone.localdate(case.closed_at))}.")
    if ended > at:
        raise Refused("The closing day cannot be in the future.", field="closed_at")
    if ended < case.opened_at:
        raise Refused("The closing day cannot be before the case was opened.", field="closed_at")


def _require_last_word(case: Case, ended: datetime) -> None:
    """Raises Refused where something of the case happened after the day on which it shall have ended."""
    day = timezone.localdate(ended)
    if case.last_contact_at and timezone.localdate(case.last_contact_at) > day:
        last = day_in_words(timezone.localdate(case.last_contact_at))
        raise Refused(f"The last contact was on {last}. The case cannot have closed before.", field="closed_at")
    later = CaseDiscussion.objects.filter(case=case, discussed_on__gt=day).order_by("-discussed_on").first()
    if later is not None:
        held = day_in_words(later.discussed_on)
        raise Refused(f"Supervision spoke of it on {held}. The case cannot have closed before.", field="closed_at")


def _require_reason(held: Rules, reason: str, outcomes_met: str, destination: Entry | None) -> None:
    reasons = held.contract.pathway.closure_reasons
    if reason not in reasons:
        raise Refused("Choose why the case ends.", field="reason")
    if outcomes_met and outcomes_met not in Case.Outcome.values:
        raise Refused("Choose how far the needs were met.", field="outcomes_met")
    if reasons[reason].needs_destination and destination is None:
        raise Refused("Choose the service that the family moves to.", field="destination")
    if destination is not None and not reasons[reason].needs_destination:
        raise Refused("Only a case that is referred on has a service that it moves to.", field="destination")


def _require_as_agreed(held: Rules, case: Case, reason: str, why_not: str, on: date) -> None:
    """Refuses a reason other than supervision agreed, unless somebody says why."""
    agreed = last_discussion(case, on)
    if agreed is None or why_not.strip():
        return
    moves_on = held.contract.pathway.closure_reasons[reason].needs_destination
    if moves_on == (agreed.decided == CaseDiscussion.Decided.REFER_ON):
        return
    raise Refused(
        f"Supervision decided: {agreed.get_decided_display().lower()}. Choose that, or say why it ends otherwise.",
        field="unlike_supervision",
    )


def _tell_of_open_concerns(actor: Actor, case: Case, why: str, at: datetime) -> None:
    """Have the leads of open concerns know. Who knows of one must say why the case closes over it; others are asked nothing."""
    concerns = safeguarding.open_about(case.family_id)
    known = {concern.pk for concern in safeguarding.of_family(actor, case.family_id)}
    if not why.strip() and any(concern.pk in known for concern in concerns):
        raise Refused(
            "A safeguarding concern about this family is open. Say why the case closes all the same.",
            field="over_concerns",
        )
    for concern in concerns:
        concerned.tell_of_closing(actor, concern, case_ref=case.ref, reason=why.strip(), at=at)


def _ask_destination(actor: Actor, case: Case, held: Rules, at: datetime) -> None:
    """Put the question whether the other service took the family on the worker's list, where the contract asks it."""
    for words in held.contract.pathway.tasks.values():
        if words.asks == "destination":
            tasks.raise_task(
                actor,
                case,
                service=case.service,
                kind=DESTINATION_ANSWER,
                title=f"{words.label}: {case.destination}"[:200],
                due_on=due_day(held, words, words.after, case.closed_at or at),
                owner=case.worker,
                team=case.team,
                ref=case.ref,
                family_id=case.family_id,
                at=at,
            )


def _require_gate(held: Rules, gate: str, case: Case) -> None:
    """Refuses, in the contract's words, while the gate is not open. A contract without the gate has none to pass."""
    if gate not in held.contract.pathway.gates:
        return
    answered = held.check_gate(gate, facts_of(case, held))
    if answered.answer is not Answer.YES:
        raise Refused(" ".join(reason.text for reason in answered.reasons if reason.answer is not Answer.YES))


def _prepare_letter(actor: Actor, case: Case, school: Recipient, held: Rules, at: datetime) -> None:
    words = held.contract.pathway.tasks[OUTCOME_LETTER]
    sessions = Contact.objects.sessions().filter(case=case).count()
    subject, body = outcome_letter(case, school, held, sessions)
    message = correspondence.draft(
        actor,
        case,
        service=case.service,
        family=case.family,
        kind=OUTCOME_LETTER,
        recipient=school.name,
        subject_line=subject,
        body=body,
        at=at,
    )
    task = tasks.raise_task(
        actor,
        message,
        service=case.service,
        kind=OUTCOME_LETTER,
        title=f"{words.label}: {school.name or 'school not known'}",
        due_on=due_day(held, words, "closed_at", case.closed_at or at),
        owner=case.worker,
        team=case.team,
        ref=case.ref,
        family_id=case.family_id,
        at=at,
    )
    if task.done_at is None and _consent(case, held) == "refused":
        _block(actor, message, at)


def _consent(case: Case, held: Rules) -> str:
    words = held.contract.pathway.tasks[OUTCOME_LETTER]
    current = consents.current(case.family, words.consent) if words.consent else None
    return current.answer if current else ""


def _block(actor: Actor, message: Message, at: datetime) -> Message:
    blocked = correspondence.block(actor, message, why=REFUSED_CONSENT, at=at)
    _complete(actor, message, REFUSED_CONSENT, at)
    return blocked


def _complete(actor: Actor, message: Message, outcome: str, at: datetime) -> None:
    for task in Task.objects.open().filter(origin_kind="correspondence.message", origin_id=message.pk):
        tasks.complete(actor, task, outcome=outcome, at=at)


def _require_letter_of(case: Case, message: Message) -> None:
    if (message.origin_kind, message.origin_id) != ("casework.case", case.pk):
        raise Refused("This letter belongs to another case.")
