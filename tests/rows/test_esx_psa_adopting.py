"""A new version of the contract of the Essex advisors is adopted from the command line: what follows it and what stays. 1.3."""

from datetime import date
from pathlib import Path

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.cli import main
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.read import read_folder
from fingerpost.language.roles import shipped
from fingerpost.people.families import commands as people
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.folders import copied
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

pytestmark = pytest.mark.django_db
OTHERWISE = """
- clause: attendance_range
  name: 80.0 % would be out of the range
  decision: casework
  day: 2010-10-04
  given: {attendance_rate_12_weeks: 80, fixed_term_exclusions: 0, assessed_need: [parenting_support]}
  expect: {answer: false}
"""


@pytest.mark.row("ESX-PSA-1.3")
def test_a_new_version_brings_the_agreement_and_its_calendar_into_line(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(CONTRACT, tmp_path / SERVICE)
    agreement = Agreement.objects.get(key=SERVICE)
    Version.objects.filter(agreement__key=NEIGHBOUR).update(number=7)  # what others have adopted is no matter here

    def changed(**words: str) -> None:
        for name, text in words.items():
            file = folder / f"{name}.yaml"
            old, new = text.split(" => ")
            before = file.read_text(encoding="utf-8")
            assert old in before, old
            file.write_text(before.replace(old, new, 1), encoding="utf-8")

    def adopt(*more: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["adopt", str(folder), *more])
        told = capsys.readouterr()
        return code, told.out + told.err

    def clocks() -> dict[str, bool]:
        """By day, whether the clock of a return still runs."""
        kept = Clock.objects.filter(subject_id=agreement.pk, key__startswith="return_monitoring_")
        return {one.key.removeprefix("return_monitoring_"): one.stopped_at is None for one in kept}

    assert clocks() == dict.fromkeys(("2010_09_30", "2010_12_31", "2011_03_31", "2011_08_31"), True)
    code, said = adopt()
    assert (code, said.split("\n")[0]) == (
        0, f"{SERVICE} version 1 was adopted before, nothing changed. It holds from 1 April 2010."
    )  # fmt: skip
    assert f"Hash {Version.objects.get(agreement=agreement).hash}" in said
    (folder / "examples.yaml").write_text("[]", encoding="utf-8")  # they hold for the paper's own calendar alone
    changed(agreement="schedule: Schedule 1 => schedule: Schedule 2")
    code, said = adopt("--from", "2010-06-01")
    assert (code, "Version 1 is already adopted with other words. Write `version: 2`" in said) == (1, True)
    changed(agreement="version: 1 => version: 2\namount: 1250\nreference: ES/7\nprovider: Education Welfare Service")
    changed(agreement="title: Extended Services Parent => title: Extended Parent")
    changed(returns="[2010-09-30, 2010-12-31, => [2010-09-30, 2010-11-30,")
    changed(areas="colchester: {name: Colchester} => colchester: {name: Camulodunum}")
    for number, words in ((1, "One example comes out otherwise"), (2, "2 examples come out otherwise")):
        (folder / "examples.yaml").write_text(OTHERWISE * number, encoding="utf-8")
        code, said = adopt("--from", "2010-06-01")
        assert (code, said.count("fails: attendance_range: 80.0 % would be out of the range: answer should be")) == (
            1,
            number,
        )
        with pytest.raises(Refused, match=f"^{words}, so the contract was not adopted."):
            contracts.adopt(
                SYSTEM, PLATFORM, sources=read_folder(folder), in_force_from=date(2010, 6, 1), at=moment(2010, 5, 1)
            )
    (folder / "examples.yaml").write_text("[]", encoding="utf-8")
    tasks.stop(
        SYSTEM, agreement, key="return_monitoring_2010_09_30", stopped_at=moment(2010, 9, 29), at=moment(2010, 9, 29)
    )
    code, said = adopt("--from", "2010-06-01")
    assert (code, said.split("\n")[0]) == (0, f"{SERVICE} version 2 is adopted. It holds from 1 June 2010.")
    assert said.split("\n")[1:-2] == [
        "What changes from version 1:",
        "- Areas renamed: Colchester, now Camulodunum.",
        "- Returns added: Monitoring return, due 30 November 2010.",
        "- Returns ended: Monitoring return, due 31 December 2010.",
    ], "the neighbour's area of that code keeps its name"
    agreement.refresh_from_db()
    assert (agreement.amount, agreement.reference, agreement.title) == (
        1250,
        "ES/7",
        "Extended Parent Support Advisors",
    )
    assert agreement.provider
    assert (agreement.provider.name, agreement.provider.kind) == ("Education Welfare Service", "provider")
    assert agreement.commissioner == world.organisations["essex_county_council"]
    running = {"2010_09_30": False, "2010_12_31": False, "2010_11_30": True, "2011_03_31": True, "2011_08_31": True}
    assert clocks() == running
    sent = Clock.objects.get(subject_id=agreement.pk, key="return_monitoring_2010_09_30")
    assert sent.stopped_at == moment(2010, 9, 29), "what was sent is not owed again"
    changed(agreement="version: 2\namount: 1250\nreference: ES/7\n => version: 3\n")
    changed(returns="[2010-09-30, 2010-11-30, => [2010-11-30,")
    changed(areas="    witham_road: {name: Witham Road}\n => ")
    changed(indicators="until: 2011-09-30, value: 20, => until: 2011-09-30, value: 15,")
    less = ", ".join(sorted(str(one) for one in shipped()["caseworker"].can - {Permission.RUN_GROUP}))
    more = ", ".join(sorted(str(one) for one in {*shipped()["supervisor"].can, Permission.PREPARE_RETURN}))
    changed(
        roles="caseworker: {label: Parent Support Advisor} => "
        f"caseworker: {{label: Parent Support Advisor, can: [{less}]}}\nparenting_coordinator: {{until: 2010-06-01}}\n"
        "safeguarding_lead: {until: 2010-06-02}"
    )
    changed(
        roles="supervisor: {label: Senior Parent Support Advisor} => "
        f"supervisor: {{label: Senior Parent Support Advisor, can: [{more}]}}"
    )
    stays, went = household("Stays", locality="witham_road"), household("Went", locality="witham_road")
    people.move(
        SYSTEM,
        went.parent,
        lines="2 Sea View",
        area=world.area("tendring"),
        since=date(2010, 5, 1),
        at=moment(2010, 5, 2),
    )
    people.leave(SYSTEM, stays.family, person=stays.child, on=date(2010, 5, 1), at=moment(2010, 5, 2))
    for since, code in (("2010-06-01", 1), ("2010-06-02", 0)):
        answer, said = adopt("--from", since)
        assert answer == code, "from a day after the last one began"
    assert said.split("\n")[1:-2] == [
        "What changes from version 2:",
        "- Area closed: Witham Road, where 1 family lives. They stay where they are, and the area is offered no more.",
        "- The role supervisor may do more, once a second person has agreed: prepare_return.",
        "- The role caseworker may do less at once: run_group.",
        "- Locked out: Gita Rao: there is no role parenting_coordinator any more.",
        "- Figures counted otherwise from that day: persistent_absence.",
        "- Dated values changed: persistent_absence.",
        "- Returns ended: Monitoring return, due 30 September 2010.",
        "Returns that were sent keep the figures of the version they were sent under.",
    ], "the role of the safeguarding lead is held for that one day more"
    agreement.refresh_from_db()
    assert (agreement.amount, agreement.reference, agreement.provider is None) == (None, "", False)
    sent.refresh_from_db()
    assert sent.stopped_at == moment(2010, 9, 29)
    begun = Version.objects.filter(agreement=agreement).order_by("number").values_list("number", "in_force_from")
    assert list(begun) == [(1, date(2010, 4, 1)), (2, date(2010, 6, 1)), (3, date(2010, 6, 2))]
    for name, words in (("nowhere", "Give the folder that holds agreement.yaml"), ("empty", "holds no agreement.yaml")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert main(["adopt", str(tmp_path / name)]) != 0
        assert words in capsys.readouterr().err, name
    with pytest.raises(SystemExit):
        main(["adopt"])
