"""People asked what they think: an invitation with a link or on paper, declined, not reached."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.language.schema.pathway import FeedbackWords
from fingerpost.people.families.models import Membership, Person
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.occasions import Occasion
from fingerpost.work.outcomes.tokens import hash_of, token_of

MOST_CARDS = 60


@command(allow=Permission.RECORD_CONTACT)
def ask(
    actor: Actor,
    subject: Occasion,
    *,
    respondent: str,
    person: Person,
    result: str = Invitation.Result.ASKED,
    asked_on: date | None = None,
    at: datetime,
) -> Invitation:
    """Ask one person what they think, or note that they declined or were not reached. Returns the invitation.

    Clauses 3.5 and 3.6 (Essex advisors). Asked again before they answered, they get a new link and the old one is dead; the day
    on which they were first asked stays.
    """
    held = rules(subject.service, timezone.localdate(at))
    form, on = _form(held, subject, respondent), _day(subject, asked_on, at)
    person = locked(person)
    standing = Invitation.objects.select_for_update().filter(person=person, episode_id=subject.id).first()
    if standing is not None:
        return _again(standing, result, expires_on=on + _open_for(held, form))
    (asked,) = _write(actor, subject, held, respondent, [person], result, on, at)
    return asked


@command(allow=Permission.RECORD_CONTACT)
def ask_everybody(
    actor: Actor, subject: Occasion, *, respondent: str, people: Iterable[Person], at: datetime
) -> list[Invitation]:
    """Ask several people about one occasion. Returns an invitation for each who was not asked before."""
    held, on = rules(subject.service, timezone.localdate(at)), _day(subject, None, at)
    _form(held, subject, respondent)
    given = list(Person.objects.select_for_update().filter(pk__in=[person.pk for person in people]).order_by("pk"))
    told = set(Invitation.objects.filter(episode_id=subject.id, person__in=given).values_list("person_id", flat=True))
    new = [person for person in given if person.pk not in told]
    return _write(actor, subject, held, respondent, new, Invitation.Result.ASKED, on, at)


@command(allow=Permission.RECORD_CONTACT)
def hand_out_cards(
    actor: Actor, subject: Occasion, *, respondent: str, how_many: int, asked_on: date | None = None, at: datetime
) -> list[Invitation]:
    """Cards without a name, for people who came and did not say who they are, such as to a drop-in. One for each."""
    held, on = rules(subject.service, timezone.localdate(at)), _day(subject, asked_on, at)
    _form(held, subject, respondent)
    if not 1 <= how_many <= MOST_CARDS:
        raise Refused(f"Enter how many cards, from 1 to {MOST_CARDS}.", field="how_many")
    return _write(actor, subject, held, respondent, [None] * how_many, Invitation.Result.ASKED, on, at)


@command(allow=Permission.RECORD_CONTACT)
def ask_again(actor: Actor, subject: Invitation, *, at: datetime) -> Invitation:
    """A new link for somebody who has not answered; the old one is dead. Returns the invitation."""
    invitation, today = locked(subject), timezone.localdate(at)
    held = rules(invitation.service, today)
    form = held.contract.pathway.feedback[invitation.respondent]  # type: ignore[index]
    return _again(invitation, Invitation.Result.ASKED, expires_on=today + _open_for(held, form))


@command(allow=Permission.RECORD_CONTACT)
def note_result(actor: Actor, subject: Invitation, *, result: str, at: datetime) -> Invitation:
    """Note that somebody who was asked declined or was not reached. Returns the invitation. Twice changes nothing."""
    invitation = locked(subject)
    _require_result(result)
    if Response.objects.filter(invitation=invitation).exists():
        raise Refused("There is a reply already, so this stands as answered.", field="result")
    if invitation.result != result:
        invitation.result = result
        invitation.save(update_fields=["result"])
    return invitation


def _form(held: Rules, occasion: Occasion, respondent: str) -> FeedbackWords:
    for key, words in held.contract.pathway.feedback.items():
        if key == respondent and occasion.activity in words.after:
            return words
    raise Refused("The contract has no form for that. Choose who is asked.", field="respondent")


def _day(occasion: Occasion, asked_on: date | None, at: datetime) -> date:
    """The day of asking. Raises Refused for one to come, and before there was anything to ask about."""
    today = timezone.localdate(at)
    on = asked_on or today
    if on > today:
        raise Refused("The day cannot be in the future.", field="asked_on")
    if on < occasion.began_on:
        raise Refused(f"It began on {day_in_words(occasion.began_on)}. Ask on that day or later.", field="asked_on")
    return on


def _open_for(held: Rules, form: FeedbackWords) -> timedelta:
    days = held.value(form.open_for) if isinstance(form.open_for, str) else form.open_for
    return timedelta(days=int(str(days)))


def _require_result(result: str) -> None:
    if result not in Invitation.Result.values:
        raise Refused("Choose what came of it.", field="result")


def _again(invitation: Invitation, result: str, *, expires_on: date) -> Invitation:
    _require_result(result)
    if Response.objects.filter(invitation=invitation).exists():
        raise Refused("This person has answered already. You can read the reply.", field="person")
    invitation.result, invitation.expires_on = result, max(expires_on, invitation.asked_on)
    invitation.issue += 1
    _link(invitation)
    invitation.save(update_fields=["result", "expires_on", "issue", "token_hash"])
    return invitation


def _link(invitation: Invitation) -> None:
    """Give the invitation the link of its issue; none to somebody who is not asked."""
    is_asked = invitation.result == Invitation.Result.ASKED
    invitation.token_hash = hash_of(token_of(invitation.pk, invitation.issue)) if is_asked else None


def _write(
    actor: Actor,
    occasion: Occasion,
    held: Rules,
    respondent: str,
    people: list[Person] | list[None],
    result: str,
    on: date,
    at: datetime,
) -> list[Invitation]:
    _require_result(result)
    form, families = _form(held, occasion, respondent), _families_of(people)
    made = []
    for ref, person in zip(new_references(Invitation, "V", len(people)), people, strict=True):
        invitation = Invitation(
            ref=ref,
            service=occasion.service,
            family_id=_family_of(occasion, person, families),
            person=person,
            respondent=respondent,
            instrument=form.instrument,
            episode_kind=occasion.kind,
            episode_id=occasion.id,
            episode_ref=occasion.ref,
            activity_type=occasion.activity,
            area_id=occasion.area,
            asked_on=on,
            result=result,
            expires_on=on + _open_for(held, form),
            asked_by_id=actor.id,
            recorded_at=at,
        )
        invitation.scope = occasion.scope | person.scope if person else occasion.scope
        _link(invitation)
        made.append(invitation)
    return Invitation.objects.bulk_create(made)


def _families_of(people: list[Person] | list[None]) -> dict[uuid.UUID, uuid.UUID]:
    """The family that each person lives in now; one of them for somebody who lives in two."""
    named = [person.pk for person in people if person is not None]
    rows = Membership.objects.filter(person__in=named, until=None).order_by("recorded_at")
    return dict(rows.values_list("person_id", "family_id"))


def _family_of(occasion: Occasion, person: Person | None, families: dict[uuid.UUID, uuid.UUID]) -> uuid.UUID | None:
    if person is None:
        return None
    return occasion.family.pk if occasion.family else families.get(person.pk)
