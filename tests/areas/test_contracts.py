"""Contracts: adopted, pinned, read back in one query, and decided under."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from fingerpost.agreements.contracts import commands, queries
from fingerpost.agreements.contracts.models import Agreement, Decision, Version
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.agreements.evidence import queries as evidence_queries
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.read import read_folder
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
AT = moment(2010, 4, 1)
IN_TERM = date(2010, 11, 12)


@pytest.fixture
def sources() -> dict[str, str]:
    return read_folder(CONTRACT)


@pytest.fixture
def agreement(world: World, sources: dict[str, str]) -> Agreement:
    return commands.adopt(SYSTEM, PLATFORM, sources=sources, at=AT).agreement


def test_adopting_pins_the_files_and_opens_a_clock_for_each_return(
    agreement: Agreement, sources: dict[str, str]
) -> None:
    version = Version.objects.get(agreement=agreement)
    assert version.sources == sources
    assert (version.number, version.in_force_from) == (1, date(2010, 4, 1))
    due = Clock.objects.filter(subject_id=agreement.pk).order_by("due_at").values_list("due_at", flat=True)
    assert [at.astimezone(AT.tzinfo).date() for at in due] == [
        date(2010, 9, 30),
        date(2010, 12, 31),
        date(2011, 3, 31),
        date(2011, 8, 31),
    ]


def test_the_same_files_twice_change_nothing(agreement: Agreement, sources: dict[str, str]) -> None:
    before = Version.objects.get(agreement=agreement)
    again = commands.adopt(SYSTEM, PLATFORM, sources=sources, at=moment(2010, 6, 1))
    assert again == before
    assert again.adopted_at == before.adopted_at
    assert Clock.objects.filter(subject_id=agreement.pk).count() == 4


def test_faulty_files_are_refused_with_their_faults_and_leave_nothing(world: World, sources: dict[str, str]) -> None:
    held = Version.objects.count()
    broken = {**sources, "agreement.yaml": sources["agreement.yaml"] + "\nnonsense: 1\n"}
    with pytest.raises(commands.ContractRefused) as refusal:
        commands.adopt(SYSTEM, PLATFORM, sources=broken, at=AT)
    assert any(fault.file == "agreement.yaml" and fault.line for fault in refusal.value.faults)
    assert Version.objects.count() == held


def test_changed_files_need_a_higher_version_and_a_day(agreement: Agreement, sources: dict[str, str]) -> None:
    changed = {**sources, "CHANGES.md": "Other words.\n"}
    with pytest.raises(Refused, match="version: 2"):
        commands.adopt(SYSTEM, PLATFORM, sources=changed, at=AT)
    second = {**changed, "agreement.yaml": sources["agreement.yaml"].replace("version: 1", "version: 2")}
    with pytest.raises(Refused, match="from which day"):
        commands.adopt(SYSTEM, PLATFORM, sources=second, at=AT)
    commands.adopt(SYSTEM, PLATFORM, sources=second, in_force_from=date(2010, 10, 1), at=AT)
    assert queries.in_force(SERVICE, date(2010, 9, 30)).version == 1
    assert queries.in_force(SERVICE, date(2010, 10, 1)).version == 2


def test_a_version_that_drops_a_return_stops_its_clock(agreement: Agreement, sources: dict[str, str]) -> None:
    fewer = sources["returns.yaml"].replace("2011-03-31, 2011-08-31]", "2011-03-31]")
    words = sources["agreement.yaml"].replace("version: 1", "version: 2")
    changed = {**sources, "returns.yaml": fewer, "agreement.yaml": words, "examples.yaml": "[]"}
    commands.adopt(SYSTEM, PLATFORM, sources=changed, in_force_from=date(2010, 10, 1), at=moment(2010, 10, 1))
    assert [due.due for due in queries.returns_owed(agreement, date(2010, 10, 2))] == [
        date(2010, 9, 30),
        date(2010, 12, 31),
        date(2011, 3, 31),
    ]


def test_only_an_administrator_adopts(world: World, sources: dict[str, str], sam: Actor) -> None:
    with pytest.raises(NotAllowed):
        commands.adopt(sam, PLATFORM, sources=sources, at=AT)


def test_rules_take_one_query_however_often_they_are_read(
    agreement: Agreement, django_assert_num_queries: Callable[[int], Any]
) -> None:
    queries.rules(SERVICE, IN_TERM)
    with django_assert_num_queries(1):
        held = queries.rules(SERVICE, IN_TERM)
        assert held.contract.key == SERVICE
        assert held.may_open_cases
        assert held.choices["attendance_improved.change"] == "A"
        assert held.definition("attendance_improved").clauses == ("attendance_improved",)


def test_no_contract_before_its_first_day(agreement: Agreement) -> None:
    with pytest.raises(queries.NothingInForce, match="31 March 2010"):
        queries.rules(SERVICE, date(2010, 3, 31))
    assert not queries.may_open_cases(SERVICE, date(2010, 3, 31))


def test_a_reading_is_proposed_until_the_commissioner_agrees_it(agreement: Agreement, dave: Actor) -> None:
    question = "attendance_improved.change"
    assert not queries.readings_in_force(SERVICE, IN_TERM)[question].agreed
    commands.agree_reading(
        dave, agreement, question=question, letter="C", in_force_from=date(2010, 10, 1), at=moment(2010, 10, 4)
    )
    before = queries.readings_in_force(SERVICE, date(2010, 9, 30))[question]
    after = queries.rules(SERVICE, date(2010, 10, 1))
    assert (before.letter, before.agreed) == ("A", False)
    assert (after.readings[question].letter, after.readings[question].agreed) == ("C", True)
    assert not after.is_agreed(after.definition("attendance_improved"))
    for wrong, field in (
        ({"question": "what", "letter": "A"}, "question"),
        ({"question": question, "letter": "Z"}, "letter"),
    ):
        with pytest.raises(Refused) as refusal:
            commands.agree_reading(dave, agreement, **wrong, in_force_from=date(2010, 10, 1), at=AT)
        assert refusal.value.field == field


def test_a_worker_agrees_no_reading(agreement: Agreement, alice: Actor) -> None:
    with pytest.raises(NotAllowed):
        commands.agree_reading(
            alice, agreement, question="attendance_improved.change", letter="A", in_force_from=IN_TERM, at=AT
        )


def test_a_value_left_open_is_entered_with_its_source(agreement: Agreement, sam: Actor) -> None:
    said = {"name": "attended_2009", "since": date(2010, 4, 1), "value": "51", "at": AT}
    with pytest.raises(Refused, match="where this number"):
        commands.enter_value(sam, agreement, **said, source=" ")
    commands.enter_value(sam, agreement, **said, source="Course registers of 2009")
    assert queries.rules(SERVICE, IN_TERM).value("attended_2009") == 51
    with pytest.raises(Refused, match="does not leave"):
        commands.enter_value(sam, agreement, name="baseline_span", since=AT.date(), value="9", source="x", at=AT)


def test_a_decision_is_stored_with_its_reasons_facts_and_version(agreement: Agreement, bob: Actor) -> None:
    row = commands.decide(
        SYSTEM,
        Scope.of(service=SERVICE),
        service=SERVICE,
        name="casework",
        subject_kind="referrals.request",
        subject_id=agreement.pk,
        facts={"attendance_rate_12_weeks": 85, "fixed_term_exclusions": 0, "assessed_need": NOT_KNOWN},
        at=moment(2010, 5, 4),
    )
    stored = Decision.objects.get(pk=row.pk)
    assert stored.answer == "not_known"
    assert stored.version.number == 1
    assert stored.facts["attendance_rate_12_weeks"] == 85
    assert stored.facts["assessed_need"] == {"unknown": "not_known"}
    assert all(reason["text"] and reason["printed"] == ["2.4"] for reason in stored.reasons)
    assert stored.scope.keys == {f"service:{SERVICE}"}
    assert queries.decisions_about("referrals.request", agreement.pk) == [stored]


def test_evidence_goes_and_leaves_its_history(agreement: Agreement, sam: Actor, dave: Actor, alice: Actor) -> None:
    said = {"clause": "model_that_lasts", "title": "Plan for 2011"}
    with pytest.raises(Refused, match="no such clause"):
        evidence.attach(sam, agreement, clause="nowhere", title="x", at=AT)
    with pytest.raises(Refused, match="title"):
        evidence.attach(sam, agreement, clause="model_that_lasts", title="", at=AT)
    with pytest.raises(NotAllowed):
        evidence.attach(dave, agreement, **said, at=AT)
    with pytest.raises(NotAllowed):
        evidence_queries.for_clause(alice, agreement, "model_that_lasts")
    wanted = {row.clause.key for row in evidence_queries.unevidenced(dave, agreement, IN_TERM)}
    link = evidence.attach(sam, agreement, **said, record_kind="contracts.version", record_id=agreement.pk, at=AT)
    assert (
        evidence.attach(sam, agreement, **said, record_kind="contracts.version", record_id=agreement.pk, at=AT) == link
    )
    assert wanted - {row.clause.key for row in evidence_queries.unevidenced(dave, agreement, IN_TERM)} == {
        "model_that_lasts"
    }
    with pytest.raises(Refused, match="why"):
        evidence.detach(sam, link, reason="", at=AT)
    assert evidence.detach(sam, link, reason="Wrong plan", at=moment(2010, 5, 1)).detached_at == moment(2010, 5, 1)
    assert evidence_queries.for_clause(dave, agreement, "model_that_lasts") == []


def test_the_matrix_says_what_serves_each_clause(agreement: Agreement, dave: Actor) -> None:
    rows = {one.row.clause.key: one.row for one in evidence_queries.matrix(dave, agreement, IN_TERM)}
    assert len(rows) == 49
    assert [row.clause.order for row in rows.values()] == list(range(1, 50))
    assert "Families whose child's attendance improved" in rows["attendance_improved"].serves
    assert all(row.is_served for row in rows.values())
    assert {question.key for question, _ in rows["attendance_improved"].questions} == {
        "attendance_improved.change",
        "attendance_improved.several_children",
        "weeks_known",
    }


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2010, 3, 1).date(), "starts on 1 April 2010"),
        (datetime(2010, 5, 1).date(), "running until 31 March 2011"),
        (datetime(2010, 10, 1).date(), "running until 31 March 2011, 1 return overdue"),
        (
            datetime(2011, 4, 1).date(),
            "funding ended, 4 returns due 30 September 2010, 31 December 2010, 31 March 2011 and 31 August 2011",
        ),
    ],
)
def test_status_in_a_sentence(agreement: Agreement, day: date, words: str) -> None:
    assert queries.status_of(agreement, day).words == words


def test_the_folder_that_is_shipped_is_the_folder_tested() -> None:
    assert Path(CONTRACT).name == SERVICE
