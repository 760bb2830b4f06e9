"""Case studies: written from a case, offered, and approved by somebody else. Clause 4.1 (Essex advisors)."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import agreement_of, day_in_words, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.places.models import Area
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.people.consent import queries as consents
from fingerpost.people.consent.models import Consent
from fingerpost.proof.returns.case_studies import area_of, found_in, next_return, returns_open
from fingerpost.proof.returns.models import CaseStudy, Return
from fingerpost.work.casework.models import Case

TASK = "case_study_approval"


@command(allow=Permission.HOLD_PLAN)
def write(actor: Actor, subject: Case, *, title: str, text: str, due_on: date | None = None, at: datetime) -> CaseStudy:
    """Begin a case study for the next return that is not sent, or for the one due on `due_on`. Returns it, a draft.

    One that stands for the same case and return is returned where it says the same. Raises Refused.
    """
    agreement = agreement_of(subject.service)
    due = next_return(agreement, timezone.localdate(at))
    if due_on is not None:
        due = next((one for one in returns_open(agreement) if one.due == due_on), None)
    if due is None:
        raise Refused("No return is left that asks for case studies.")
    asked = {"agreement": agreement, "case": subject, "series": due.series, "period_to": due.period.end}
    standing = CaseStudy.objects.filter(**asked, taken_out_at=None).first()
    if standing is not None:
        otherwise = (
            f"There is a case study of this case for that return already: {standing.ref}. Open it, and change it there."
        )
        require_same(standing, {"title": title.strip(), "text": text.strip()}, otherwise)
        return standing
    study = CaseStudy(
        ref=new_reference(CaseStudy, "K"),
        **asked,
        area=_area(agreement, subject, due.series),
        title=title.strip(),
        text=text.strip(),
        written_by_id=actor.id,
        written_at=at,
        recorded_at=at,
    )
    study.scope = subject.scope
    study.save(force_insert=True)
    return study


@command(allow=Permission.HOLD_PLAN, includes=("tasks.complete",))
def rewrite(actor: Actor, subject: CaseStudy, *, title: str, text: str, revision: int, at: datetime) -> CaseStudy:
    """Write a case study anew. Returns it; it must be offered and approved again. Raises Refused, ChangedMeanwhile."""
    study = _standing(subject)
    if study.revision != revision:
        raise ChangedMeanwhile("Somebody else saved this case study while you wrote.", theirs=study)
    study.title, study.text, study.written_at, study.revision = title.strip(), text.strip(), at, revision + 1
    study.written_by_id = actor.id
    study.offered_at = study.approved_at = study.approved_by = None
    study.save()
    _settle(actor, study, "Written anew", at)
    return study


@command(allow=Permission.HOLD_PLAN, includes=("tasks.raise_task",))
def offer(actor: Actor, subject: CaseStudy, *, at: datetime) -> CaseStudy:
    """Give it to somebody else to approve. Returns it; a task stands on the team's list.

    Raises Refused without the parent's consent, or naming the words that would give the family away.
    """
    study = _standing(subject)
    if study.offered_at:
        return study
    _require_nameless(study)
    study.consent = _consent(study)
    study.offered_at, study.sent_back_reason = at, ""
    study.save(update_fields=["offered_at", "sent_back_reason", "consent"])
    tasks.raise_task(
        actor,
        study,
        service=study.agreement.key,
        kind=TASK,
        title="Approve a case study",
        due_on=study.period_to,
        team=study.case.team,
        ref=study.ref,
        family_id=study.case.family_id,
        at=at,
    )
    return study


@command(allow=Permission.APPROVE_CASE_STUDY, includes=("tasks.complete",))
def approve(actor: Actor, subject: CaseStudy, *, at: datetime) -> CaseStudy:
    """Approve what somebody else wrote. Returns it. Raises Refused for the writer, without consent, or where a name is in it."""
    study = _standing(subject)
    if study.approved_at:
        return study
    if study.offered_at is None:
        raise Refused("The writer has not finished this case study yet.")
    if study.written_by_id == actor.id:
        raise Refused("You wrote this one, so somebody else must approve it.")
    _require_nameless(study)
    study.consent = _consent(study)
    study.approved_at, study.approved_by_id = at, actor.id
    study.save(update_fields=["approved_at", "approved_by", "consent"])
    _settle(actor, study, "Approved", at)
    return study


@command(allow=Permission.APPROVE_CASE_STUDY, includes=("tasks.complete",))
def send_back(actor: Actor, subject: CaseStudy, *, reason: str, at: datetime) -> CaseStudy:
    """Give it back to its writer with what to change. Returns it. Raises Refused."""
    study = _standing(subject)
    if not reason.strip():
        raise Refused("Say what must change.", field="reason")
    study.offered_at = study.approved_at = study.approved_by = None
    study.sent_back_reason = reason.strip()
    study.save(update_fields=["offered_at", "approved_at", "approved_by", "sent_back_reason"])
    _settle(actor, study, "Sent back", at)
    return study


@command(allow=Permission.HOLD_PLAN, includes=("tasks.complete",))
def take_out(actor: Actor, subject: CaseStudy, *, reason: str, at: datetime) -> CaseStudy:
    """Take a case study out of its return. Returns it. Twice changes nothing. Raises Refused once the return is sent."""
    study = locked(subject)
    if study.taken_out_at:
        require_same(study, {"taken_out_reason": reason.strip()}, "This case study was withdrawn already.")
        return study
    study = _standing(study)
    if not reason.strip():
        raise Refused("Say why it is withdrawn.", field="reason")
    study.taken_out_at, study.taken_out_reason = at, reason.strip()
    study.save(update_fields=["taken_out_at", "taken_out_reason"])
    _settle(actor, study, "Taken out", at)
    return study


def _standing(subject: CaseStudy) -> CaseStudy:
    """The study, locked. Raises Refused once it is taken out or its return is sent."""
    study = locked(subject)
    if study.taken_out_at:
        raise Refused(f"This case study was withdrawn on {day_in_words(timezone.localdate(study.taken_out_at))}.")
    about = {"agreement": study.agreement_id, "series": study.series, "period_to": study.period_to}
    if Return.objects.filter(**about).exclude(submitted_at=None).exists():
        raise Refused("Its return has been sent, so it stays as it is.")
    return study


def _require_nameless(study: CaseStudy) -> None:
    found = found_in(study)
    if found:
        named = ", ".join(map(str, found))
        raise Refused(f"The reader must not be able to tell who this is. Change: {named}.", field="text")


def _consent(study: CaseStudy) -> Consent:
    given = consents.current(study.case.family, Consent.Kind.CASE_STUDY)
    if given is None:
        raise Refused("Ask a parent first whether the story may be told, and record the answer.", field="consent")
    if given.answer != Consent.Answer.GIVEN:
        raise Refused("The family does not want the story told.", field="consent")
    return given


def _area(agreement: Agreement, case: Case, series: str) -> Area | None:
    found, words = (
        area_of(agreement, case, series),
        rules(agreement.key, date.max).contract.returns[series].case_studies,
    )
    if found is None and words is not None and words.in_each:
        raise Refused("It is not known where this family lives. Record their address first.")
    return found


def _settle(actor: Actor, study: CaseStudy, outcome: str, at: datetime) -> None:
    for task in Task.objects.filter(kind=TASK, origin_id=study.pk).open():
        tasks.complete(actor, task, outcome=outcome, at=at)
