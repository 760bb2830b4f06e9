"""A restricted family's concerns, and what hangs on them: who may know is for the lead to say anew."""

import uuid

import pytest
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history import sight
from fingerpost.ground.history.tracking import event_model_of
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.people.correspondence import commands as correspondence
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families import commands as families
from fingerpost.people.families import correcting
from fingerpost.people.families.models import Address, Family, Membership, Person, Restriction
from fingerpost.proof.quality import commands as quality
from fingerpost.proof.returns.models import CaseStudy
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Contact
from fingerpost.work.referrals import restricting
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.safeguarding.models import Concern, Step
from tests.fixtures.assurance import a_study, an_item
from tests.fixtures.browsing import Browser, Today, words_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.groups import a_group
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import a_concern

pytestmark = pytest.mark.case("A10")
AT = moment(2010, 12, 30)


@pytest.fixture
def concern(world: World) -> Concern:
    """Raised by alice of her family; she and bob, who leads her team, may know."""
    return a_concern(world, allocated(world, home=household("Quill")))


def restrict(world: World, concern: Concern, *named: str) -> None:
    assert concern.family
    people = [world.users[one] for one in named]
    restricting.restrict(world.actor("fay"), concern.family, service=SERVICE, reason="Hidden", named=people, at=AT)


def who_sees(world: World, rows: "type[Scoped]", **which: object) -> set[str]:
    return {
        who
        for who in ("alice", "bob", "carol", "fay", "sam")
        if rows.objects.visible_to(world.actor(who)).filter(**which).exists()
    }


def test_those_who_knew_lose_sight_at_once_and_those_named_gain_it(
    world: World, concern: Concern, browser: Browser
) -> None:
    assert who_sees(world, Concern) == who_sees(world, Step) == {"alice", "bob", "fay"}
    restrict(world, concern, "carol")
    assert who_sees(world, Concern) == who_sees(world, Step) == {"carol", "fay"}
    for who, status in (("alice", 404), ("bob", 404), ("carol", 200), ("fay", 200)):
        answer = browser(who).get(reverse("practice:concern", args=[concern.ref]))
        assert answer.status_code == status, who
        if status == 404:
            assert concern.ref not in browser(who).get(reverse("practice:concerns")).content.decode()


def test_tasks_and_clocks_about_a_concern_go_with_it(world: World, concern: Concern) -> None:
    about = {"origin_kind": "safeguarding.concern", "origin_id": concern.pk}
    clocks = {"subject_kind": "safeguarding.concern", "subject_id": concern.pk}
    before = who_sees(world, Task, **about), who_sees(world, Clock, **clocks)
    restrict(world, concern)
    assert who_sees(world, Task, **about) <= {"fay"}
    assert who_sees(world, Clock, **clocks) <= {"fay"}
    assert concern.family
    restricting.lift(world.actor("fay"), concern.family, reason="Safe", at=AT)
    assert (who_sees(world, Task, **about), who_sees(world, Clock, **clocks)) == before


def test_the_lead_names_anew_and_anew(world: World, concern: Concern) -> None:
    assert concern.family
    restrict(world, concern, "alice")
    assert who_sees(world, Concern) == {"alice", "fay"}
    restricting.name(world.actor("fay"), concern.family, named=[world.users["carol"]], at=AT)
    assert who_sees(world, Concern) == {"carol", "fay"}
    restricting.name(world.actor("fay"), concern.family, named=[], at=AT)
    assert who_sees(world, Concern) == {"fay"}


def test_lifting_gives_back_to_those_who_knew_and_to_nobody_else(world: World, concern: Concern) -> None:
    before = sorted(concern.scope_keys)
    assert concern.family
    restrict(world, concern, "carol")
    restricting.lift(world.actor("fay"), concern.family, reason="Safe", at=AT)
    concern.refresh_from_db()
    assert sorted(concern.scope_keys) == before
    assert concern.restricted
    assert who_sees(world, Concern) == who_sees(world, Step) == {"alice", "bob", "fay"}


def test_somebody_is_told_of_it_only_after_the_lead_has_named_them(world: World, concern: Concern) -> None:
    restrict(world, concern, "alice")
    concern.refresh_from_db()
    bob = {"user": world.users["bob"], "how": "By telephone", "told_at": AT, "at": AT}
    with pytest.raises(Refused, match="safeguarding lead has to say first that Bob Lennox"):
        safeguarding.tell(world.actor("alice"), concern, **bob)
    assert who_sees(world, Concern) == {"alice", "fay"}


def test_a_concern_raised_meanwhile_is_told_to_those_named_alone(world: World, concern: Concern) -> None:
    restrict(world, concern, "alice")
    assert concern.family
    concern.family.refresh_from_db()
    second = safeguarding.raise_concern(
        world.actor("alice"), concern.family, service=SERVICE, seen="Again", seen_at=AT, at=AT
    )
    assert who_sees(world, Concern, pk=second.pk) == {"alice", "fay"}
    restricting.lift(world.actor("fay"), concern.family, reason="Safe", at=AT)
    assert who_sees(world, Concern, pk=second.pk) == {"alice", "bob", "fay"}
    assert not Restriction.objects.filter(until=None).exists()


# --- What was removed before ---


def who_reads(world: World, model: type[Scoped], row: uuid.UUID) -> set[str]:
    """Who is shown by the database what became of a row, one that was removed too."""
    found = set()
    for who in ("alice", "bob", "carol", "fay", "sam"):
        with sight.seeing(world.actor(who).sight):
            if event_model_of(model)._default_manager.filter(pgh_obj_id=row).exists():
                found.add(who)
    return found


def removed(world: World) -> tuple[Family, dict[type[Scoped], uuid.UUID]]:
    """A family of which a contact was taken back, and a person with everything that was written of them."""
    alice, home = world.actor("alice"), household("Quill")
    case = allocated(world, home=home)
    told = {"kind": "casework_session", "happened_at": AT, "minutes": 30, "topics": [], "note": "Rang", "at": AT}
    contact = casework.record_contact(alice, case, **told)
    casework.take_back_contact(alice, contact, reason="Never was", at=AT)
    person = families.register(alice, home.family.scope, first_name="Al", last_name="Quill", phone="01255 1", at=AT)
    place = families.join(alice, home.family, person=person, part="other", at=AT)
    address = families.move(alice, person, lines="1 Quiet Lane", postcode="", at=AT)
    correcting.take_back_place(alice, place, reason="Never was", at=AT)
    rows: dict[type[Scoped], uuid.UUID] = {
        Contact: contact.pk,
        Membership: place.pk,
        Person: person.pk,
        Address: address.pk,
    }
    assert not any(model.objects.filter(pk=pk).exists() for model, pk in rows.items())
    return home.family, rows


def test_the_history_of_what_was_removed_before_follows_the_restriction(world: World) -> None:
    family, rows = removed(world)
    before = {model: who_reads(world, model, pk) for model, pk in rows.items()}
    assert all({"alice", "bob", "sam", "fay"} <= who for who in before.values())
    told = {"service": SERVICE, "reason": "Hidden", "at": AT}
    restricting.restrict(world.actor("fay"), family, named=[world.users["alice"]], **told)
    for model, pk in rows.items():
        assert who_reads(world, model, pk) == {"alice", "fay"}, model._meta.label
    restricting.name(world.actor("fay"), family, named=[], at=AT)
    for model, pk in rows.items():
        assert who_reads(world, model, pk) == {"fay"}, model._meta.label
    restricting.lift(world.actor("fay"), family, reason="Safe", at=AT)
    assert {model: who_reads(world, model, pk) for model, pk in rows.items()} == before


def test_what_was_removed_of_another_family_stays_in_sight(world: World) -> None:
    _, rows = removed(world)
    other = allocated(world, home=household("Rowe")).family
    restricting.restrict(world.actor("fay"), other, service=SERVICE, reason="Hidden", named=[], at=AT)
    assert all("bob" in who_reads(world, model, pk) for model, pk in rows.items())


# --- Samples ---


def test_what_was_found_in_a_sampled_record_is_read_no_more(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 12, 31)
    assurer = User.objects.create_user("ann@example.org", name="Ann Sorrel")
    Grant.objects.create(user=assurer, role="quality_assurer", reach="service", service=SERVICE)
    world.users["ann"] = assurer
    case = allocated(world, home=household("Quill"), at=moment(2010, 10, 1))
    item = an_item(world)
    quality.record_finding(Actor.of(assurer), item, grade="good", note="Mrs Quill was heard", at=AT)
    drawn = reverse("oversight:sample", args=[item.sample.ref])
    looked_at = reverse("oversight:audit_item", args=[item.sample.ref, item.pk])
    readers = (("sam", drawn), ("ann", looked_at))
    assert all("Mrs Quill was heard" in browser(who).get(page).content.decode() for who, page in readers)
    told = {"service": SERVICE, "reason": "Hidden", "at": AT}
    restricting.restrict(world.actor("fay"), case.family, named=[], **told)
    for who, page in readers:
        answer = browser(who).get(page)
        assert (answer.status_code, "Quill" in answer.content.decode()) == (200, False), who
    restricting.lift(world.actor("fay"), case.family, reason="Safe", at=AT)
    assert "Mrs Quill was heard" in browser("sam").get(drawn).content.decode()


# --- Registers, drafts and letters ---


def hide(world: World, family: Family) -> None:
    restricting.restrict(world.actor("fay"), family, service=SERVICE, reason="Hidden", named=[], at=AT)


def test_a_register_and_a_run_name_nobody_hidden(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 12, 31)
    made = a_group(world)
    pages = [
        reverse("practice:run", args=[made.run.ref]),
        reverse("practice:run_session", args=[made.run.ref, made.session.pk]),
    ]
    name = made.booking.person.last_name
    assert all(name in words_of(browser("alice").get(page)) for page in pages)
    hide(world, made.booking.family)
    for page in pages:
        answer = browser("alice").get(page)
        assert (answer.status_code, name in words_of(answer)) == (200, False), page


def test_a_draft_of_a_case_study_and_a_letter_are_read_no_more(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 12, 31)
    case = allocated(world, home=household("Quill"))
    study = a_study(world, case.ref)
    letter = correspondence.draft(
        world.actor("alice"),
        case,
        service=SERVICE,
        kind="note",
        family=case.family,
        recipient="The school",
        subject_line="The Quills",
        body="Of the Quills",
        at=AT,
    )
    before = who_sees(world, CaseStudy, pk=study.pk), who_sees(world, Message, pk=letter.pk)
    assert all({"alice", "bob"} <= who for who in before)
    hide(world, case.family)
    assert (who_sees(world, CaseStudy, pk=study.pk), who_sees(world, Message, pk=letter.pk)) == ({"fay"}, {"fay"})
