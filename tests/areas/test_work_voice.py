"""Feedback and taking part: what is refused, what happens twice, and where the rows lie when a family moves."""

from datetime import date
from typing import Any

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Person
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.community import commands as community
from fingerpost.work.community import queries as says
from fingerpost.work.community.models import Participation
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands, queries
from fingerpost.work.outcomes.models import Invitation, Response, SchoolEvent
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 11, 16)


@pytest.fixture
def case(world: World) -> Case:
    return allocated(world)


@pytest.fixture
def parent(case: Case) -> Person:
    return Person.objects.get(first_name="Pat")


def asked(actor: Actor, case: Case, person: Person, **more: Any) -> Invitation:
    return commands.ask(actor, of_case(case), **{"respondent": "parent", "person": person, "at": AT} | more)


def test_asked_again_she_is_one_person_with_a_new_link_and_the_day_of_the_first(
    alice: Actor, case: Case, parent: Person
) -> None:
    first = asked(alice, case, parent, asked_on=date(2010, 11, 1))
    again = asked(alice, case, parent)
    assert (again.pk, again.asked_on) == (first.pk, date(2010, 11, 1))
    assert again.token_hash != first.token_hash
    commands.respond(SYSTEM, again, answers={"rating": 3}, at=AT)
    with pytest.raises(Refused, match="answered already"):
        asked(alice, case, parent)
    with pytest.raises(Refused, match="stands as answered"):
        commands.note_result(alice, again, result="declined", at=AT)
    with pytest.raises(Refused, match="answered before"):
        commands.respond(SYSTEM, again, answers={"rating": 5}, at=AT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"respondent": "teacher"}, "no form"),
        ({"asked_on": date(2010, 11, 17)}, "future"),
        ({"result": "perhaps"}, "what came of it"),
    ],
)
def test_what_cannot_be_asked(alice: Actor, case: Case, parent: Person, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(alice, case, parent, **wrong)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 61])
def test_cards_are_handed_out_in_reasonable_numbers(world: World, number: int) -> None:
    run = agreed_run(world, offer="drop_in")
    with pytest.raises(Refused, match="how many cards"):
        commands.hand_out_cards(SYSTEM, of_run(run), respondent="parent", how_many=number, at=AT)


def test_only_those_who_may_write_on_the_case_ask(world: World, case: Case, parent: Person) -> None:
    for name in ("carol", "dave", "erin", "sam"):
        with pytest.raises(NotAllowed):
            asked(world.actor(name), case, parent)


def test_paper_may_come_in_late_and_a_link_may_not(alice: Actor, case: Case, parent: Person) -> None:
    invited, later = asked(alice, case, parent), moment(2011, 1, 20)
    with pytest.raises(Refused, match="no longer open"):
        commands.respond(SYSTEM, invited, answers={"rating": 3}, at=later)
    given: dict[str, Any] = {"given_on": date(2010, 11, 1), "on_paper": True, "at": later}
    with pytest.raises(Refused, match="before the day of asking"):
        commands.respond(alice, invited, answers={"rating": 3}, **given)
    reply = commands.respond(alice, invited, answers={"rating": 3}, on_paper=True, at=later)
    assert (reply.on_paper, reply.typed_by_id) == (True, alice.id)


def test_somebody_who_declined_and_then_answers_has_answered(alice: Actor, case: Case, parent: Person) -> None:
    invited = asked(alice, case, parent)
    commands.note_result(alice, invited, result="declined", at=AT)
    commands.respond(SYSTEM, invited, answers={"comment": "After all."}, at=AT)
    (told,) = queries.of_occasions(alice, case.ref)
    assert (told.state, told.invitation.result) == ("answered", "asked")


def test_a_comment_is_judged_only_where_they_did_not_say_so_themselves(
    alice: Actor, case: Case, parent: Person
) -> None:
    reply = commands.respond(SYSTEM, asked(alice, case, parent), answers={"positive_comment": "no"}, at=AT)
    with pytest.raises(Refused, match="Nothing was written"):
        commands.code_comment(alice, reply, is_positive=True, at=AT)
    Response.objects.filter(pk=reply.pk).update(comment="Thank you.")
    with pytest.raises(Refused, match="said themselves"):
        commands.code_comment(alice, reply, is_positive=True, at=AT)


def test_an_event_at_school_is_kept_once(alice: Actor, case: Case, parent: Person) -> None:
    given: dict[str, Any] = {"service": SERVICE, "person": parent, "kind": "parents_evening", "at": AT}
    for _ in range(2):
        commands.record_school_event(alice, case.family, happened_on=date(2010, 11, 2), **given)
    assert SchoolEvent.objects.count() == 1
    with pytest.raises(Refused, match="future"):
        commands.record_school_event(alice, case.family, happened_on=date(2010, 12, 2), **given)
    with pytest.raises(Refused, match="kinds of event"):
        commands.record_school_event(alice, case.family, happened_on=date(2010, 11, 2), **given | {"kind": "party"})


def said(actor: Actor, people: list[Person], **more: Any) -> Any:
    given: dict[str, Any] = {"service": SERVICE, "kind": "planning", "title": "What to offer"}
    given |= {"happened_on": date(2010, 11, 2), "people": people, "at": AT}
    return community.record_say(actor, Scope.of(users=[actor.id] if actor.id else []), **given | more)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "shouting"}, "kind"),
        ({"title": "  "}, "title"),
        ({"happened_on": date(2010, 11, 17)}, "happened_on"),
        ({"people": []}, "people"),
    ],
)
def test_what_is_no_say(alice: Actor, parent: Person, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        said(alice, **{"people": [parent]} | wrong)
    assert refusal.value.field == field


def test_somebody_who_is_named_twice_took_part_once(alice: Actor, carol: Actor, parent: Person) -> None:
    kept = said(alice, [parent, parent])
    community.add_people(alice, kept, people=[parent], at=AT)
    assert Participation.objects.count() == 1
    with pytest.raises(Refused, match="before they had their say"):
        community.tell_what_changed(alice, kept, changed="Evenings", changed_on=date(2010, 11, 1), at=AT)
    with pytest.raises(NotAllowed):
        community.tell_what_changed(carol, kept, changed="Evenings", at=AT)
    told = community.tell_what_changed(alice, kept, changed="Evenings", at=AT)
    assert (told.changed, told.changed_on) == ("Evenings", AT.date())
    assert says.says(carol, SERVICE, since=date(2010, 1, 1), until=AT.date()) == []


def test_what_was_said_goes_with_a_case_that_moves_and_stays_with_a_group(
    world: World, alice: Actor, carol: Actor, case: Case, parent: Person
) -> None:
    run = agreed_run(world)
    groups.book(SYSTEM, run, person=parent, family=case.family, at=AT)
    about_case = asked(alice, case, parent)
    (about_run,) = commands.ask_everybody(SYSTEM, of_run(run), respondent="parent", people=[parent], at=AT)
    commands.respond(SYSTEM, about_case, answers={"rating": 5}, at=AT)
    case.refresh_from_db()
    casework.transfer(SYSTEM, case, worker=world.users["carol"], reason="Moved to Colchester", at=AT)
    assert queries.get(carol, about_case.ref).ref == about_case.ref
    with pytest.raises(Invitation.DoesNotExist):
        queries.get(alice, about_case.ref)
    assert not Response.objects.visible_to(alice).exists()
    about_run.refresh_from_db()
    assert {f"team:{world.teams['tendring'].pk}", f"user:{carol.id}"} <= set(about_run.scope_keys)
