"""Put right a supervision meeting, an occasion of participation, or when a session of a group was."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.correcting import version_of
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.tracking import event_model_of
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.practice import groups
from fingerpost.pages.practice.changed import compared, removed
from fingerpost.pages.practice.corrections import Correction, Subject
from fingerpost.pages.practice.views.correcting import CorrectionForm, corrected
from fingerpost.pages.practice.views.say import kinds_of, say_or_404
from fingerpost.pages.practice.views.supervision import MeetingForm, meeting_or_404
from fingerpost.people.families.models import Person
from fingerpost.work.casework import commands as casework
from fingerpost.work.community import commands as community
from fingerpost.work.community.models import Participation, Say
from fingerpost.work.community.queries import say_page
from fingerpost.work.groups import commands as group_commands
from fingerpost.work.groups.models import Session
from fingerpost.work.workforce.models import Supervision

Now = Mapping[str, Any] | None


class MeetingCorrectionForm(CorrectionForm, MeetingForm):
    pass


def _meeting_form(request: PageRequest, row: Supervision, data: Any, now: Now) -> KitForm:
    form = MeetingCorrectionForm(data, initial=now)
    form.fields["held_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    return form


def _find_meeting(request: PageRequest, key: UUID) -> Subject:
    row = meeting_or_404(request, key)
    return Subject(row, None, (reverse("practice:supervision_meeting", args=[row.pk]), "The meeting"))


def _saving(command: Callable[..., Any]) -> Callable[[PageRequest, Any, dict[str, Any]], Any]:
    return lambda request, row, told: command(request.actor, row, **told, at=request.at)


MEETING = Correction(
    _find_meeting,
    lambda row: f"Correct the meeting of {date_in_words(row.held_on)}",
    _meeting_form,
    lambda row: {name: getattr(row, name) for name in ("held_on", "note", "wellbeing")},
    _saving(casework.correct_meeting),
    version_of,
    {},
)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def meeting_correct(request: PageRequest, meeting: UUID) -> HttpResponse:
    subject = _find_meeting(request, meeting)
    return corrected(
        request,
        MEETING,
        subject,
        meeting,
        caption=subject.row.worker.name,
        history=lambda: compared(subject.row, {}),
    )


class SayForm(CorrectionForm):
    kind = fields.Radios("What kind of participation was it?", missing="Choose what kind of participation it was")
    title = fields.Text("What was it about?", longest=160, missing="Enter what it was about")
    happened_on = fields.Date("When?", missing="Enter the day it took place")
    said = fields.LongText("What did they say?", required=False, longest=4000, missing="Enter what they said")
    not_there = fields.Checkboxes(
        "Who did not take part after all?", required=False, missing="Choose who did not take part after all"
    )


def _say_form(request: PageRequest, row: Say, data: Any, now: Now) -> KitForm:
    form = SayForm(data, initial=now)
    kinds = {row.kind: row.kind.replace("_", " ").capitalize()} | kinds_of(row.service, request)
    form.fields["kind"].offer(kinds.items())  # type: ignore[attr-defined]
    form.fields["happened_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    there = [(str(one.person_id), one.person.full_name) for one in say_page(request.actor, row).people]
    if there:
        form.fields["not_there"].offer(there)  # type: ignore[attr-defined]
    else:
        del form.fields["not_there"]
    return form


def _save_say(request: PageRequest, row: Say, told: dict[str, Any]) -> None:
    keys = told.pop("not_there", [])
    people = list(Person.objects.visible_to(request.actor).filter(pk__in=keys)) if keys else []
    community.correct_say(request.actor, row, **told, not_there=people, at=request.at)


def _at_say(row: Say) -> Subject:
    return Subject(row, None, (reverse("practice:say", args=[row.ref]), row.title))


def _find_say(ref: str, request: PageRequest, key: UUID) -> Subject:
    return _at_say(say_or_404(request, ref, Permission.RECORD_CONTACT))


def _say_correction(ref: str) -> Correction:
    return Correction(
        partial(_find_say, ref),
        lambda row: "Correct what was recorded",
        _say_form,
        lambda row: {name: getattr(row, name) for name in ("kind", "title", "happened_on", "said")},
        _save_say,
        version_of,
        {},
    )


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def say_correct(request: PageRequest, ref: str) -> HttpResponse:
    row = say_or_404(request, ref, Permission.RECORD_CONTACT)
    request.saw("family", *[part.family_id for part in say_page(request.actor, row).people if part.family_id])
    return corrected(
        request,
        _say_correction(ref),
        _at_say(row),
        row.pk,
        caption="Participation",
        history=lambda: _say_history(request, row),
    )


def _say_history(request: PageRequest, row: Say) -> list[dict[str, Any]]:
    """What was changed, newest first; of those who were not there after all the ones whom this reader may meet."""
    found = compared(row, kinds_of(row.service, request))
    gone = event_model_of(Participation)._default_manager.filter(say_id=row.pk, pgh_label="delete")
    people = Person.objects.visible_to(request.actor).in_bulk({event.person_id for event in gone})  # type: ignore[attr-defined]
    for event in gone:
        if person := people.get(event.person_id):  # type: ignore[attr-defined]
            found.append(removed(event, "Took part", person.full_name))
    return sorted(found, key=lambda change: change["at"], reverse=True)


class SessionForm(CorrectionForm):
    day = fields.Date("Which day?", missing="Enter the day")
    clock = fields.Time("What time does it begin?", missing="Enter the time at which it begins")
    minutes = fields.Number("How many minutes?", missing="Enter how many minutes it takes", least=5, most=720, width=3)


def _session_form(request: PageRequest, row: Session, data: Any, now: Now) -> KitForm:
    form = SessionForm(data, initial=now)
    form.fields["day"].bounds(earliest=row.run.starts_on, latest=row.run.ends_on)  # type: ignore[attr-defined]
    return form


def _session_now(row: Session) -> dict[str, Any]:
    begins = timezone.localtime(row.starts_at)
    return {"day": begins.date(), "clock": begins.time(), "minutes": row.minutes}


def _save_session(request: PageRequest, row: Session, told: dict[str, Any]) -> None:
    starts_at = at_time(told.pop("day"), told.pop("clock"))
    group_commands.correct_session(request.actor, row, **told, starts_at=starts_at, at=request.at)


def _at_session(row: Session) -> Subject:
    return Subject(row, None, (reverse("practice:run", args=[row.run.ref]), row.run.programme.title))


def _session_of(ref: str, request: PageRequest, key: UUID) -> Subject:
    return _at_session(groups.session_or_404(request, ref, key))


def _session_correction(ref: str) -> Correction:
    return Correction(
        partial(_session_of, ref),
        lambda row: f"Correct the session of {date_in_words(timezone.localdate(row.starts_at))}",
        _session_form,
        _session_now,
        _save_session,
        version_of,
        {"starts_at": "day"},
    )


@page(allow=Permission.RUN_GROUP)
@once
def session_correct(request: PageRequest, ref: str, session: UUID) -> HttpResponse:
    subject = _session_of(ref, request, session)
    if subject.row.cancelled_at:
        raise Http404
    return corrected(
        request,
        _session_correction(ref),
        subject,
        session,
        caption=subject.row.run.programme.title,
        history=lambda: compared(subject.row, {}),
    )
