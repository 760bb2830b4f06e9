"""What somebody is called in a family is kept and written out again; one name is a name; a group is known by code and label."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.export_cli import write
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.people.families.relations import RELATIONS
from fingerpost.work.casework.letters import schools_of
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import Browser, Today, opened, posted, turned_down
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import a_case

AT = moment(2010, 11, 15)
SYSTEM = Actor.system()
HEAD = "Family,Part,First name,Last name,Birth date,Own number,Vulnerable groups\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def loaded(world: World, rows: str, *, kind: str = "people", head: str = HEAD) -> Report:
    sam = world.actor("sam")
    received = commands.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind=kind, file_name="list.csv",
        content=io.BytesIO((head + rows).encode()), at=AT,
    )  # fmt: skip
    report = commands.check(sam, received, at=AT)
    return report if report.faulty else commands.apply(sam, received, at=AT)


def exported(tmp_path: Path) -> str:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", SERVICE)
    return (tmp_path / "out" / "people.csv").read_text()


@pytest.mark.case("G7")
class TestCalled:
    def test_what_is_said_is_kept_and_written_out_again(self, world: World, tmp_path: Path) -> None:
        words = [
            "Mother",
            "Father",
            "Stepmother",
            "Step-parent",
            "Foster carer",
            "Grandmother",
            "Daughter",
            "Child",
            "Parent",
        ]
        rows = "".join(f"F1,{word},Kim{n},Smith,,K{n},\n" for n, word in enumerate(words))
        assert loaded(world, rows).written.added == len(words)
        out = exported(tmp_path)
        for word in words[:-2]:
            assert f",{word}," in out
        parts = dict(Membership.objects.values_list("person__first_name", "part"))
        assert [parts[f"Kim{n}"] for n in range(9)] == [
            "parent", "parent", "parent", "parent", "parent", "other", "child", "child", "parent",
        ]  # fmt: skip

    def test_every_word_comes_back_as_it_went(self, world: World, tmp_path: Path) -> None:
        rows = "".join(f"F1,{one.label},Kim{code.replace('_', '')},Smith,,{code},\n" for code, one in RELATIONS.items())
        assert loaded(world, rows).written.added == len(RELATIONS)
        assert dict(Membership.objects.values_list("called", "part")) == {c: one.part for c, one in RELATIONS.items()}
        again = loaded(world, exported(tmp_path), head="")
        assert (again.written.added, again.written.changed, again.faulty) == (0, 0, 0)

    def test_other_spellings_mean_the_same(self, world: World) -> None:
        loaded(world, "F1,Mum,Ann,Smith,,A,\nF1,DAD,Tom,Smith,,B,\nF1,step father,Joe,Smith,,C,\n")
        called = dict(Membership.objects.values_list("person__first_name", "called"))
        assert called == {"Ann": "mother", "Tom": "father", "Joe": "stepfather"}

    def test_a_later_list_adds_the_word_to_somebody_known(self, world: World) -> None:
        loaded(world, "F1,Parent,Ann,Smith,04/05/1980,A,\n")
        assert loaded(world, "F1,Mother,Ann,Smith,04/05/1980,A,\n").written.changed == 1
        assert Membership.objects.get().called == "mother"

    def test_the_familys_page_says_it(self, world: World, browser: Browser, today: Today) -> None:
        case = a_case(world)[0].row
        Membership.objects.filter(family=case.family, part="parent").update(called="foster_carer")
        assert "Foster carer" in opened(browser("alice"), "practice:family", case.family.ref)


@pytest.mark.case("G7")
class TestGroups:
    @pytest.mark.parametrize(
        ("said", "right"),
        [
            ("child_in_care", ["child_in_care"]),
            ("Child in care", ["child_in_care"]),
            ("Gypsy, Roma or Traveller", ["gypsy_roma_traveller"]),
            ("Domestic abuse at home; Young carer", ["domestic_abuse", "young_carer"]),
            ("YOUNG CARER;young_carer", ["young_carer"]),
        ],
    )
    def test_a_label_is_its_code(self, world: World, said: str, right: list[str]) -> None:
        loaded(world, f'F1,Child,Kim,Smith,04/05/2002,A,"{said}"\n')
        facts = Circumstance.objects.filter(kind="vulnerable_group").order_by("value")
        assert list(facts.values_list("value", flat=True)) == right

    def test_what_is_neither_is_a_fault(self, world: World) -> None:
        report = loaded(world, "F1,Child,Kim,Smith,04/05/2002,A,Young carers of the county\n")
        assert [(fault.line, fault.column) for fault in report.errors] == [(2, "Vulnerable groups")]
        assert "young_carer" in report.errors[0].message
        assert not Person.objects.exists()


@pytest.mark.case("F22")
class TestOneName:
    @pytest.mark.parametrize(
        ("first", "last", "name"),
        [("Suharto", "", "Suharto"), ("", "Suharto", "Suharto"), ("Baby", "", "Baby"), ("Baby", "Smith", "Baby Smith")],
    )
    def test_a_list_may_give_one(self, world: World, tmp_path: Path, first: str, last: str, name: str) -> None:
        assert loaded(world, f"M1,Child,{first},{last},04/05/2002,A,\n").written.added == 1
        assert Person.objects.get().full_name == name
        assert Family.objects.get().name == f"{last or first} family"
        again = loaded(world, exported(tmp_path), head="")
        assert (again.written.added, again.faulty) == (0, 0)

    def test_no_name_is_a_fault_that_says_what_to_do(self, world: World) -> None:
        report = loaded(world, "M1,Child,,,04/05/2002,A,\n")
        assert [(fault.line, fault.column) for fault in report.errors] == [(2, "First name")]
        assert "Enter a first name or a last name" in report.errors[0].message

    def test_a_list_of_referrals_too(self, world: World) -> None:
        head = "Received,Child first name,Child last name,Child birth date,Parent first name,Parent last name,School\n"
        report = loaded(world, "01/10/2010,Suharto,,04/05/2002,,Wati,8815001\n", kind="referrals", head=head)
        assert report.written.added == 1, report.faults
        assert set(Person.objects.values_list("first_name", "last_name")) == {("Suharto", ""), ("", "Wati")}
        report = loaded(world, "01/10/2010,,,04/05/2002,,Wati,8815001\n", kind="referrals", head=head)
        assert [fault.column for fault in report.errors] == ["Child first name"]

    def test_a_command_takes_one_and_refuses_none(self, world: World) -> None:
        register, scope = families.register, Scope.of(service=SERVICE)
        assert register(SYSTEM, scope, first_name="", last_name="Wati", at=AT).full_name == "Wati"
        with pytest.raises(Refused, match="a first name or a last name"):
            register(SYSTEM, scope, first_name=" ", last_name="", at=AT)

    def test_the_page_of_a_family_takes_one(self, world: World, browser: Browser, today: Today) -> None:
        today.is_(2010, 10, 1)
        ref, alice = a_case(world)[0].row.family.ref, browser("alice")
        told = {"born_on": "", "sex": "N", "part": "child", "since": ""}
        posted(alice, "practice:person_new", ref, first_name="", last_name="Suharto", **told)
        assert Person.objects.filter(first_name="", last_name="Suharto").exists()
        assert "Suharto" in opened(alice, "practice:family", ref)
        assert "Suharto" in opened(alice, "practice:family_people", ref)
        assert "Enter a first name or a last name" in turned_down(
            alice, "practice:person_new", ref, first_name="", last_name=" ", **told
        )

    def test_letters_and_lists_call_them_by_it(self, world: World) -> None:
        made = a_case(world)[0]
        Person.objects.filter(pk__in=made.children).update(first_name="", last_name="Suharto", born_on=date(2001, 5, 4))
        case = Case.objects.get(pk=made.row.pk)
        assert [one.children for one in schools_of(case)] == [("Suharto",)]
