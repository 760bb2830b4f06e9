"""A read that is built once gives what the same read gives when it is built each time, to everybody who asks."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.casework.models import Case
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

EVERYBODY = ("alice", "bob", "carol", "dave", "fay", "gita", "sam")


def cases_of(actor: Actor, family: uuid.UUID, since: datetime | None) -> QuerySet[Case]:
    rows = Case.objects.visible_to(actor, Permission.RECORD_CONTACT).filter(family=family, service__in=["x", "50%"])
    rows = Case.objects.visible_to(actor).filter(family=family) | rows
    return (
        (rows.filter(opened_at__gte=since) if since else rows).select_related("worker", "family").order_by("-opened_at")
    )


def people_named(actor: Actor, ids: list[uuid.UUID], born: date, *, most: int) -> QuerySet[Person, Any]:
    rows = Person.objects.visible_to(actor).filter(Q(born_on__gte=born) | Q(born_on=None), pk__in=ids)
    rows = rows.exclude(first_name__contains="100%").annotate(small=Lower("first_name")).order_by("small", "pk")
    return rows.values_list("small", "restricted")[:most]


def family_called(actor: Actor, ref: str) -> QuerySet[Family]:
    return Family.objects.visible_to(actor).filter(ref=ref)


def shaped_by_rights(asked: Callable[[Actor, Permission], bool], actor: Actor, ref: str) -> QuerySet[Case]:
    return Case.objects.filter(ref=ref, restricted=asked(actor, Permission.VIEW_FAMILY))


def same(build: Callable[..., Any], actor: Actor, *given: Any, **shape: Any) -> list[Any]:
    """The rows of the read, built once; asserts that they are those of the queryset."""
    found: list[Any] = built_once(build)(actor, *given, **shape)
    assert found == list(build(actor, *given, **shape)), actor.name
    return found


def test_each_reader_meets_what_she_may_and_no_more(world: World) -> None:
    case, _, _ = a_case(world)
    family = case.row.family
    people = list(Membership.objects.filter(family=family).values_list("person", flat=True))
    met = set()
    for restricted in (False, True):
        for model, ids in ((Case, [case.row.pk]), (Person, people), (Family, [family.pk])):
            model.objects.filter(pk__in=ids).update(restricted=restricted)
        for name in EVERYBODY:
            actor = world.actor(name)
            if found := same(cases_of, actor, family.pk, None):
                met.add((name, restricted))
                assert (found[0].worker.name, found[0].family.ref) == ("Alice Marsh", family.ref)
            same(cases_of, actor, family.pk, moment(2010, 9, 1))
            same(people_named, actor, people, date(1990, 1, 1), most=2)
            same(family_called, actor, family.ref)
    assert ("alice", False) in met
    assert met == {("fay", True), *((name, False) for name in ("alice", "bob", "fay", "sam"))}


def test_the_same_statement_serves_the_next_reader(world: World, django_assert_num_queries: Any) -> None:
    case, _, _ = a_case(world)
    built, alice, carol = [], world.actor("alice"), world.actor("carol")

    def cases(actor: Actor, family: uuid.UUID) -> QuerySet[Case]:
        built.append(actor.name)
        return Case.objects.visible_to(actor).filter(family=family)

    read = built_once(cases)
    with django_assert_num_queries(3):
        assert [one.ref for one in read(alice, case.row.family_id)] == [case.row.ref]
        assert read(carol, case.row.family_id) == []
        assert read(alice, uuid.uuid4()) == []
    assert built == ["Anybody"]
    assert [one.ref for one in read(Actor.system(), case.row.family_id)] == [case.row.ref]


def test_any_number_of_ids_may_be_given(world: World) -> None:
    case, _, _ = a_case(world)
    people = list(Membership.objects.filter(family=case.row.family).values_list("person", flat=True))
    read, alice = built_once(people_named), world.actor("alice")
    for ids in ([], people[:1], people, [*people, uuid.uuid4()]):
        assert len(read(alice, ids, date(1950, 1, 1), most=50)) == len(set(ids) & set(people))
    assert len(read(alice, people, date(1950, 1, 1), most=1)) == 1


def test_what_cannot_be_filled_in_is_refused(world: World) -> None:
    alice = world.actor("alice")

    def unused(actor: Actor, family: uuid.UUID) -> QuerySet[Case]:
        return Case.objects.visible_to(actor)

    def changed(actor: Actor, ref: str) -> QuerySet[Case]:
        return Case.objects.visible_to(actor).filter(ref=ref.upper())

    def asks_more(actor: Actor, ref: str) -> QuerySet[Case]:
        return Case.objects.visible_to(actor).filter(ref=ref, focus=" ".join(actor.keys(Permission.VIEW_FAMILY)) + "?")

    def chooses_keys(actor: Actor, ref: str) -> QuerySet[Case]:
        own = [key for key in actor.keys(Permission.VIEW_FAMILY) if not key.startswith("named:")]
        return Case.objects.visible_to(actor).filter(ref=ref, scope_keys__overlap=own)

    with pytest.raises(TypeError, match="nothing else"):
        built_once(chooses_keys)(alice, "C-1")
    with pytest.raises(TypeError, match="argument 1 is compared with nothing"):
        built_once(unused)(alice, uuid.uuid4())
    with pytest.raises(TypeError, match="argument 1 is compared with nothing"):
        built_once(changed)(alice, "C-1")
    with pytest.raises(TypeError, match="nothing else"):
        built_once(asks_more)(alice, "C-1")
    for asked in (lambda actor, one: actor.has(one), lambda actor, one: actor.can(one, Scope.of(service="x"))):
        with pytest.raises(TypeError, match="nothing else"):
            built_once(partial(shaped_by_rights, asked))(alice, "C-1")
    with pytest.raises(TypeError, match="give it by name"):
        built_once(unused)(alice, 3)  # type: ignore[arg-type]
