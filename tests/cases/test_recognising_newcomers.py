"""Somebody written down at a group or in a family who is like a person whom the worker may not meet."""

from datetime import date

import pytest

from fingerpost.people.families.models import Membership, Person, PersonCheck
from tests.fixtures.browsing import Browser, Today, opened, posted
from tests.fixtures.families import household
from tests.fixtures.groups import a_group
from tests.fixtures.world import World

TOLD = {"first_name": "Ada", "last_name": "Field", "born_on": "14/5/2002"}


@pytest.mark.case("F8")
@pytest.mark.parametrize("restricted", [True, False])
def test_a_newcomer_like_somebody_hidden_is_written_down_as_anybody(
    world: World, browser: Browser, today: Today, restricted: bool
) -> None:
    today.is_(2010, 11, 1)
    known = household("Field", locality="colchester", born_on=date(2002, 5, 14)).child
    Person.objects.filter(pk=known.pk).update(restricted=restricted)
    run = a_group(world).run
    posted(browser("alice"), "practice:place_newcomer", run.ref, **TOLD)
    new = Person.objects.get(first_name="Ada", last_name="Field", scope_keys__contains=[f"area:{run.area_id}"])
    assert new.pk != known.pk
    check = PersonCheck.objects.get()
    assert (check.person, check.entry, check.restricted) == (known, new, restricted)
    assert "Nobody waits to be checked" in opened(browser("alice"), "practice:people_to_check")
    sees = "fay" if restricted else "carol"
    assert "Ada Field" in opened(browser(sees), "practice:people_to_check")


@pytest.mark.case("F8")
def test_so_is_somebody_added_to_a_family(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 11, 1)
    known = household("Field", locality="colchester", born_on=date(2002, 5, 14)).child
    own = household("Stone", children=["Zoe"])
    told = TOLD | {"sex": "N", "part": "child", "since": ""}
    posted(browser("alice"), "practice:person_new", own.family.ref, **told)
    assert Membership.objects.filter(family=own.family).count() == 3
    check = PersonCheck.objects.get()
    assert check.person == known
    posted(browser("carol"), "practice:person_check", check.pk, decision="same", reason="She moved")
    check.entry.refresh_from_db()
    assert check.entry.merged_into == known
    assert Membership.objects.filter(family=own.family, person=known, until=None).exists()
