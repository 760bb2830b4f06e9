"""Whoever is hidden: whoever tries a name or a number gets one answer, in words and in counts, and nothing sent is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.exchange.imports import commands
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Identifier, Person, PersonCheck
from fingerpost.people.schooling.models import AttendanceWeek
from tests.fixtures.browsing import Browser, opened, words_of
from tests.fixtures.families import household
from tests.fixtures.listed import AT, SHORT, Load, counts, hidden_child, loader
from tests.fixtures.world import World
from tests.pages.typing_in import forms_of

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


# --- Lists about children ---

WEEKS = "UPN,Week,Possible,Attended"


def read_out(report: Any) -> tuple[Any, ...]:
    """Everything that whoever loads a list is told of it, but for the number that they gave."""
    told = [(f.line, f.column, f.message.replace(THREE, "…").replace(TWO, "…"), f.severity) for f in report.faults]
    return report.rows, report.faulty, told, counts(report), report.ignored


@pytest.mark.parametrize(
    ("kind", "head", "row"),
    [
        ("attendance_weeks", WEEKS, "06/09/2010,10,8"),
        ("attendance_terms", "UPN,Year,Term,Possible,Authorised,Unauthorised", "2010/11,Autumn,100,9,2"),
        ("exclusions", "UPN,Category,StartDate,Sessions", "SUSP,14/09/2010,2"),
        ("session_marks", "UPN,Date,Session,Mark", "06/09/2010,AM,/"),
    ],
)
def test_a_number_of_a_hidden_child_reads_as_nobodys(
    load: Load, hidden: Person, kind: str, head: str, row: str
) -> None:
    given = {"head": head, "kind": kind, "good_rows_only": True}
    of_hidden, of_nobody = load(f"{THREE},{row}", **given), load(f"{TWO},{row}", **given)
    assert read_out(of_hidden) == read_out(of_nobody)
    assert (of_hidden.faulty, counts(of_hidden)) == (1, (0, 0, 0))
    with pytest.raises(Refused) as refusal:
        load(f"{THREE},{row}", "", head=head, kind=kind)
    with pytest.raises(Refused) as other:
        load(f"{TWO},{row}", "", head=head, kind=kind)
    assert str(refusal.value) == str(other.value)


def test_the_row_is_kept_whole_for_whoever_may_see_and_goes_with_its_list(
    load: Load, world: World, hidden: Person
) -> None:
    given = {"head": WEEKS, "kind": "attendance_weeks", "good_rows_only": True}
    of_hidden = load(f"{THREE},06/09/2010,10,8", **given)
    week = AttendanceWeek.objects.get(person=hidden, superseded_at=None)
    assert week.restricted
    assert AttendanceWeek.objects.visible_to(world.actor("fay")).filter(pk=week.pk).exists()
    assert not AttendanceWeek.objects.visible_to(world.actor("sam")).exists()
    of_nobody = load(f"{TWO},06/09/2010,10,8", **given)
    taken = [commands.undo(world.actor("sam"), of.list_received, at=AT) for of in (of_hidden, of_nobody)]
    assert taken == [0, 0]
    assert not AttendanceWeek.objects.filter(superseded_at=None).exists()


def test_a_child_whom_lists_of_the_service_brought_is_known_to_its_lists(load: Load) -> None:
    load(f"X1,Child,Ada,Hyde,14/05/2002,{ONE},Yes", head=f"{SHORT},UPN,Restricted")
    report = load(f"{ONE},06/09/2010,10,8", head=WEEKS, kind="attendance_weeks")
    assert (report.faults, counts(report)) == ((), (1, 0, 0))


# --- Corrections ---


def form_on(client: Client, page: str) -> dict[str, str]:
    """What the form of a page is filled in with."""
    (form,) = [one for one in forms_of(client.get(page).content.decode().split("<main", 1)[-1]) if one.action == ""]
    return {one.name: one.value.strip() for one in form.fields if one.kind != "radio" or one.is_chosen}


def given(browser: Browser, person: Person, number: str) -> tuple[int, str, str]:
    """What Alice is answered who enters the number for a child of theirs; and what the form shows afterwards."""
    alice, page = browser("alice"), reverse("practice:correct", args=["person", person.pk])
    answer = alice.post(page, form_on(alice, page) | {"upn": number, "reason": "As the school says"}, follow=True)
    return answer.status_code, words_of(answer).replace(number, "…"), form_on(alice, page)["upn"].replace(number, "…")


def test_a_number_of_somebody_hidden_is_taken_like_any_other(world: World, browser: Browser, hidden: Person) -> None:
    one, two = household("Stone", children=["Zoe"]).child, household("Stone", children=["Zoe"]).child
    of_hidden, of_nobody = given(browser, one, THREE), given(browser, two, TWO)
    assert of_hidden == of_nobody
    assert (of_hidden[0], of_hidden[2]) == (200, "…")
    check = PersonCheck.objects.get()
    assert (check.person, check.entry, check.restricted, check.came["upn"]) == (hidden, one, True, THREE)
    assert Task.objects.get(kind="check_people").owner == world.users["fay"]
    assert "Nobody waits to be checked" in opened(browser("alice"), "practice:people_to_check")
    assert "Zoe Stone" in opened(browser("fay"), "practice:people_to_check")
    assert Identifier.objects.get(person=hidden).value == THREE
    given(browser, one, THREE)
    assert PersonCheck.objects.count() == Task.objects.filter(kind="check_people").count() == 1


def test_a_number_of_somebody_whom_they_may_meet_is_refused_by_name(browser: Browser, hidden: Person) -> None:
    one, two = household("Stone", children=["Zoe"]).child, household("Rowe", children=["Tim"]).child
    given(browser, one, THREE)
    _, words, now = given(browser, two, THREE)
    assert "belongs to a person already known" in words
    assert now == ""
    assert not Identifier.objects.filter(person=two, value=THREE).exists()


def test_a_number_that_is_free_again_is_doubted_no_longer(browser: Browser, hidden: Person) -> None:
    one = household("Stone", children=["Zoe"]).child
    given(browser, one, THREE)
    assert Identifier.objects.get(person=one).is_doubted
    given(browser, one, TWO)
    assert not Identifier.objects.get(person=one).is_doubted
    page = browser("alice").get(reverse("practice:correct", args=["person", one.pk])).content.decode().lower()
    assert THREE.lower() in page, "what stood before"
    assert "doubt" not in page
