"""Who belongs to a family, changed on the page: somebody new, somebody known already, a tie, a move, a leaving."""

from datetime import date

import pytest
from django.test import Client

from fingerpost.ground.access import clock
from fingerpost.people.families.models import Address, Membership, Person, Relationship
from tests.fixtures.world import World, moment
from tests.pages.households import CaseMade, a_case

AT = moment(2010, 12, 31, 15)
TYPED = {"first_name": "Tom", "last_name": "Quill", "sex": "M", "part": "parent", "since": "1/9/2010"}


@pytest.fixture
def home(world: World, monkeypatch: pytest.MonkeyPatch) -> CaseMade:
    monkeypatch.setattr(clock, "now", lambda service="": AT)
    return a_case(world)[0]


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.users[who])
    return client


def test_somebody_new_joins_the_family(world: World, home: CaseMade) -> None:
    alice, ref = signed_in(world, "alice"), home.row.family.ref
    answer = alice.post(f"/families/{ref}/people/new", TYPED, follow=True)
    assert "Tom Quill now belongs to the family." in answer.content.decode()
    tom = Person.objects.get(first_name="Tom")
    assert (tom.sex, tom.scope_keys) == ("M", home.row.family.scope_keys)
    assert Membership.objects.get(person=tom).since == date(2010, 9, 1)


def test_somebody_known_is_offered_before_anything_is_written(world: World, home: CaseMade) -> None:
    alice, ref = signed_in(world, "alice"), home.row.family.ref
    again = TYPED | {"first_name": "Maya", "born_on": "4/5/2001", "part": "child"}
    answer = alice.post(f"/families/{ref}/people/new", again)
    assert "Is it one of these people?" in answer.content.decode()
    assert Person.objects.filter(first_name="Maya").count() == 1
    alice.post(f"/families/{ref}/people/new", again | {"known": str(home.children[0])})
    assert Person.objects.filter(first_name="Maya").count() == 1
    alice.post(f"/families/{ref}/people/new", again | {"known": "new"})
    assert Person.objects.filter(first_name="Maya").count() == 2


def test_nobody_of_another_team_is_offered(world: World, home: CaseMade) -> None:
    a_case(world, worker="carol", area="colchester", last_name="Reed")
    alice, ref = signed_in(world, "alice"), home.row.family.ref
    answer = alice.post(
        f"/families/{ref}/people/new", TYPED | {"first_name": "Sarah", "last_name": "Reed"}, follow=True
    )
    assert "Sarah Reed now belongs to the family." in answer.content.decode()
    other = Person.objects.exclude(pk__in=Membership.objects.filter(family=home.row.family).values("person")).get(
        first_name="Sarah", last_name="Reed"
    )
    answer = alice.post(f"/families/{ref}/people/new", TYPED | {"known": str(other.pk)})
    assert not Membership.objects.filter(person=other, family=home.row.family).exists()


def test_two_people_are_related_and_the_tie_ends(world: World, home: CaseMade) -> None:
    alice, ref = signed_in(world, "alice"), home.row.family.ref
    alice.post(f"/families/{ref}/people/new", TYPED)
    tom, sarah = Person.objects.get(first_name="Tom"), Person.objects.get(first_name="Sarah")
    told = {"person": str(tom.pk), "kind": "partner", "other": str(sarah.pk), "since": "1/1/2000"}
    answer = alice.post(f"/families/{ref}/ties/new", told, follow=True)
    assert "Tom Quill is the partner of Sarah Quill." in answer.content.decode()
    tie = Relationship.objects.get(kind="partner")
    refused = alice.post(f"/families/{ref}/ties/{tie.pk}/end", {"on": "1/1/1999"})
    assert "before the relationship began" in refused.content.decode()
    alice.post(f"/families/{ref}/ties/{tie.pk}/end", {"on": "1/11/2010"})
    tie.refresh_from_db()
    assert tie.until == date(2010, 11, 1)
    shown = alice.get(f"/families/{ref}/people?on=2010-12-01").content.decode()
    assert "until 1 November 2010" in shown
    itself = alice.post(f"/families/{ref}/ties/new", told | {"other": str(tom.pk)})
    assert "Nobody is related to themselves" in itself.content.decode()


def test_a_move_and_a_leaving_are_kept_with_their_days(world: World, home: CaseMade) -> None:
    alice, ref = signed_in(world, "alice"), home.row.family.ref
    sarah = Person.objects.get(first_name="Sarah")
    bad = alice.post(f"/families/{ref}/people/{sarah.pk}/move", {"postcode": "nowhere", "since": "1/12/2010"})
    assert "govuk-error-summary" in bad.content.decode()
    alice.post(f"/families/{ref}/people/{sarah.pk}/move", {"postcode": "CM1 1AA", "since": "1/12/2010"})
    assert Address.objects.get(person=sarah, until=None).postcode == "CM1 1AA"
    alice.post(f"/families/{ref}/people/{sarah.pk}/leave", {"on": "20/12/2010"})
    assert Membership.objects.get(person=sarah).until == date(2010, 12, 20)
    page = alice.get(f"/families/{ref}/people").content.decode()
    assert f"/families/{ref}/people/{sarah.pk}/leave" not in page
    assert "Relative elsewhere" in page
    assert "Sarah Quill" in alice.get(f"/families/{ref}/people?on=2010-12-19").content.decode()


def test_those_who_may_only_look_change_nothing(world: World, home: CaseMade) -> None:
    ref = home.row.family.ref
    sam = signed_in(world, "sam")  # she answers for the service and sees families, but does not work with them
    assert sam.get(f"/families/{ref}/people").status_code == 200
    assert sam.get(f"/families/{ref}/people/new").status_code == 403
    assert "Add somebody" not in sam.get(f"/families/{ref}/people").content.decode()
    assert signed_in(world, "carol").post(f"/families/{ref}/people/new", TYPED).status_code == 404
    assert not Person.objects.filter(first_name="Tom").exists()


def test_the_story_page_says_what_happened_and_where_nothing_did(world: World, home: CaseMade) -> None:
    ref = home.row.family.ref
    page = signed_in(world, "alice").get(f"/families/{ref}/story").content.decode()
    assert "Case closed: needs met" in page
    assert "Nothing was recorded for 81 days, until 30 November 2010." in page
    contacts = signed_in(world, "alice").get(f"/families/{ref}/story?about=contact").content.decode()
    assert "Casework session" in contacts
    assert "The case was closed" not in contacts
    strange = signed_in(world, "alice").get(f"/families/{ref}/story?about=nothing&before=yesterday")
    assert strange.status_code == 200


def test_a_story_leads_only_to_pages_that_the_reader_may_open(world: World, home: CaseMade) -> None:
    """The manager of the service reads families, and works on no request."""
    family, asked = home.row.family.ref, home.row.request.ref
    for who, has_the_way in (("alice", True), ("sam", False)):
        for path in (f"/families/{family}", f"/families/{family}/story"):
            page = signed_in(world, who).get(path).content.decode()
            assert (f'href="/requests/{asked}"' in page) == has_the_way, (who, path)
            assert f'href="/cases/{home.row.ref}"' in page
