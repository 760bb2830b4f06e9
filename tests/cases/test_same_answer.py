"""Whoever is hidden: whoever tries a name or a number gets one answer, in words and in counts, and nothing sent is lost."""

from pathlib import Path
from typing import Any

import pytest

from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Person, PersonCheck
from tests.fixtures.listed import SHORT, Load, counts, hidden_child, loader
from tests.fixtures.world import World

pytestmark = pytest.mark.case("A1")
ONE, TWO, THREE = (upn_with_check_letter(f"8815001002{n:02d}") for n in (1, 2, 3))


@pytest.fixture
def load(world: World, settings: Any, tmp_path: Path) -> Load:
    return loader(world, settings, tmp_path)


@pytest.fixture
def hidden(world: World) -> Person:
    return hidden_child(upn=THREE)


# --- Lists of people ---


@pytest.mark.parametrize("is_known", [True, False], ids=["hidden", "nobody yet"])
def test_a_hidden_child_counts_as_new_once_like_anybody(load: Load, hidden: Person, is_known: bool) -> None:
    """The same four lists, of a child whom only the lead meets and of one whom nobody knew, count the same."""
    who = f"Ada,Hidden,14/05/2002,{THREE}" if is_known else f"Zoe,Other,14/05/2003,{TWO}"
    head = f"{SHORT},UPN,Phone"
    told = [
        load(f"X1,Child,{who},01255 123456", head=head),
        load(f"X1,Child,{who},01255 123456", "X2,Child,Ed,Third,01/02/2003,,", head=head),
        load(f"X1,Child,{who},01255 999999", head=head),
        load(f"X1,Child,{who},", head=head),
    ]
    assert [(*counts(report), report.faults) for report in told] == [
        (1, 0, 0, ()),
        (1, 0, 1, ()),
        (0, 1, 0, ()),
        (0, 0, 1, ()),
    ]
    if is_known:
        kept = PersonCheck.objects.order_by("raised_at", "source")
        assert {check.came["phone"] for check in kept} == {"01255 123456", "01255 999999"}
        assert Person.objects.filter(last_name="Hidden").count() == 1


def test_a_list_of_restricted_people_loaded_again_makes_nobody_twice(load: Load) -> None:
    head = f"{SHORT},UPN,Phone,Restricted"
    rows = (f"X1,Child,Ada,Hyde,14/05/2002,{ONE},01255 1,Yes", "X1,Mother,Ann,Hyde,,,01255 2,Yes")
    more = "X2,Child,Zoe,Open,14/05/2003,,,"
    assert counts(load(*rows, head=head)) == (2, 0, 0)
    assert counts(load(*rows, more, head=head)) == (1, 0, 2)
    assert counts(load(*rows, more, "X2,Child,Tim,Open,14/05/2004,,,", head=head)) == (1, 0, 3)
    changed = load(rows[0].replace("01255 1", "01255 7"), rows[1], head=head)
    assert (counts(changed), changed.faults) == ((0, 1, 1), ())
    assert Person.objects.filter(last_name="Hyde").count() == 2
    check = PersonCheck.objects.get()
    assert (check.came["phone"], check.restricted) == ("01255 7", True)


def test_half_of_what_a_list_said_of_a_hidden_child_is_told_apart_from_nobody_by_no_count(load: Load) -> None:
    """Whoever guesses a number and a name does not learn that a list brought them."""
    load(f"X1,Child,Ada,Hyde,14/05/2002,{ONE},01255 1,Yes", head=f"{SHORT},UPN,Phone,Restricted")
    of_hidden = load(f"Y1,Child,Ada,Hyde,,{ONE}", head=f"{SHORT},UPN")
    of_nobody = load(f"Y2,Child,Zoe,Other,,{TWO}", head=f"{SHORT},UPN")
    assert counts(of_hidden) == counts(of_nobody) == (1, 0, 0)
    assert of_hidden.faults == of_nobody.faults == ()
