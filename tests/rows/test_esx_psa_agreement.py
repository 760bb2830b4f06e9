"""The agreement of the Essex advisors and its returns: the acceptance statements of the header and of clause 4.1."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fingerpost import cli
from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.agreements.evidence import queries as evidence_queries
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.proof.returns import commands, queries
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework import commands as casework
from tests.fixtures.cases import accepted
from tests.fixtures.families import household
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

pytestmark = pytest.mark.django_db
HEADINGS = ("outcomes", "delivery", "performance_targets", "barriers")
RETURN_DAYS = [date(2010, 9, 30), date(2010, 12, 31), date(2011, 3, 31), date(2011, 8, 31)]


@pytest.fixture
def agreement(world: World) -> Agreement:
    assert cli.main(["adopt", str(CONTRACT)]) == 0
    return Agreement.objects.get(key=SERVICE)


def _return(agreement: Agreement, actor: Actor, due_on: date, at: Any) -> Return:
    (due,) = (one for one in contracts.returns_of(agreement) if one.due == due_on)
    return commands.assemble(actor, agreement, due=due, at=at)


def _written(made: Return, actor: Actor, at: Any, *, leaving: str = "") -> Return:
    for heading in HEADINGS:
        if heading != leaving:
            commands.write_narrative(actor, made, heading=heading, text=f"About {heading}.", revision=1, at=at)
    return with_case_studies(made)


@pytest.mark.row("ESX-PSA-0.1")
def test_what_the_paper_leaves_blank_is_not_stated(agreement: Agreement) -> None:
    lines = dict(contracts.details(agreement, date(2010, 5, 1)).lines)
    assert lines["Amount"] == "not stated"
    assert lines["Reference"] == "not stated"
    assert lines["Provider"] == "not stated"
    assert lines["Term"] == "1 April 2010 to 31 March 2011 (365 days)"
    assert lines["Schedule"] == "Schedule 1"
    assert lines["Funding programme"] == "Essex County Council, Schools, Children and Families, Extended Services"


@pytest.mark.row("ESX-PSA-0.2")
def test_two_clauses_printed_2_7_keep_their_evidence_apart(agreement: Agreement, sam: Actor, dave: Actor) -> None:
    at = moment(2010, 6, 1)
    rows = evidence_queries.matrix(sam, agreement, at.date())
    both = [one.row.clause for one in rows if one.row.clause.printed == "2.7"]
    assert [clause.key for clause in both] == ["casework_and_groups_equal", "vulnerable_groups_first"]
    balance, groups = both
    evidence.attach(sam, agreement, clause=groups.key, title="Waiting list of May 2010", at=at)
    assert [link.title for link in evidence_queries.for_clause(dave, agreement, groups.key)] == [
        "Waiting list of May 2010"
    ]
    assert evidence_queries.for_clause(dave, agreement, balance.key) == []
    counted = {one.row.clause.key: one.evidence for one in evidence_queries.matrix(dave, agreement, at.date())}
    assert (counted[groups.key], counted[balance.key]) == (1, 0)


@pytest.mark.row("ESX-PSA-0.3")
def test_after_the_money_a_return_is_owed_and_no_case_opens(agreement: Agreement, bob: Actor, sam: Actor) -> None:
    for due_on in RETURN_DAYS[:3]:
        at = moment(due_on.year, due_on.month, due_on.day)
        commands.submit(sam, _written(_return(agreement, sam, due_on, at), sam, at), at=at)
    ended = moment(2011, 4, 1)
    assert contracts.status_of(agreement, ended.date()).words == "funding ended, 1 return due 31 August 2011"
    request = accepted(household(), moment(2011, 3, 20))
    with pytest.raises(Refused, match="31 March 2011"):
        casework.open_case(bob, request, at=ended)
    last = _return(agreement, sam, date(2011, 8, 31), moment(2011, 8, 1))
    sent = commands.submit(sam, _written(last, sam, moment(2011, 8, 1)), at=moment(2011, 8, 30))
    assert queries.sent_in_words(sent) == "submitted 30 August 2011, on time"
    assert contracts.status_of(agreement, date(2011, 9, 1)).words == "funding ended, all returns sent"


@pytest.mark.row("ESX-PSA-4.1.1")
def test_a_return_goes_to_the_development_manager_in_time(agreement: Agreement, sam: Actor) -> None:
    at = moment(2010, 9, 29)
    made = _return(agreement, sam, date(2010, 9, 30), moment(2010, 9, 1))
    sent = commands.submit(sam, _written(made, sam, at), at=at)
    assert sent.recipient == "Extended Services Development Manager"
    assert queries.sent_in_words(sent) == "submitted 29 September 2010, on time"
    assert sent.submitted_by is not None
    assert sent.submitted_by.name == "Sam Otley"


@pytest.mark.row("ESX-PSA-4.1.2")
@pytest.mark.row("ESX-PSA-2.5b")
def test_the_schedule_has_four_days_and_no_other(agreement: Agreement, sam: Actor, capsys: Any) -> None:
    entries = queries.calendar(sam, agreement, date(2010, 10, 15))
    assert [entry.due.due for entry in entries] == RETURN_DAYS
    assert [(entry.due.period.start, entry.due.period.end) for entry in entries] == [
        (date(2010, 4, 1), date(2010, 9, 30)),
        (date(2010, 10, 1), date(2010, 12, 31)),
        (date(2011, 1, 1), date(2011, 3, 31)),
        (date(2011, 4, 1), date(2011, 8, 31)),
    ]
    assert entries[1].remind_on == (date(2010, 12, 3), date(2010, 12, 24), date(2010, 12, 30))
    for day in ("2010-06-30", "2011-06-30"):
        assert cli.main(["pack", SERVICE, "--due", day]) == 1
        assert "2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31" in capsys.readouterr().err
    at = moment(2010, 9, 29)
    commands.submit(sam, _written(_return(agreement, sam, RETURN_DAYS[0], at), sam, at), at=at)
    _return(agreement, sam, RETURN_DAYS[1], moment(2010, 10, 15))
    found = queries.calendar(sam, agreement, date(2010, 10, 15))
    assert [entry.status for entry in found] == ["submitted", "draft", "not begun", "not begun"]
    assert [entry.recipient for entry in found] == ["Extended Services Development Manager"] * 4


@pytest.mark.row("ESX-PSA-4.1.3")
def test_no_heading_may_be_empty_and_the_document_keeps_their_order(
    agreement: Agreement, sam: Actor, tmp_path: Path, capsys: Any
) -> None:
    at = moment(2010, 12, 20)
    made = _written(_return(agreement, sam, date(2010, 12, 31), at), sam, at, leaving="barriers")
    file, sheet = tmp_path / "return.pdf", tmp_path / "return.xlsx"
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-12-20T10:00", "--submit"]
    for _ in range(2):
        assert cli.main(pack) == 1
        assert "Barriers" in capsys.readouterr().err
        assert Return.objects.get(pk=made.pk).submitted_at is None
    with pytest.raises(Refused) as refusal:
        commands.submit(sam, made, at=at)
    assert refusal.value.field == "barriers"
    commands.write_narrative(sam, made, heading="barriers", text="Snow closed schools.", revision=1, at=at)
    assert cli.main([*pack, "--pdf", str(file), "--xlsx", str(sheet)]) == 0
    assert Return.objects.get(pk=made.pk).submitted_at == at
    assert sheet.stat().st_size > 0
    reader = PdfReader(BytesIO(file.read_bytes()))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert list(_in_order(text, ["Outcomes", "Delivery", "Performance Targets", "Barriers"])) == HEADINGS_AS_PRINTED


HEADINGS_AS_PRINTED = ["Outcomes", "Delivery", "Performance Targets", "Barriers"]


def _in_order(text: str, names: list[str]) -> Iterator[str]:
    """The names as they stand on lines of their own, from the top of the text."""
    yield from (line.strip() for line in text.splitlines() if line.strip() in names)
