"""Lists of people: who is the same, who is perhaps the same, and what a later list says of somebody known."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families import queries
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import (
    Address,
    Family,
    Identifier,
    Membership,
    Person,
    PersonCheck,
    Relationship,
    Restriction,
)
from fingerpost.people.schooling.models import Enrolment
from fingerpost.work.referrals import checking
from fingerpost.work.referrals.models import Request
from tests.fixtures.listed import SHORT, Load, counts, hidden_child, loader
from tests.fixtures.world import World, moment

AT = moment(2010, 11, 15)
SYSTEM = Actor.system("Set-up")
ONE, TWO, THREE = (upn_with_check_letter(f"8815001002{n:02d}") for n in (1, 2, 3))
NHS_ONE, NHS_TWO = "9434765919", "4010232137"


@pytest.fixture
def load(world: World, settings: Any, tmp_path: Path) -> Load:
    """Loads a list of people as the service manager does, or somebody else."""
    return loader(world, settings, tmp_path)


def severities(report: Report) -> list[str]:
    return [fault.severity for fault in report.faults]


# --- F7: names in any script ---


@pytest.mark.case("F7")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Іван,Коваль", "Олена,Шевченко"),
        ("محمد,علي", "李,伟"),
        ("Ελένη,Παπά", "Γιώργος,Νίκου"),
        ("রহিম,উদ্দিন", "করিম,খান"),
        ("…,…", "—,?"),
    ],
)
def test_two_children_of_other_letters_are_two(load: Load, first: str, second: str) -> None:
    load(f"F1,Child,{first},04/05/2002")
    report = load(f"F2,Child,{second},04/05/2002")
    assert counts(report) == (1, 0, 0)
    assert (Person.objects.count(), Family.objects.count()) == (2, 2)
    assert load(f"F1,Child,{first},04/05/2002", f"F2,Child,{second},04/05/2002").written.added in (0, 2)


@pytest.mark.case("F7")
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Іван,Коваль", "Олег,Коваль"),
        ("محمد,علي", "أحمد,علي"),
        ("李,伟", "李,娜"),
        ("Ελένη,Παπά", "Άννα,Παπά"),
        ("রহিম,খান", "করিম,খান"),
    ],
)
def test_twins_of_any_script_load_and_load_again(load: Load, one: str, two: str) -> None:
    rows = (f"F1,Child,{one},01/02/2003", f"F1,Child,{two},01/02/2003")
    assert counts(load(*rows)) == (2, 0, 0)
    assert counts(load(*rows, "F1,Mother,Ann,Other,")) == (1, 0, 2)


@pytest.mark.case("F7")
@pytest.mark.parametrize(
    "words",
    ["Коваль", "Koval", "koval ivan", "ІВАН", "ΕΛΈΝΗ", "eleni", "李", "Li Wei", "Núñez", "nunez"],
)
def test_they_are_found_in_their_own_letters_and_in_latin_ones(world: World, load: Load, words: str) -> None:
    load("F1,Child,Іван,Коваль,04/05/2002", "F2,Child,Ελένη,Παπά,04/05/2002", "F3,Child,伟,李,04/05/2002",
         "F4,Child,Zoë,Núñez,04/05/2002")  # fmt: skip
    assert len([one for one in queries.find(world.actor("sam"), words) if not one.is_near]) == 1


@pytest.mark.case("F7")
def test_a_name_that_only_sounds_the_same_is_perhaps_the_same(load: Load) -> None:
    load("F1,Child,Іван,Коваль,04/05/2002")
    report = load("F2,Child,Ivan,Koval,04/05/2002")
    assert counts(report) == (1, 0, 0)
    assert severities(report) == ["match"]
    assert PersonCheck.objects.get().verdict == "perhaps"


# --- F13: one name in a family ---


@pytest.mark.case("F13")
def test_a_father_of_his_sons_name_is_a_third_person(load: Load) -> None:
    load("F1,Mother,Ann,Smith,", "F1,Child,John,Smith,04/05/2002")
    report = load("F1,Father,John,Smith,")
    assert counts(report) == (1, 0, 0)
    assert Membership.objects.filter(family=Family.objects.get()).count() == 3


@pytest.mark.case("F13")
@pytest.mark.parametrize(
    ("parent", "child"),
    [("Father,John", "Child,John"), ("Mother,Mary", "Child,Mary"), ("Other,Mary", "Mother,Mary")],
)
def test_the_same_list_with_one_more_child_adds_that_child(load: Load, parent: str, child: str) -> None:
    rows = [
        f"F1,{parent},Smith,",
        f"F1,{child},Smith,04/05/1982" if "Mother" in child else f"F1,{child},Smith,04/05/2002",
    ]
    load(*rows)
    assert Person.objects.count() == 2
    for number, name in enumerate(("Kim", "Lou"), start=3):
        rows.append(f"F1,Child,{name},Smith,04/05/200{number}")
        assert counts(load(*rows)) == (1, 0, number - 1)
        assert Person.objects.count() == number


# --- F14: half a name ---


@pytest.mark.case("F14")
@pytest.mark.parametrize(
    ("known", "row"),
    [
        ("Mary Jane,Okoro", "Jane,Okoro"),
        ("Jane,Okoro", "Mary Jane,Okoro"),
        ("Jane,Okoro", "Okoro,Jane"),
        ("Muhammad Ali,Khan", "Ali,Khan"),
        ("Jane,Okoro", "Jane,Okoro"),
    ],
)
def test_half_a_name_and_a_birthday_is_perhaps(load: Load, known: str, row: str) -> None:
    head = f"{SHORT},Own number"
    load(f"F1,Child,{known},04/05/2002,A1", head=head)
    report = load(f"F9,Child,{row},04/05/2002,B7", head=head)
    assert counts(report) == (1, 0, 0)
    assert severities(report) == ["match"]
    assert Family.objects.count() == 2
    check = PersonCheck.objects.get()
    assert check.contradicts == ["another own number"]
    assert check.entry.pk != check.person.pk


@pytest.mark.case("F14")
def test_what_was_asked_once_is_not_asked_and_written_again(load: Load, world: World) -> None:
    load("F1,Child,Mary Jane,Okoro,04/05/2002")
    row = "F9,Child,Jane,Okoro,04/05/2002"
    load(row)
    assert counts(load(row, "F9,Mother,Eve,Okoro,")) == (1, 0, 1)
    assert (Person.objects.count(), PersonCheck.objects.count()) == (3, 1)
    check = PersonCheck.objects.get()
    checking.say_same(world.actor("sam"), check, reason="One child", at=AT)
    report = load(row, "F9,Mother,Eve,Okoro,", "F9,Child,Max,Okoro,01/02/2007")
    assert counts(report) == (1, 0, 2)
    assert Person.objects.current().filter(last_name="Okoro").count() == 3


# --- F16: numbers at odds ---

NUMBERED = f"{SHORT},UPN,NHS number"


@pytest.mark.case("F16")
@pytest.mark.parametrize(
    ("row", "contradicts"),
    [
        (f"F2,Child,Oluwaseun,Adeyemi,11/12/2006,{ONE},", ["another name", "another date of birth"]),
        (f"F2,Child,Kim,Smith,11/12/2006,{ONE},", ["another date of birth"]),
        (f"F2,Child,Oluwaseun,Adeyemi,04/05/2002,{ONE},", ["another name"]),
        (f"F2,Child,Kim,Smith,04/05/2002,{TWO},{NHS_ONE}", ["another unique pupil number"]),
    ],
)
def test_a_number_against_what_is_held_is_a_match(load: Load, row: str, contradicts: list[str]) -> None:
    load(f"F1,Child,Kim,Smith,04/05/2002,{ONE},{NHS_ONE}", head=NUMBERED)
    report = load(row, head=NUMBERED)
    assert counts(report) == (1, 0, 0)
    assert severities(report) == ["match"]
    assert PersonCheck.objects.get().contradicts == contradicts
    assert Identifier.objects.get(value=ONE).person.first_name == "Kim"


@pytest.mark.case("F16")
def test_two_numbers_of_two_people_prove_neither(load: Load) -> None:
    load(f"F1,Child,Lou,Smith,04/05/2002,{TWO},", f"F2,Child,Sam,Jones,01/02/2001,,{NHS_TWO}", head=NUMBERED)
    report = load(f"F3,Child,Lou,Smith,04/05/2002,{TWO},{NHS_TWO}", head=NUMBERED)
    assert counts(report) == (1, 0, 0)
    assert PersonCheck.objects.count() == 2
    assert Membership.objects.filter(family__in=Family.objects.order_by("recorded_at")[:2]).count() >= 2


@pytest.mark.case("F16")
def test_siblings_whose_numbers_were_changed_over_are_two_matches(load: Load) -> None:
    load(f"F1,Child,Kim,Smith,04/05/2002,{ONE},", f"F1,Child,Tim,Smith,04/05/2002,{TWO},", head=NUMBERED)
    report = load(f"F1,Child,Kim,Smith,04/05/2002,{TWO},", f"F1,Child,Tim,Smith,04/05/2002,{ONE},", head=NUMBERED)
    assert "match" in severities(report)
    assert report.written.unchanged == 0
    assert dict(Identifier.objects.values_list("value", "person__first_name")) == {ONE: "Kim", TWO: "Tim"}


@pytest.mark.case("F16")
def test_one_number_given_to_two_in_a_list_is_a_fault(load: Load) -> None:
    with pytest.raises(Refused, match="1 row has a fault"):
        load(f"F1,Child,Kim,Smith,04/05/2002,{ONE},", f"F2,Child,Zoe,Oak,01/02/2003,{ONE},", head=NUMBERED)


@pytest.mark.case("F16")
def test_two_of_one_name_and_birthday_with_two_numbers_are_two(load: Load) -> None:
    rows = (f"F1,Child,Kim,Smith,04/05/2002,{ONE},", f"F2,Child,Kim,Smith,04/05/2002,{TWO},")
    assert counts(load(*rows, head=NUMBERED)) == (2, 0, 0)


# --- F5: what a later list says ---

LONG = f"{SHORT},UPN,Postcode,School,On roll since,Phone,Sex,Known as,In the family until,Restricted"


def row(**said: str) -> str:
    """A row about Kim, of these cells."""
    cells = {"family": "F1", "part": "Child", "first": "Kim", "last": "Smith", "born": "04/05/2002", "upn": ONE}
    cells |= {"postcode": "CO15 4JX", "school": "8815001", "since": "", "phone": "", "sex": "", "known_as": "",
              "until": "", "restricted": ""} | said  # fmt: skip
    return ",".join(cells.values())


@pytest.mark.case("F5")
def test_a_restriction_comes_before_anything_else(load: Load, world: World) -> None:
    load(row(), "F1,Mother,Ann,Smith,,,CO15 4JX,,,,,,,", head=LONG)
    report = load(row(postcode="CO1 1AA", restricted="Yes"), head=LONG)
    assert counts(report) == (0, 1, 0)
    assert Restriction.objects.get().family == Family.objects.get()
    assert not Person.objects.filter(restricted=False).exists()
    assert not Address.objects.filter(restricted=False).exists()
    assert queries.find(world.actor("alice"), "Smith") == []
    assert len(queries.find(world.actor("fay"), "Smith")) == 2
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert not Person.objects.filter(restricted=True).exists()
    assert Address.objects.get(person__first_name="Kim").postcode == "CO15 4JX"


@pytest.mark.case("F5")
def test_a_new_home_ends_the_old_one(load: Load, world: World) -> None:
    load(row(), head=LONG)
    report = load(row(postcode="CO1 1AA"), head=LONG, at=moment(2010, 11, 20))
    assert counts(report) == (0, 1, 0)
    homes = Address.objects.order_by("until").values_list("postcode", "since", "until")
    assert list(homes) == [("CO15 4JX", None, date(2010, 11, 19)), ("CO1 1AA", date(2010, 11, 20), None)]
    assert counts(load(row(postcode="CO1 1AA"), "F1,Mother,Ann,Smith,,,CO1 1AA,,,,,,,", head=LONG)) == (1, 0, 1)
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert list(Address.objects.filter(person__first_name="Kim").values_list("postcode", "until")) == [
        ("CO15 4JX", None)
    ]


@pytest.mark.case("F5")
def test_a_new_school_keeps_both_with_their_days(load: Load, world: World) -> None:
    load(row(), head=LONG)
    report = load(row(school="8815002", since="01/09/2010"), head=LONG)
    assert counts(report) == (0, 1, 0)
    rolls = Enrolment.objects.order_by("school_id").values_list("school_id", "since", "until")
    assert list(rolls) == [("8815001", None, date(2010, 8, 31)), ("8815002", date(2010, 9, 1), None)]
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert list(Enrolment.objects.values_list("school_id", "until")) == [("8815001", None)]


@pytest.mark.case("F5")
@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ({"phone": "01255 123456"}, "phone", "01255 123456"),
        ({"sex": "F"}, "sex", "F"),
        ({"known_as": "Kimmy"}, "known_as", "Kimmy"),
    ],
)
def test_what_is_said_of_the_person_is_held(
    load: Load, world: World, said: dict[str, str], field: str, value: str
) -> None:
    load(row(), head=LONG)
    report = load(row(**said), head=LONG)
    assert counts(report) == (0, 1, 0)
    assert getattr(Person.objects.get(), field) == value
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert getattr(Person.objects.get(), field) == ""


@pytest.mark.case("F5")
def test_who_left_the_family_has_left(load: Load, world: World) -> None:
    load(row(), head=LONG)
    report = load(row(until="01/10/2010"), head=LONG)
    assert counts(report) == (0, 1, 0)
    assert Membership.objects.get().until == date(2010, 10, 1)
    assert counts(load(row(until="01/10/2010"), "F1,Mother,Ann,Smith,,,,,,,,,,", head=LONG)) == (1, 0, 1)


@pytest.mark.case("F5")
def test_what_cannot_be_taken_is_named(load: Load) -> None:
    load(row(), head=LONG)
    report = load(row(last="Smyth", first="Kimmy"), head=LONG)
    assert counts(report) == (0, 0, 1)
    assert severities(report) == ["warning"]
    assert "We hold the name Kim Smith" in report.faults[0].message


@pytest.mark.case("F5")
def test_a_number_that_was_not_known_is_noted(load: Load, world: World) -> None:
    load(row(upn=""), head=LONG)
    report = load(row(), head=LONG)
    assert counts(report) == (0, 1, 0)
    assert Identifier.objects.get().value == ONE
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert not Identifier.objects.exists()


@pytest.mark.case("F5")
def test_a_list_is_not_undone_over_later_work(load: Load, world: World) -> None:
    load(row(), head=LONG)
    report = load(row(phone="01255 123456"), head=LONG)
    load(row(phone="01255 999999"), head=LONG)
    with pytest.raises(Refused, match="changed since"):
        commands.undo(world.actor("sam"), report.list_received, at=AT)


# --- G5: two rows of one child ---


@pytest.mark.case("G5")
def test_a_child_who_moved_school_has_both(load: Load) -> None:
    rows = (row(since="01/09/2008"), row(school="8815002", since="06/09/2010"))
    assert counts(load(*rows, head=LONG)) == (1, 0, 0)
    rolls = Enrolment.objects.order_by("since").values_list("school_id", "since", "until")
    assert list(rolls) == [
        ("8815001", date(2008, 9, 1), date(2010, 9, 5)),
        ("8815002", date(2010, 9, 6), None),
    ]
    assert counts(load(*rows, "F1,Mother,Ann,Smith,,,,,,,,,,", head=LONG)) == (1, 0, 1)
    assert Enrolment.objects.count() == 2


@pytest.mark.case("G5")
def test_without_days_the_later_row_stands(load: Load) -> None:
    rows = (row(), row(school="8815002"))
    load(*rows, head=LONG)
    assert Enrolment.objects.get(until=None).school_id == "8815002"
    assert Enrolment.objects.count() == 2
    assert counts(load(*rows, "F1,Mother,Ann,Smith,,,,,,,,,,", head=LONG)) == (1, 0, 1)


@pytest.mark.case("G5")
def test_a_child_of_two_families_belongs_to_both(load: Load) -> None:
    rows = (row(), "F1,Mother,Ann,Smith,,,,,,,,,,", row(family="F2"), "F2,Father,Joe,Oak,,,,,,,,,,")
    assert counts(load(*rows, head=LONG)) == (3, 0, 0)
    assert Membership.objects.filter(person__first_name="Kim", until=None).count() == 2
    assert Family.objects.count() == 2
    assert counts(load(*rows, "F2,Child,Max,Oak,01/02/2006,,,,,,,,,", head=LONG)) == (1, 0, 3)
    assert Membership.objects.count() == 5


@pytest.mark.case("G5")
def test_a_later_list_with_another_family_adds_a_place(load: Load, world: World) -> None:
    load(row(), head=LONG)
    report = load(row(family="F2"), "F2,Father,Joe,Oak,,,,,,,,,,", head=LONG)
    assert Membership.objects.filter(person__first_name="Kim", until=None).count() == 2
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert Membership.objects.filter(person__first_name="Kim", until=None).count() == 1


@pytest.mark.case("G5")
def test_the_same_row_twice_is_still_a_fault(load: Load) -> None:
    with pytest.raises(Refused, match="1 row has a fault"):
        load(row(), row(), head=LONG)


# --- F8: restricted people ---


@pytest.fixture
def hidden(world: World) -> Person:
    return hidden_child(upn=THREE)


@pytest.mark.case("F8")
@pytest.mark.parametrize("number", ["", THREE])
def test_nobody_joins_a_hidden_family_by_a_list(load: Load, world: World, hidden: Person, number: str) -> None:
    report = load("X1,Mother,Pat,Other,,", f"X1,Child,Ada,Hidden,14/05/2002,{number}", head=f"{SHORT},UPN")
    assert (counts(report), report.faults) == ((2, 0, 0), ())
    assert Membership.objects.filter(family__name="Hidden family").count() == 1
    assert Membership.objects.get(person__first_name="Pat").family.name != "Hidden family"
    check = PersonCheck.objects.get()
    assert (check.person, check.restricted) == (hidden, True)
    assert Task.objects.get(kind="check_people").owner == world.users["fay"]
    before = hidden.scope_keys
    hidden.refresh_from_db()
    assert hidden.scope_keys == before


@pytest.mark.case("F8")
def test_a_list_reads_the_same_with_a_hidden_child_and_with_a_new_one(load: Load, hidden: Person, world: World) -> None:
    head = f"{SHORT},UPN,Phone"
    of_hidden = load(f"X1,Child,Ada,Hidden,14/05/2002,{THREE},01255 123456", head=head)
    of_new = load(f"X2,Child,Zoe,Other,14/05/2003,{TWO},01255 123456", head=head)
    assert counts(of_hidden) == counts(of_new)
    assert of_hidden.faults == of_new.faults == ()
    taken = [commands.undo(world.actor("sam"), of.list_received, at=AT) for of in (of_hidden, of_new)]
    assert taken == [1, 1]


@pytest.mark.case("F8")
def test_a_list_of_referrals_with_the_fathers_details_waits_for_the_lead(
    load: Load, world: World, hidden: Person
) -> None:
    head = "Received,Child first name,Child last name,Child birth date,UPN,Parent first name,Parent last name,Postcode"
    report = load(
        f"10/11/2010,Ada,Hidden,14/05/2002,{THREE},Tom,Rook,CO1 1AA",
        f"10/11/2010,Zoe,Other,14/05/2003,{TWO},Eve,Other,CO1 1AA",
        head=head,
        kind="referrals",
    )
    assert (counts(report), report.faults) == ((2, 0, 0), ())
    assert Request.objects.count() == 1
    assert not Person.objects.filter(last_name="Rook").exists()
    assert PersonCheck.objects.get().restricted
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert not PersonCheck.objects.open().exists()
    assert not Task.objects.open().filter(kind="check_people").exists()


# --- What other lists say of what is known ---


@pytest.mark.case("F5")
def test_a_list_of_families_restricts_and_names_what_differs(load: Load, world: World) -> None:
    head = "Family,Family name,Restricted"
    load("F1,Smith,", "F2,Jones,", head=head, kind="families")
    report = load("F1,Smith,Yes", "F2,Johns,", head=head, kind="families")
    assert counts(report) == (0, 1, 1)
    assert severities(report) == ["warning"]
    assert Family.objects.get(restricted=True).name == "Smith"
    assert Task.objects.get(kind="name_restricted").owner == world.users["fay"]
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert not Family.objects.filter(restricted=True).exists()
    assert not Task.objects.open().exists()


@pytest.mark.case("F5")
def test_a_relationship_that_has_ended_ends(load: Load, world: World) -> None:
    load("F1,Mother,Ann,Smith,", "F1,Father,Bob,Smith,")
    head = "Family,Person,Relationship,Other person,Until"
    load("F1,Ann Smith,Partner,Bob Smith,", head=head, kind="relationships")
    report = load("F1,Ann Smith,Partner,Bob Smith,01/10/2010", head=head, kind="relationships")
    assert counts(report) == (0, 1, 0)
    assert Relationship.objects.get().until == date(2010, 10, 1)
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert Relationship.objects.get().until is None
