"""Persons and families: written down, found, matched, joined, moved and merged."""

from datetime import date
from typing import Any

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import area_key
from fingerpost.people.families import commands, identity, names, queries
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person
from fingerpost.people.families.writing import PersonGiven
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 5, 4)
SYSTEM = Actor.system()
UPN = identity.upn_with_check_letter("881500100012")


def here(world: World, locality: str = "tendring") -> Scope:
    return Scope.of(service=world.service, area=area_key(world.service, locality), team=world.teams[locality].id)


def register(world: World, first: str, last: str, locality: str = "tendring", **more: object) -> Person:
    return commands.register(SYSTEM, here(world, locality), first_name=first, last_name=last, at=AT, **more)  # type: ignore[arg-type]


def settle(world: World, *people: Person, name: str = "Smith family", locality: str = "tendring") -> Family:
    family = commands.form_family(SYSTEM, here(world, locality), name=name, at=AT)
    for person in people:
        commands.join(SYSTEM, family, person=person, part=Membership.Part.CHILD, at=AT)
    return family


def test_a_person_is_registered_trimmed_with_numbers_and_history(world: World) -> None:
    person = register(
        world, "  Seán ", "O’Brien  Núñez", upn=f" {UPN.lower()} ", nhs="999 000 0018", born_on=date(2001, 2, 3)
    )
    assert (person.full_name, person.search_name) == ("Seán O’Brien Núñez", "sean obrien nunez")
    assert set(Identifier.objects.values_list("kind", "value")) == {("upn", UPN), ("nhs", "9990000018")}
    assert changes(person)[0]["command"] == "families.register"


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"first": " ", "last": " "}, "first_name", "Enter a first name or a last name"),
    ({"last": "x" * 101}, "last_name", "longer than 100"),
    ({"born_on": date(2010, 5, 5)}, "born_on", "in the future"),
    ({"born_on": date(1880, 5, 5)}, "born_on", "120 years ago"),
    ({"upn": "B881500100012"}, "upn", "check letter"),
    ({"upn": "12345"}, "upn", "is not a unique pupil number"),
    ({"nhs": "9990000011"}, "nhs", "does not fit"),
]


def test_what_cannot_be_right_is_refused(world: World) -> None:
    for given, field, says in WRONG:
        with pytest.raises(Refused, match=says) as refusal:
            register(world, **{"first": "Ann", "last": "Lee", **given})
        assert refusal.value.field == field
    assert Person.objects.count() == 0


def test_a_number_belongs_to_one_person(world: World) -> None:
    register(world, "Ann", "Lee", upn=UPN)
    with pytest.raises(Refused, match="already known"):
        register(world, "Bea", "Lee", upn=UPN)
    assert Person.objects.count() == 1, "nothing is half written"


def test_who_may_not_register_or_merge(world: World) -> None:
    with pytest.raises(NotAllowed):
        commands.register(world.actor("dave"), here(world), first_name="Ann", last_name="Lee", at=AT)
    one, other = register(world, "Ann", "Lee"), register(world, "Anne", "Lee")
    with pytest.raises(NotAllowed):
        commands.merge(world.actor("alice"), one, into=other, reason="Same child", at=AT)


def test_many_are_registered_at_once(world: World) -> None:
    people = [PersonGiven(f"First{n}", "Lee", born_on=date(2000, 1, 1)) for n in range(50)]
    written = commands.register_many(world.actor("sam"), here(world), people=people, at=AT)
    assert [p.first_name for p in written] == [f"First{n}" for n in range(50)]
    with pytest.raises(Refused, match="already known"):
        commands.register_many(
            world.actor("sam"),
            here(world),
            people=[PersonGiven("A", "B", upn=UPN), PersonGiven("C", "D", upn=UPN)],
            at=AT,
        )
    assert Person.objects.count() == 50


WORDS = [
    "Sarah Smith",
    "Smith, Sarah",
    "smith sarah",
    "sar smi",
    "s smith",
    "SARAH",
    "Sally",
    "sara smyth",
    "Smtih",
    "CO15 4JX",
    "co154jx",
    "3/2/1980",
    UPN,
    UPN.lower(),
    "9990000018",
]


def test_a_person_is_found_by_whatever_is_at_hand(world: World, django_assert_num_queries: Any) -> None:
    sarah = register(world, "Sarah", "Smith", known_as="Sally", born_on=date(1980, 2, 3), upn=UPN, nhs="9990000018")
    register(world, "Peter", "Green")
    commands.move(SYSTEM, sarah, lines="1 Pier Road", postcode="co154jx", at=AT)
    family = settle(world, sarah)
    alice, carol, dave = (world.actor(name) for name in ("alice", "carol", "dave"))
    for words in WORDS:
        with django_assert_num_queries(1):
            (hit,) = queries.find(alice, words)
        assert (hit.person_id, hit.family_ref, hit.born_on, hit.postcode) == (
            sarah.id,
            family.ref,
            date(1980, 2, 3),
            "CO15 4JX",
        )
        assert hit.is_near == (words in ("sara smyth", "Smtih"))
        assert queries.find(carol, words) == [], "another team's worker"
        assert queries.find(dave, words) == [], "a commissioner"


def test_a_family_is_found_by_its_reference_and_by_those_of_rooms_above(world: World) -> None:
    sarah = register(world, "Sarah", "Smith")
    family = settle(world, sarah)
    assert [f.person_id for f in queries.find(SYSTEM, family.ref.lower())] == [sarah.id]
    queries.references_behind("Z", lambda ref: Family.objects.filter(ref=f"F-{ref[2:]}").values("id"))
    assert [f.person_id for f in queries.find(SYSTEM, f"Z-{family.ref[2:]}")] == [sarah.id]


def test_odd_words_find_nobody_and_harm_nothing(world: World) -> None:
    register(world, "Sarah", "Smith")
    odd = ["", "   ", "%", "_", "'; drop table", "\x00", "(", "a" * 5000, "31/31/2010", "F-", "😀", "\\", "{}"]
    for words in odd:
        assert queries.find(SYSTEM, words) == []


def test_restricted_rows_are_met_only_by_those_who_may(world: World) -> None:
    sarah = register(world, "Sarah", "Smith")
    settle(world, sarah)
    Person.objects.filter(pk=sarah.pk).update(restricted=True)
    assert queries.find(world.actor("alice"), "Sarah Smith") == []


def test_members_come_in_one_query_parents_first(world: World, django_assert_num_queries: Any) -> None:
    parent = register(world, "Ann", "Smith", born_on=date(1980, 1, 1))
    young, old = (register(world, n, "Smith", born_on=date(y, 1, 1)) for n, y in (("Young", 2004), ("Old", 2000)))
    family = settle(world, young, old)
    commands.join(SYSTEM, family, person=parent, part="parent", at=AT)
    commands.move(SYSTEM, parent, postcode="CO15 4JX", at=AT)
    alice = world.actor("alice")
    with django_assert_num_queries(1):
        members = queries.members_of(alice, [family])[family.id]
    assert [m.person.first_name for m in members] == ["Ann", "Old", "Young"]
    assert members[0].address
    assert members[0].address.postcode == "CO15 4JX"
    commands.leave(SYSTEM, family, person=old, on=date(2010, 6, 1), at=moment(2010, 6, 2))
    assert len(queries.members_of(SYSTEM, [family])[family.id]) == 2
    assert len(queries.members_of(SYSTEM, [family], on=date(2010, 5, 20))[family.id]) == 3
    with pytest.raises(Refused, match="does not belong"):
        commands.leave(SYSTEM, family, person=old, on=date(2010, 6, 2), at=AT)


def test_joining_twice_is_one_membership(world: World) -> None:
    ann = register(world, "Ann", "Smith")
    family = settle(world, ann)
    commands.join(SYSTEM, family, person=ann, part="parent", at=AT)
    assert list(Membership.objects.values_list("part", flat=True)) == ["parent"]


def test_a_move_ends_the_old_address_and_finds_the_area(world: World) -> None:
    places.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=AT)
    ann, alice = register(world, "Ann", "Smith"), world.actor("alice")
    commands.move(alice, ann, postcode="CO1 1AA", since=date(2009, 1, 1), at=AT)
    for _ in range(2):
        commands.move(alice, ann, lines="1 Pier Road\nClacton", postcode="CO15 4JX", since=date(2010, 5, 1), at=AT)
    old, new = Address.objects.order_by("since")
    assert (old.until, old.area) == (date(2010, 4, 30), None)
    assert (new.lines, new.area_id, new.until) == ("1 Pier Road, Clacton", area_key(SERVICE, "tendring"), None)
    with pytest.raises(Refused, match="is not a postcode"):
        commands.move(alice, ann, postcode="Clacton", at=AT)
    with pytest.raises(Refused, match="later day"):
        commands.move(alice, ann, postcode="CO1 1AA", since=date(2010, 4, 1), at=AT)
    commands.move(alice, ann, postcode="ZZ99 3VZ", since=date(2010, 5, 3), at=AT)


def test_relationships_are_written_once_and_never_with_oneself(world: World) -> None:
    ann, ben = register(world, "Ann", "Smith"), register(world, "Ben", "Smith")
    for _ in range(2):
        commands.relate(SYSTEM, ann, kind="parent", other=ben, at=AT)
    (relationship,) = queries.relationships_of(SYSTEM, [ben])
    assert str(relationship) == "Ann Smith parent of Ben Smith"
    with pytest.raises(Refused, match="Nobody is related"):
        commands.relate(SYSTEM, ann, kind="parent", other=ann, at=AT)


def test_two_entries_of_one_person_are_merged_and_taken_apart(world: World) -> None:
    one, other = register(world, "Ann", "Lee"), register(world, "Anne", "Lee")
    bob = world.actor("bob")
    with pytest.raises(Refused, match="Say why"):
        commands.merge(bob, one, into=other, reason=" ", at=AT)
    commands.merge(bob, one, into=other, reason="Same birth date and school", at=AT)
    assert [f.person_id for f in queries.find(bob, "Lee")] == [other.id]
    with pytest.raises(Refused, match="merged already"):
        commands.merge(bob, other, into=one, reason="Again", at=AT)
    commands.unmerge(bob, one, reason="Cousins, it turns out", at=AT)
    assert len(queries.find(bob, "Lee")) == 2


def test_matches_are_scored_and_say_why(world: World, django_assert_num_queries: Any) -> None:
    mary = register(world, "Mary", "Jones", born_on=date(2002, 3, 4), upn=UPN)
    commands.move(SYSTEM, mary, postcode="CO15 4JX", at=AT)
    register(world, "Mark", "Jones", born_on=date(2002, 3, 4))
    with django_assert_num_queries(1):
        exact = queries.matches(SYSTEM, first_name="mary", last_name="JONES", born_on=date(2002, 3, 4))
    assert (exact[0].person, exact[0].verdict, exact[0].why) == (mary, "perhaps", ("same name", "same date of birth"))
    at_home = queries.matches(
        SYSTEM, first_name="mary", last_name="JONES", born_on=date(2002, 3, 4), postcode="CO15 4JX"
    )
    assert (at_home[0].person, at_home[0].verdict) == (mary, "same")
    by_number = queries.matches(SYSTEM, first_name="M", last_name="Green", upn=UPN)
    assert (by_number[0].verdict, by_number[0].why) == ("perhaps", ("same unique pupil number",))
    assert by_number[0].why_not == ("another name",)
    slip = queries.matches(SYSTEM, first_name="Marie", last_name="Jones", born_on=date(2002, 4, 3), postcode="co154jx")
    assert (slip[0].person, slip[0].verdict) == (mary, "perhaps")
    undated = queries.matches(SYSTEM, first_name="Jones", last_name="Mary")
    assert (undated[0].person, undated[0].verdict) == (mary, "perhaps")
    assert queries.matches(SYSTEM, first_name="Olga", last_name="Petrov", born_on=date(2002, 3, 4)) == []
    assert queries.matches(world.actor("carol"), first_name="Mary", last_name="Jones", born_on=date(2002, 3, 4)) == []


def test_names_are_compared_plain() -> None:
    assert names.plain("  O’Brien-Núñez, Zoë ") == "obrien nunez zoe"
    assert names.tidy(" Ann\u00a0 Marie ") == "Ann Marie"
