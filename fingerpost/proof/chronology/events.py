"""What happened to a family, from every room, in one statement.

Each source is a queryset that begins with who is asking; their union is put in order by the database.
"""

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import BooleanField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models import Case as Either
from django.db.models.functions import Cast, Coalesce, Concat, Trim
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.people.consent.models import Consent
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families.models import Address, Family, Membership
from fingerpost.people.schooling.models import Enrolment, Exclusion
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.models import Allocation, Case, CaseDiscussion, Contact
from fingerpost.work.community.models import Participation
from fingerpost.work.groups.models import Attendance
from fingerpost.work.outcomes.models import Administration, Response, SchoolEvent
from fingerpost.work.referrals.models import Request
from fingerpost.work.safeguarding.queries import known_to

SUBJECTS = {
    "asking": "Requests for support",
    "case": "The case",
    "contact": "Contacts",
    "assessment": "Assessments and scores",
    "school": "School",
    "home": "Home and family",
    "group": "Groups",
    "letter": "Letters and consent",
    "voice": "Feedback and participation",
    "worry": "Safeguarding concerns",
}
"""What events are about, for filters: code to label."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `what` names it, `code` says which, `ref` and `source` lead to the record."""

    at: datetime
    has_time: bool
    subject: str
    what: str
    code: str
    person: str
    by: str
    text: str
    ref: str
    source: uuid.UUID

    @property
    def is_work(self) -> bool:
        """Something that somebody of the service did."""
        return self.subject in ("case", "contact", "assessment")


Rows = QuerySet[Any]
Source = Callable[[Actor, Family], Rows]
_SOURCES: list[tuple[str, Source]] = []
_COLUMNS = ("at", "has_time", "subject", "what", "code", "person", "by", "text", "ref", "source")
_NAMED = tuple(f"event_{name}" for name in _COLUMNS)  # a table may have columns of the plain names


def source(subject: str) -> Callable[[Source], Source]:
    """Add a source of events about a subject: a function that gives what `told` returns."""

    def decorate(function: Source) -> Source:
        _SOURCES.append((subject, function))
        return function

    return decorate


def told(rows: Rows, what: Any, *, at: str, is_day: bool = False, **parts: Any) -> Rows:
    """Rows as events. `parts` may give code, person, by, text and ref, as names of fields or as expressions."""
    words = {f"event_{name}": _words(parts.get(name, "")) for name in ("code", "person", "by", "text", "ref")}
    return rows.filter(**{f"{at}__isnull": False}).annotate(
        event_at=Cast(F(at), DateTimeField()),
        event_has_time=Value(not is_day, BooleanField()),
        event_what=Value(what, TextField()) if isinstance(what, str) else what,
        event_source=F("pk"),
        **words,
    )


def _words(part: Any) -> Any:
    if part == "":
        return Value("", TextField())
    return Coalesce(Cast(F(part) if isinstance(part, str) else part, TextField()), Value("", TextField()))


def _full_name(of: str = "person") -> Any:
    return Trim(Concat(f"{of}__first_name", Value(" "), f"{of}__last_name", output_field=TextField()))


def _while_a_member(rows: Rows, family: Family, day: str) -> Rows:
    """Rows of people about a day on which they belonged to the family: what became of somebody later is not its story."""
    there = Membership.objects.filter(
        Q(since=None) | Q(since__lte=OuterRef(day)),
        Q(until=None) | Q(until__gte=OuterRef(day)),
        family=family,
        person=OuterRef("person"),
    )
    # Found through the few people of the family first, each by the index of the table; then the day is looked at.
    return rows.filter(Exists(there), person__in=_everybody(family))


def _everybody(family: Family) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(family=family).values("person")


@source("asking")
def _requests(actor: Actor, family: Family) -> Rows:
    rows = Request.objects.visible_to(actor).filter(family=family)
    return told(rows, "request_received", at="received_at", code="source", by="referrer_name", text="reason", ref="ref")


@source("asking")
def _decided(actor: Actor, family: Family) -> Rows:
    rows = Request.objects.visible_to(actor).filter(family=family).exclude(outcome="")
    return told(rows, "request_decided", at="decided_at", code="outcome", by="decision__decided_by__name", ref="ref")


@source("asking")
def _withdrawn(actor: Actor, family: Family) -> Rows:
    rows = Request.objects.visible_to(actor).filter(family=family)
    return told(rows, "request_withdrawn", at="withdrawn_at", ref="ref")


@source("case")
def _opened(actor: Actor, family: Family) -> Rows:
    rows = Case.objects.visible_to(actor).filter(family=family)
    return told(rows, "case_opened", at="opened_at", text="focus", ref="ref")


@source("case")
def _closed(actor: Actor, family: Family) -> Rows:
    rows = Case.objects.visible_to(actor).filter(family=family)
    return told(rows, "case_closed", at="closed_at", code="closure_reason", text="closing_note", ref="ref")


@source("case")
def _allocated(actor: Actor, family: Family) -> Rows:
    rows = Allocation.objects.visible_to(actor).filter(case__family=family)
    parts: dict[str, Any] = {
        "code": "worker__name",
        "by": "allocated_by__name",
        "text": "exception_reason",
        "ref": "case__ref",
    }
    return told(rows, "allocated", at="since", **parts)


@source("case")
def _discussed(actor: Actor, family: Family) -> Rows:
    rows = CaseDiscussion.objects.visible_to(actor).filter(case__family=family)
    parts: dict[str, Any] = {
        "code": "decided",
        "by": "supervision__supervisor__name",
        "text": "note",
        "ref": "case__ref",
    }
    return told(rows, "discussed", at="discussed_on", is_day=True, **parts)


@source("contact")
def _contacts(actor: Actor, family: Family) -> Rows:
    rows = Contact.objects.visible_to(actor).filter(family=family)
    parts: dict[str, Any] = {"code": "kind", "by": "worker__name", "text": "note", "ref": "case__ref"}
    what = When(attended=True, then=Value("contact"))
    return told(
        rows, Either(what, default=Value("contact_missed"), output_field=TextField()), at="happened_at", **parts
    )


@source("assessment")
def _assessments(actor: Actor, family: Family) -> Rows:
    rows = Assessment.objects.visible_to(actor).filter(family=family)
    parts: dict[str, Any] = {"code": "kind", "by": "author", "text": "summary"}
    return told(rows, "assessed", at="assessed_on", is_day=True, **parts)


@source("assessment")
def _scores(actor: Actor, family: Family) -> Rows:
    rows = Administration.objects.visible_to(actor).filter(family=family)
    score = Concat("point", Value(" "), Cast("score", TextField()), output_field=TextField())
    parts: dict[str, Any] = {"code": "instrument", "by": "completed_by", "text": score, "person": _full_name()}
    return told(rows, "scored", at="taken_on", is_day=True, **parts)


@source("school")
def _enrolled(actor: Actor, family: Family) -> Rows:
    rows = _while_a_member(Enrolment.objects.visible_to(actor), family, "since")
    return told(rows, "enrolled", at="since", is_day=True, code="school__name", person=_full_name())


@source("school")
def _left_school(actor: Actor, family: Family) -> Rows:
    rows = _while_a_member(Enrolment.objects.visible_to(actor), family, "until")
    return told(rows, "left_school", at="until", is_day=True, code="school__name", person=_full_name())


@source("school")
def _excluded(actor: Actor, family: Family) -> Rows:
    rows = _while_a_member(Exclusion.objects.visible_to(actor).filter(superseded_at=None), family, "started_on")
    parts: dict[str, Any] = {
        "code": "kind",
        "person": _full_name(),
        "text": Cast("sessions", TextField()),
        "by": "school__name",
    }
    return told(rows, "excluded", at="started_on", is_day=True, **parts)


@source("home")
def _joined(actor: Actor, family: Family) -> Rows:
    rows = Membership.objects.visible_to(actor).filter(family=family)
    return told(rows, "joined", at="since", is_day=True, code="part", person=_full_name())


@source("home")
def _left(actor: Actor, family: Family) -> Rows:
    rows = Membership.objects.visible_to(actor).filter(family=family)
    return told(rows, "left", at="until", is_day=True, code="part", person=_full_name())


@source("home")
def _moved(actor: Actor, family: Family) -> Rows:
    rows = _while_a_member(Address.objects.visible_to(actor), family, "since")
    return told(rows, "moved", at="since", is_day=True, code="area__name", person=_full_name(), text="postcode")


@source("group")
def _groups(actor: Actor, family: Family) -> Rows:
    rows = Attendance.objects.visible_to(actor).filter(is_present=True, session__held_at__isnull=False)
    rows = rows.filter(person__in=_everybody(family).filter(until=None))
    parts: dict[str, Any] = {
        "code": "session__run__programme__title",
        "person": _full_name(),
        "ref": "session__run__ref",
    }
    return told(rows, "came_to_group", at="session__held_at", **parts)


@source("letter")
def _letters(actor: Actor, family: Family) -> Rows:
    rows = Message.objects.visible_to(actor).filter(family=family, state=Message.State.SENT)
    return told(rows, "letter_sent", at="sent_on", is_day=True, code="subject", by="recipient")


@source("letter")
def _consents(actor: Actor, family: Family) -> Rows:
    rows = Consent.objects.visible_to(actor).filter(family=family)
    return told(rows, "consent", at="answered_at", code="kind", text="answer")


@source("school")
def _school_events(actor: Actor, family: Family) -> Rows:
    rows = SchoolEvent.objects.visible_to(actor).filter(family=family)
    parts: dict[str, Any] = {"code": "kind", "person": _full_name(), "text": "note"}
    return told(rows, "school_event", at="happened_on", is_day=True, **parts)


@source("voice")
def _replies(actor: Actor, family: Family) -> Rows:
    rows = Response.objects.visible_to(actor).filter(family=family)
    parts: dict[str, Any] = {"code": "invitation__respondent", "text": "comment"}
    return told(rows, "reply", at="given_on", is_day=True, **parts)


@source("voice")
def _parts_taken(actor: Actor, family: Family) -> Rows:
    rows = Participation.objects.visible_to(actor).filter(family=family)
    parts: dict[str, Any] = {"code": "say__title", "person": _full_name(), "text": "say__changed"}
    return told(rows, "took_part", at="say__happened_on", is_day=True, **parts)


@source("worry")
def _concerns(actor: Actor, family: Family) -> Rows:
    """Only for those who may know of each concern."""
    rows = known_to(actor).filter(family=family)
    return told(rows, "concern_raised", at="raised_at", by="raised_by__name", ref="ref")


@source("worry")
def _referred_to_social_care(actor: Actor, family: Family) -> Rows:
    rows = known_to(actor).filter(family=family)
    return told(rows, "concern_referred", at="referred_at", code="referred_to", by="decided_by__name", ref="ref")


def of_family(
    actor: Actor,
    family: Family,
    *,
    subjects: Collection[str] = (),
    before: date | None = None,
    most: int = 200,
) -> list[Event]:
    """The latest events that the actor may see, newest first, at most so many. One query.

    `subjects` keeps only some (codes of SUBJECTS), `before` only what happened before a day.
    """
    wanted = tuple(subject for subject in SUBJECTS if not subjects or subject in subjects)
    found = _latest(actor, family.pk, start_of(before) if before else None, subjects=wanted, most=most)
    return [Event(*row) for row in found]


@built_once
def _latest(actor: Actor, family: uuid.UUID, before: datetime | None, *, subjects: tuple[str, ...], most: int) -> Rows:
    first, *others = _rows(actor, Family(pk=family), subjects, before)
    return first.union(*others, all=True).order_by("-event_at", "event_what", "event_source")[:most]


def _rows(actor: Actor, family: Family, subjects: tuple[str, ...], before: datetime | None) -> Iterator[Rows]:
    for subject, rows in _SOURCES:
        if subject in subjects:
            found = rows(actor, family).annotate(event_subject=Value(subject, TextField()))
            found = found.filter(event_at__lt=before) if before else found
            yield found.values_list(*_NAMED)


def start_of(day: date) -> datetime:
    """The moment at which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time()))
