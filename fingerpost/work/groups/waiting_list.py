"""Places on a run and the list of those who wait for one: who is next, and whether there is still room and time."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.answers import Answer
from fingerpost.language.facts import registry
from fingerpost.people.circumstances.commands import VULNERABLE_GROUP
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.groups.models import Booking, Run, Waiting
from fingerpost.work.groups.offers import offer_of
from fingerpost.work.referrals.facts import Subject

WHOSEVER = "a place that somebody of another team has is taken as well, and who waits longest is next whoever looks"


@seeing_everything(why=WHOSEVER)
def free_places(run: Run) -> int:
    """How many places nobody has."""
    return run.places - Booking.objects.filter(run=run, cancelled_at=None).count()


def give_place(run: Run, person: Person, family: Family | None, at: datetime) -> Booking:
    """Write a place down. The caller holds the run and has seen that there is one."""
    booking = Booking(run=run, person=person, family=family, booked_at=at, recorded_at=at)
    booking.scope = run.scope | person.scope
    booking.save(force_insert=True)
    return booking


def in_order(lines: QuerySet[Waiting], run: Run, on: date) -> QuerySet[Waiting]:
    """Who waits, first in line first: the contract's priority groups, where the offer says so, and then who came first.

    A group is noted of the person or of anybody who lives in the family with them. Each line says `is_first`. Clause 2.7, second
    printing (Essex advisors).
    """
    held = rules(run.service, on)
    priority, words = held.contract.pathway.priority, offer_of(run.programme, held.contract)
    groups = list(priority.groups) if priority and (words is None or words.waits == "priority") else []
    theirs = Membership.objects.filter(person=OuterRef(OuterRef(OuterRef("person"))), until=None).values("family")
    around = Membership.objects.filter(family__in=theirs, until=None).values("person")
    noted = Circumstance.objects.filter(Q(until=None) | Q(until__gt=on), kind=VULNERABLE_GROUP, is_true=True)
    noted = noted.filter(Q(person=OuterRef("person")) | Q(person__in=around), value__in=groups)
    return lines.annotate(is_first=Exists(noted)).order_by("-is_first", "since", "id")


@seeing_everything(why="criteria are put to all that is known of somebody")
def require_criteria(run: Run, person: Person, family: Family | None, on: date) -> None:
    """Raises Refused, in the contract's words, for somebody whom the criteria of the offer do not admit, or not yet."""
    held = rules(run.service, on)
    words = offer_of(run.programme, held.contract)
    if words is None or words.criteria is None:
        return
    family = family or _family_of(person)
    subject = Subject(run.service, family, person, values=held.contract.values)  # type: ignore[arg-type]
    answered = held.decide(words.criteria, registry.about(subject, held.on))
    if answered.answer is not Answer.YES:
        said = " ".join(reason.text for reason in answered.reasons if reason.answer is not Answer.YES)
        raise Refused(said or "The criteria of this group do not admit this person.", field="person")


def _family_of(person: Person) -> Family | None:
    place = (
        Membership.objects.filter(person=person, until=None).select_related("family").order_by("-recorded_at").first()
    )
    return place.family if place else None


@seeing_everything(why=WHOSEVER)
def serve_waiting_list(run: Run, at: datetime) -> list[Booking]:
    """The first in line get the free places, in the order of the list; nobody once the run is over."""
    if run.cancelled_at or run.has_ended(timezone.localdate(at)) or (free := free_places(run)) < 1:
        return []
    lines = Waiting.objects.select_for_update(of=("self",)).filter(run=run, ended_at=None)
    booked = []
    for line in in_order(lines, run, timezone.localdate(at)).select_related("person", "family")[:free]:
        line.booking, line.ended_at = give_place(run, line.person, line.family, at), at
        line.save(update_fields=["booking", "ended_at"])
        booked.append(line.booking)
    return booked
