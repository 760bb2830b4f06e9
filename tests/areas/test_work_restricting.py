"""A restricted family: hidden in every table from all but the lead and those named, held while she moves, and laid open again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scoped
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Address, Family, Person, Restriction
from fingerpost.people.families.queries import find, members_of, whom_to_ask
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.referrals import restricting
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.rescoping import rows_of_family
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, Household, household
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 11, 12)


@pytest.fixture
def home(world: World) -> Household:
    return household("Quill")


@pytest.fixture
def case(world: World, home: Household, alice: Actor) -> Case:
    case = allocated(world, home=home)
    casework.record_contact(alice, case, kind="phone_call", happened_at=AT, minutes=10, note="Rang", at=AT)
    return case


def restrict(world: World, home: Household, *names: str, **words: Any) -> Restriction:
    users = [world.users[name] for name in names]
    given = {"service": SERVICE, "reason": "He must not find them", "named": users, "at": AT} | words
    return restricting.restrict(world.actor("fay"), home.family, **given)


def open_rows(home: Household) -> list[str]:
    """Tables with a row of the family that is not restricted."""
    found = []
    people = "WITH people AS (SELECT person_id AS id FROM families_membership WHERE family_id = %(family)s)"
    for model in apps.get_models():
        rows = rows_of_family(model) if issubclass(model, Scoped) and not model._meta.proxy else ""
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"{people} SELECT count(*) FROM {model._meta.db_table} WHERE ({rows}) AND NOT restricted",  # noqa: S608 - of the models
                    {"family": home.family.pk},
                )
                found += [model._meta.label] * bool(cursor.fetchone()[0])
    return found


def test_only_the_lead_and_those_named_see_it_in_any_table(world: World, home: Household, case: Case) -> None:
    assert len(open_rows(home)) > 8
    restrict(world, home, "alice")
    assert open_rows(home) == []
    for who, sees in (("alice", True), ("fay", True), ("bob", False), ("carol", False), ("sam", False)):
        actor = world.actor(who)
        assert Family.objects.visible_to(actor).filter(pk=home.family.pk).exists() is sees, who
        assert Case.objects.visible_to(actor).filter(pk=case.pk).exists() is sees, who
        assert Contact.objects.visible_to(actor).filter(case=case).exists() is sees, who
        assert Request.objects.visible_to(actor).filter(family=home.family).exists() is sees, who
        assert bool(find(actor, "Pat Quill")) is sees, who


def test_what_is_written_later_is_hidden_too(world: World, home: Household, case: Case, alice: Actor) -> None:
    restrict(world, home, "alice")
    case.refresh_from_db()
    later = AT + timedelta(days=1)
    casework.record_contact(alice, case, kind="phone_call", happened_at=later, minutes=5, note="", at=later)
    families.move(SYSTEM, Person.objects.get(pk=home.parent.pk), lines="9 New Road", since=date(2010, 11, 13), at=later)
    assert open_rows(home) == []


def test_a_new_worker_takes_the_place_of_the_one_before(world: World, home: Household, case: Case) -> None:
    restrict(world, home, "alice", "bob")
    case.refresh_from_db()
    casework.transfer(SYSTEM, case, worker=world.users["carol"], reason="She moved", at=AT + timedelta(days=1))
    assert open_rows(home) == []
    for who, sees in (("carol", True), ("bob", True), ("alice", False)):
        actor = world.actor(who)
        assert Case.objects.visible_to(actor).filter(pk=case.pk).exists() is sees, who
        assert Family.objects.visible_to(actor).filter(pk=home.family.pk).exists() is sees, who


def test_an_address_is_kept_even_from_those_named(world: World, home: Household, alice: Actor, fay: Actor) -> None:
    allocated(world, home=home)
    restrict(world, home, "alice", protects_address=True)
    families.move(
        SYSTEM,
        Person.objects.get(pk=home.parent.pk),
        lines="9 New Road",
        postcode="CO15 4JX",
        since=date(2010, 11, 13),
        at=AT + timedelta(days=1),
    )

    def homes(actor: Actor) -> list[str]:
        return [one.address.lines for one in members_of(actor, [home.family])[home.family.pk] if one.address]

    assert homes(alice) == []
    assert homes(fay) == ["9 New Road"]
    assert not find(alice, "CO15 4JX")
    assert [one.postcode for one in find(alice, "Pat Quill")] == [""]
    restricting.lift(fay, Family.objects.get(pk=home.family.pk), reason="He has moved away", at=AT + timedelta(days=2))
    assert homes(alice) == ["9 New Road"]
    assert not Address.objects.filter(is_protected=True).exists()


def test_lifting_lays_everything_open_again(world: World, home: Household, case: Case, bob: Actor, fay: Actor) -> None:
    restrict(world, home, "alice", alias="Rowan family")
    home.family.refresh_from_db()
    assert home.family.name == "Rowan family"
    kept = restricting.lift(fay, home.family, reason="He has moved away", at=AT + timedelta(days=1))
    assert (kept.until, kept.lifted_by_id) == (AT + timedelta(days=1), fay.id)
    home.family.refresh_from_db()
    assert home.family.name == "Quill family"
    assert Case.objects.visible_to(bob).filter(pk=case.pk).exists()
    assert find(bob, "Pat Quill")
    assert not any(key.startswith("named:") for key in Case.objects.get(pk=case.pk).scope_keys)


def test_whoever_lives_in_another_restricted_family_stays_hidden(world: World, home: Household, fay: Actor) -> None:
    other = household("Rowe")
    families.join(SYSTEM, other.family, person=home.child, part="child", at=AT)
    restrict(world, home)
    restrict(world, other)
    restricting.lift(fay, Family.objects.get(pk=home.family.pk), reason="Over", at=AT)
    assert Person.objects.get(pk=home.child.pk).restricted
    assert not Person.objects.get(pk=home.parent.pk).restricted


def test_others_are_told_nothing_unless_the_lead_says_so(
    world: World, home: Household, bob: Actor, dave: Actor
) -> None:
    allocated(world, home=home)
    restrict(world, home)
    assert whom_to_ask(bob, "Pat Quill") == []
    Restriction.objects.update(says_exists=True)
    assert whom_to_ask(bob, "Pat Quill") == ["Fay Linton"]
    for actor, words in (
        (bob, "Quill"),
        (bob, "Pat Nobody"),
        (bob, ""),
        (dave, "Pat Quill"),
        (world.actor("fay"), "Pat Quill"),
    ):
        assert whom_to_ask(actor, words) == []


def test_what_cannot_be_is_refused(world: World, home: Household, bob: Actor, fay: Actor) -> None:
    with pytest.raises(NotAllowed):
        restricting.restrict(bob, home.family, service=SERVICE, reason="Because", at=AT)
    with pytest.raises(Refused, match="not restricted"):
        restricting.lift(fay, home.family, reason="Over", at=AT)
    with pytest.raises(Refused) as refusal:
        restrict(world, home, reason=" ")
    assert refusal.value.field == "reason"
    restrict(world, home)
    with pytest.raises(Refused, match="already"):
        restrict(world, home)
    with pytest.raises(Refused):
        restricting.lift(fay, home.family, reason="", at=AT)


def test_the_lead_restricts_and_lifts_on_pages(world: World, home: Household) -> None:
    allocated(world, home=home)
    clients = {who: Client() for who in ("fay", "alice", "bob")}
    for who, client in clients.items():
        client.force_login(world.users[who])
    ref, alice = home.family.ref, str(world.users["alice"].pk)
    form = clients["fay"].get(f"/families/{ref}/restrict").content.decode()
    assert f'value="{alice}" checked' in form
    words = {"reason": "He must not find them", "named": [alice], "alias": "Rowan family", "says_exists": "on"}
    assert clients["fay"].post(f"/families/{ref}/restrict", words).status_code == 302
    assert clients["bob"].get(f"/families/{ref}").status_code == 404
    assert "Rowan family" in clients["alice"].get(f"/families/{ref}").content.decode()
    assert "Ask Fay Linton" in clients["bob"].post("/find", {"words": "Pat Quill"}).content.decode()
    changed = clients["fay"].post(f"/families/{ref}/restrict", {"named": [str(world.users["bob"].pk)]})
    assert changed.status_code == 302
    assert clients["alice"].get(f"/families/{ref}").status_code == 404
    assert clients["bob"].get(f"/families/{ref}").status_code == 200
    assert clients["bob"].get(f"/families/{ref}/lift").status_code == 403
    assert clients["fay"].post(f"/families/{ref}/lift", {"reason": "Over"}).status_code == 302
    assert "Quill family" in clients["alice"].get(f"/families/{ref}").content.decode()
