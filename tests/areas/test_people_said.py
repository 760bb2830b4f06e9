"""What is true of people, what they agreed to, and what was written to them."""

from datetime import date, timedelta

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import area_key
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances import queries as circumstances_known
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.consent import commands as consent
from fingerpost.people.consent import queries as consents
from fingerpost.people.consent.models import Consent
from fingerpost.people.correspondence import commands as letters
from fingerpost.people.correspondence import queries as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Person
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 6, 1)
SCHOOL = Consent.Kind.SHARE_WITH_SCHOOL
HERE = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))


@pytest.fixture
def family(world: World) -> Family:
    return families.form_family(Actor.system(), HERE, name="Lee family", at=AT)


@pytest.fixture
def kim(world: World) -> Person:
    return families.register(Actor.system(), HERE, first_name="Kim", last_name="Lee", at=AT)


def test_a_fact_holds_between_its_days(world: World, kim: Person) -> None:
    alice, said = world.actor("alice"), {"kind": "vulnerable_group", "value": "young_carer"}
    fact = circumstances.record(alice, kim, since=date(2010, 5, 1), source="Mother", at=AT, **said)
    assert circumstances.record(alice, kim, at=AT, **said) == fact
    assert circumstances_known.values_on([kim.id], "vulnerable_group", date(2010, 5, 20)) == {"young_carer"}
    assert circumstances_known.values_on([kim.id], "vulnerable_group", date(2010, 4, 20)) == set()
    with pytest.raises(Refused, match="before it began"):
        circumstances.end(alice, fact, on=date(2010, 4, 1), at=AT)
    circumstances.end(alice, fact, on=date(2010, 5, 31), at=AT)
    assert circumstances_known.values_on([kim.id], "vulnerable_group", date(2010, 6, 2)) == set()
    with pytest.raises(Refused, match="Enter what is true"):
        circumstances.record(alice, kim, kind="vulnerable_group", value=" ", at=AT)
    with pytest.raises(NotAllowed):
        circumstances.record(world.actor("carol"), kim, at=AT, **said)
    assert Circumstance.objects.count() == 1


def test_the_latest_answer_holds_until_it_is_taken_back(world: World, family: Family) -> None:
    alice = world.actor("alice")
    assert consents.current(family, SCHOOL) is None
    given = consent.answer(alice, family, kind=SCHOOL, answer="given", answered_at=AT, at=AT)
    assert consent.answer(alice, family, kind=SCHOOL, answer="given", answered_at=AT, at=AT) == given
    later = AT + timedelta(days=7)
    consent.answer(alice, family, kind=SCHOOL, answer="refused", answered_at=later, at=later)
    standing = consents.current(family, SCHOOL)
    assert standing is not None
    assert standing.answer == "refused"
    with pytest.raises(Refused, match="A later answer"):
        consent.answer(alice, family, kind=SCHOOL, answer="given", answered_at=AT, at=later)
    with pytest.raises(Refused, match="in the future"):
        consent.answer(alice, family, kind=SCHOOL, answer="given", answered_at=later, at=AT)
    consent.withdraw(alice, family, kind=SCHOOL, at=later)
    assert consents.current(family, SCHOOL) is None
    assert Consent.objects.count() == 2, "what was said before is kept"
    with pytest.raises(NotAllowed):
        consent.answer(world.actor("carol"), family, kind=SCHOOL, answer="given", answered_at=AT, at=AT)


def draft(world: World, family: Family, body: str = "Dear Head") -> Message:
    return letters.draft(
        world.actor("alice"), family, service=SERVICE, family=family, kind="outcome_to_school",
        recipient="Quay Primary School", subject_line="How the work went", body=body, at=AT,
    )  # fmt: skip


def test_a_letter_is_drafted_once_sent_once_and_then_stands(world: World, family: Family) -> None:
    alice, letter = world.actor("alice"), draft(world, family)
    assert draft(world, family) == letter
    letters.reword(alice, letter, body="Dear Mrs Head", at=AT)
    with pytest.raises(Refused, match="Enter the words"):
        letters.reword(alice, letter, body=" ", at=AT)
    with pytest.raises(Refused, match="Choose how"):
        letters.send(alice, letter, sent_on=AT.date(), method="", at=AT)
    with pytest.raises(Refused, match="in the future"):
        letters.send(alice, letter, sent_on=date(2010, 6, 2), method="post", at=AT)
    sent = letters.send(alice, letter, sent_on=AT.date(), method="post", at=AT)
    assert (sent.state, sent.body) == (Message.State.SENT, "Dear Mrs Head")
    assert letters.send(alice, letter, sent_on=AT.date(), method="post", at=AT) == sent
    with pytest.raises(Refused, match="marked as sent already"):
        letters.send(alice, letter, sent_on=date(2010, 5, 1), method="e-mail", at=AT)
    with pytest.raises(Refused, match="no longer a draft"):
        letters.reword(alice, letter, body="Changed", at=AT)
    with pytest.raises(Refused, match="sent already"):
        letters.block(alice, letter, why="Too late", at=AT)
    assert correspondence.about(world.actor("carol"), "families.family", family.id) == []
    assert [m.pk for m in correspondence.about(alice, "families.family", family.id)] == [letter.pk]


def test_a_letter_held_back_is_not_sent(world: World, family: Family) -> None:
    alice, letter = world.actor("alice"), draft(world, family)
    letters.block(alice, letter, why="The family refused on 1 June 2010", at=AT)
    with pytest.raises(Refused, match="held back"):
        letters.send(alice, letter, sent_on=AT.date(), method="post", at=AT)


@pytest.mark.case("A2")
def test_a_letter_with_other_words_is_another_letter(world: World, family: Family) -> None:
    first, second = draft(world, family), draft(world, family, "Dear Head, it went otherwise")
    assert [first.body, second.body] == ["Dear Head", "Dear Head, it went otherwise"]
    assert Message.objects.count() == 2
