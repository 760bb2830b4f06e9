"""What whoever referred a family is told of the decision: in a sentence on their page, and in a letter where it is no.

Clause 2.8, second printing (Essex advisors): a refusal names the criterion, what was found, and the version of the criteria.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.models import Decision, Version
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families.models import Person
from fingerpost.work.referrals.models import Request

LETTER = "reply_to_referrer"


def quoted(decision: Decision) -> str:
    """The criteria that were not met, e.g. "criterion 2.4: attendance 94 %, no exclusion; criteria version 2 of 1 September 2010".

    One query: the version by which it was decided.
    """
    by = Version.objects.only("number", "in_force_from").get(pk=decision.version_id)
    by_number: dict[str, list[str]] = {}
    for reason in decision.reasons:
        if reason.get("answer") == "no" and reason.get("brief"):
            number = ", ".join(dict.fromkeys(reason.get("printed") or ()))
            by_number.setdefault(number, []).append(str(reason["brief"]))
    unmet = "; ".join(f"criterion {number}: {', '.join(briefs)}" for number, briefs in by_number.items())
    version = f"criteria version {by.number} of {day_in_words(by.in_force_from)}"
    return f"{unmet}; {version}" if unmet else version


def told(request: Request, why_not: str) -> str:
    """One sentence or two for whoever referred: yes, no with the criteria quoted, or what it waits for."""
    if request.outcome == Request.Outcome.ACCEPTED:
        return "We can help. We are choosing who will work with the family."
    if request.outcome == Request.Outcome.REFUSED:
        return f"We cannot take this family on: {why_not}."
    return f"We are {request.status.replace('_', ' ') or 'still looking at it'}."


def draft(actor: Actor, request: Request, children: Sequence[Person], why_not: str, at: datetime) -> Message:
    """The letter that says no, drafted for a worker to send, with a task to send it. One still a draft is written anew."""
    subject, body = _letter(request, children, why_not)
    standing = letters_of(request).filter(state=Message.State.DRAFT).first()
    if standing:
        return correspondence.reword(actor, standing, body=body, at=at)
    school = request.school.name if request.school else ""
    message = correspondence.draft(
        actor,
        request,
        service=request.service,
        family=request.family,
        kind=LETTER,
        recipient=", ".join(filter(None, (request.referrer_name, school))) or "Whoever referred",
        subject_line=subject,
        body=body,
        at=at,
    )
    team = next((key.removeprefix("team:") for key in request.scope_keys if key.startswith("team:")), None)
    task = tasks.raise_task(
        actor,
        message,
        service=request.service,
        kind=LETTER,
        title=f"Send the reply: request {request.ref} was not accepted",
        due_on=timezone.localdate(at),
        ref=request.ref,
        family_id=request.family_id,
        at=at,
    )
    if team:
        Task.objects.filter(pk=task.pk).update(team=team)
    return message


def drop(actor: Actor, request: Request, at: datetime) -> None:
    """Hold back a refusal that was never sent, because the request was decided otherwise since."""
    for message in letters_of(request).filter(state=Message.State.DRAFT):
        correspondence.block(actor, message, why="The request was decided otherwise since.", at=at)
        _complete(actor, message, "Not needed any more", at)


@command(allow=Permission.RECORD_CONTACT)
def record_reply_sent(
    actor: Actor, subject: Request, *, message: Message, sent_on: date, method: str, recipient: str = "", at: datetime
) -> Message:
    """Note that the reply was sent, when and how; its task is done and whoever referred can read it. Returns the message."""
    request = locked(subject)
    if (message.origin_kind, message.origin_id) != (Request._meta.label_lower, request.pk):
        raise Refused("This letter belongs to another request.")
    if request.decided_at and sent_on < timezone.localdate(request.decided_at):
        raise Refused("The letter cannot be sent before it was decided.", field="sent_on")
    sent = correspondence.send(actor, message, sent_on=sent_on, method=method, recipient=recipient, at=at)
    _complete(actor, message, f"Sent on {day_in_words(sent_on)}", at)
    return sent


def _complete(actor: Actor, message: Message, outcome: str, at: datetime) -> None:
    for task in Task.objects.open().filter(origin_kind=Message._meta.label_lower, origin_id=message.pk):
        tasks.complete(actor, task, outcome=outcome, at=at)


def letters_of(request: Request):  # type: ignore[no-untyped-def]
    """Replies about a request already seen, the latest first."""
    found = Message.objects.filter(origin_kind=Request._meta.label_lower, origin_id=request.pk, kind=LETTER)
    return found.order_by("-drafted_at")


def _letter(request: Request, children: Sequence[Person], why_not: str) -> tuple[str, str]:
    names = [child.short_name for child in children]
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    asked = day_in_words(timezone.localdate(request.received_at))
    reasons = request.decision.reasons if request.decision else []
    said = " ".join(str(r["text"]) for r in reasons if r.get("answer") == "no" and r.get("brief"))
    body = f"""Dear {request.referrer_name or "colleague"},

Thank you for asking us on {asked} to help the family of {who}. We looked at it with care. We cannot take the family on now.

This is why: {why_not}.

{said}

Anybody can read our criteria on our website. Please ask us again if something changes. Ring us if you think that we have it wrong.

Reference {request.ref}"""
    return f"Your request about the family of {who}", body
