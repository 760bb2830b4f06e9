"""What was done on a case by mistake is taken back with a reason: a closing, a contact, a decision of supervision."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import remove, require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.tracking import event_model_of
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.work.casework.commands.closing import DESTINATION_ANSWER
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.casework.reach import follow

REOPENED = "The case was opened again: it had been closed by mistake"
WHY = "Say why it is taken back."


@command(allow=Permission.CLOSE_CASE, includes=("correspondence.block", "tasks.complete"))
def reopen(actor: Actor, subject: Case, *, reason: str, at: datetime) -> Case:
    """Take back a closing that was a mistake: every figure sees the case as never closed. Returns it.

    Letters that were not sent are held back and their tasks are done; when the next contact is due is as it was. A return that
    was sent keeps its figure, and shows that it is another now. Raises Refused where the family has another open case.
    """
    case = locked(subject, "family", "worker", "team")
    require_reason(reason, WHY)
    if case.closed_at is None:
        raise Refused("This case is open. There is nothing to take back.")
    others = Case.objects.open().filter(family=case.family, service=case.service, line=case.line)
    if other := others.first():
        raise Refused(f"This family has another open case, {other.ref}. Close that one first.")
    case.next_due_on = _due_before_closing(case)
    case.closed_at = case.closure_recorded_at = case.destination = case.destination_accepted = None
    case.closure_reason = case.outcomes_met = case.closing_note = case.unlike_supervision = ""
    case.revision += 1
    case.save()
    draw_for_records("case", [case], case.service, at)
    for letter in Message.objects.filter(origin_kind="casework.case", origin_id=case.pk, state=Message.State.DRAFT):
        correspondence.block(actor, letter, why=REOPENED, at=at)
        _done(actor, letter.pk, at)
    _done(actor, case.pk, at, kinds=ABOUT_CLOSING)
    follow(case, timezone.localdate(at))
    return case


ABOUT_CLOSING = (DESTINATION_ANSWER,)


def _done(actor: Actor, origin: object, at: datetime, kinds: tuple[str, ...] | None = None) -> None:
    """Tick off what only the closing asked for."""
    open_ones = Task.objects.open().filter(origin_id=origin)
    for task in open_ones if kinds is None else open_ones.filter(kind__in=kinds):
        tasks.complete(actor, task, outcome=REOPENED, at=at)


def _due_before_closing(case: Case) -> date | None:
    """When the next contact was due as the case stood before it closed; the history knows."""
    before = event_model_of(Case)._default_manager.filter(pgh_obj_id=case.pk, closed_at=None).order_by("-pgh_id")
    due: date | None = before.values_list("next_due_on", flat=True).first()
    return due


@command(allow=Permission.RECORD_CONTACT)
def take_back_contact(actor: Actor, subject: Contact, *, reason: str, at: datetime) -> None:
    """Remove a contact that never was, or was written down for another family; the history keeps it with the reason."""
    require_reason(reason, WHY)
    contact = locked(subject)
    remove([contact], "Something else was written about this contact. Correct it instead.")
    if contact.case_id:
        last = (
            Contact.objects.filter(case=contact.case_id).order_by("-happened_at").values_list("happened_at", flat=True)
        )
        Case.objects.filter(pk=contact.case_id).update(last_contact_at=last.first())


@command(allow=Permission.APPROVE_DECISION)
def take_back_discussion(actor: Actor, subject: CaseDiscussion, *, reason: str, at: datetime) -> None:
    """Remove what supervision is said to have decided of a case, and did not. Raises Refused once the case closed on it."""
    require_reason(reason, WHY)
    discussion = locked(subject, "case")
    if discussion.case.closed_at:
        raise Refused("The case was closed on this. Open the case again first.")
    remove([discussion], "Something else was written about this decision.")
