"""The schedule of returns of the Essex advisors, and what schools are told: lists, the command line, consents. 2.5, both."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from fingerpost import cli
from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.people.consent import commands as consent
from fingerpost.people.consent.models import Consent
from fingerpost.proof.returns import commands
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework import commands as casework
from tests.fixtures.browsing import (
    Browser,
    Today,
    heads_of,
    in_order_of,
    opened,
    options_of,
    posted,
    rows_of,
    searched,
    turned_down,
    words_of,
)
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import household
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
CAPTION = "Calendar of returns"


def begun(sam: Actor, due_on: date, at: Any) -> Return:
    """The return of the day, written and ready to be sent."""
    agreement = Agreement.objects.get(key=SERVICE)
    (due,) = (one for one in contracts.returns_of(agreement) if one.due == due_on)
    made = commands.assemble(sam, agreement, due=due, at=at)
    for heading in ("outcomes", "delivery", "performance_targets", "barriers"):
        commands.write_narrative(sam, made, heading=heading, text=f"About {heading}.", revision=1, at=at)
    return with_case_studies(made)


def statuses(client: Client, query: str = "") -> list[str]:
    """What the calendar says of each return after whom it goes to."""
    rows = rows_of(client.get(reverse("oversight:returns", args=[SERVICE]) + query), CAPTION)
    return [
        row.split(" Manager ", 1)[1].split(" Open")[0].split(" Begin")[0].split(" Start the")[0].strip() for row in rows
    ]


@pytest.mark.row("ESX-PSA-2.5b")
def test_each_return_of_the_schedule_stands_as_it_did_on_the_day(
    world: World, browser: Browser, today: Today, sam: Actor, dave: Actor
) -> None:
    client, address = browser("dave"), reverse("oversight:returns", args=[SERVICE])
    today.is_(2010, 9, 28)
    assert statuses(client) == ["Not started"] * 4, "what the neighbouring service sent is not ours"
    made = begun(sam, date(2010, 9, 30), moment(2010, 9, 28))
    for day, status in ((30, "Draft"), (1, "Draft Overdue")):
        today.is_(2010, 9 if day == 30 else 10, day)
        assert statuses(client)[0] == status, day
    commands.submit(sam, made, at=moment(2010, 10, 5))
    commands.accept(dave, made, at=moment(2010, 10, 8))
    for day, status in ((4, "Draft Overdue"), (5, "Submitted"), (7, "Submitted"), (8, "Accepted")):
        today.is_(2010, 10, day)
        assert statuses(client)[0] == status, day
    page = client.get(address)
    assert heads_of(page, CAPTION) == {
        "Due": "sorts", "Reports on": "sorts", "To": "sorts", "Status": "sorts", "Actions": "",
    }  # fmt: skip
    assert options_of(page, "status") == ["All", "Sent", "Not sent yet", "Overdue"]
    assert statuses(client, "?status=sent") == ["Accepted"]
    assert statuses(client, "?status=waiting") == ["Not started"] * 3
    assert "Search these returns" in words_of(client.get(f"{address}?status=waiting"))
    assert "Nothing matches." in words_of(client.get(f"{address}?status=overdue"))
    today.is_(2011, 1, 1)
    overdue = client.get(f"{address}?status=overdue")
    assert [row.split(" 1 Oct")[0] for row in rows_of(overdue, CAPTION)] == ["31 December 2010"]
    assert len(searched(client, client.get(f"{address}?status=waiting"), "august", CAPTION)) == 1
    assert in_order_of(client, address, CAPTION, "Due", down=True)[0].startswith("31 August 2011 After the term")
    assert in_order_of(client, address, CAPTION, "Status")[0].startswith("30 September 2010")
    file = client.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Due,Reports on,To,Status"
    assert [line.rsplit(",", 1)[1].strip('"') for line in file[1:3]] == ["Accepted", " overdue"]
    assert "Begin" not in words_of(page)


@pytest.mark.row("ESX-PSA-2.5b")
@pytest.mark.row("ESX-PSA-4.1.2")
def test_a_return_is_packed_from_the_command_line(
    world: World, today: Today, sam: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    allocated(world, home=household("Few"), at=moment(2010, 10, 5))
    pdf, book = tmp_path / "return.pdf", tmp_path / "return.xlsx"
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-11-01T10:00"]

    def printed(*more: str, of: list[str] = pack) -> str:
        capsys.readouterr()
        assert cli.main([*of, *more]) == 0
        return capsys.readouterr().out

    said = printed("--pdf", str(pdf), "--xlsx", str(book))
    made = Return.objects.get(agreement__key=SERVICE)
    assert said.startswith(f"Monitoring return {made.ref}, 1 October 2010 to 31 December 2010: draft.")
    places = [said.index(f"\n{heading}\n") for heading in ("Outcomes", "Delivery", "Performance Targets", "Barriers")]
    assert places == sorted(places)
    assert f"Written: {pdf}" in said
    assert f"Written: {book}" in said
    assert "Monitoring return" in "\n".join(one.extract_text() for one in PdfReader(pdf).pages)
    assert load_workbook(book).sheetnames
    hidden, exact = json.loads(printed("--json")), json.loads(printed("--json", "--exact"))
    assert "Written:" not in printed()
    assert (hidden["status"], exact["status"]) == ("Draft", "Draft")
    assert "Hidden" in json.dumps(hidden)
    assert "Hidden" not in json.dumps(exact), "small numbers stand as they are"
    assert printed("--series", "monitoring").startswith("Monitoring return")
    for wrong, words in (
        (["pack", "nobodys", "--due", "2010-12-31"], "No contract nobodys is adopted."),
        ([*pack, "--series", "no_such"], "No return is due on 31 December 2010. The days are 2010-09-30, 2010-12-31,"),
        (["pack", SERVICE, "--due", "2010-12-30"], "No return is due on 30 December 2010."),
        ([*pack, "--submit"], "Outcomes"),
    ):
        assert cli.main(wrong) == 1, wrong
        assert words in capsys.readouterr().err, wrong
    with pytest.raises(SystemExit):
        cli.main(["pack", SERVICE])
    begun(sam, date(2010, 12, 31), moment(2010, 12, 1))
    on_its_day = [*pack[:-1], "2010-12-31T10:00"]
    assert "31 December 2010: submitted" in printed("--submit", of=on_its_day).split("\n")[0]
    made.refresh_from_db()
    assert made.submitted_at == moment(2010, 12, 31)
    assert printed("--submit", of=[*pack[:-1], "2011-01-02T10:00"]), "sent once, it is shown as it was sent"
    made.refresh_from_db()
    assert made.submitted_at == moment(2010, 12, 31)


@pytest.mark.row("ESX-PSA-2.5.2")
def test_what_is_overdue_can_be_sorted_narrowed_and_searched(world: World, browser: Browser, today: Today) -> None:
    bob, address, worker = browser("bob"), reverse("practice:team"), world.users["alice"]
    refs = []
    for name, closed in (("First", moment(2010, 11, 12)), ("Second", moment(2010, 11, 10))):
        home = household(name)
        case = allocated(world, home=home, at=moment(2010, 9, 20), school=world.schools["8815001"])
        supervised(world, case, at=moment(2010, 11, 8))
        casework.close(world.actor("alice"), case, reason="needs_met", outcomes_met="fully", at=closed)
        refs.append(case.ref)
    allocated(world, home=household("Open"), at=moment(2010, 9, 20))
    today.is_(2010, 12, 1)
    page = bob.get(address)
    assert heads_of(page, "Overdue") == {"What": "sorts", "About": "", "Who": "sorts", "Due": "sorts"}
    letters = [row for row in rows_of(page, "Overdue") if "Tell the school" in row]
    told = "Tell the school how the work went: Quay Primary School"
    assert letters == [
        f"{told} {refs[1]} Alice Marsh 17 Nov 2010 14 days late",
        f"{told} {refs[0]} Alice Marsh 19 Nov 2010 12 days late",
    ], "the longest overdue first"
    assert all(re.search(rf'<a [^>]*href="/[^"]+">{ref}', page.content.decode()) for ref in refs), (
        "each opens from here"
    )
    down = [row for row in in_order_of(bob, address, "Overdue", "Due", down=True) if told in row]
    assert down == letters[::-1]
    names = options_of(page, "late-who")
    assert names[0] == "All"
    assert worker.name in names
    mine = rows_of(bob.get(f"{address}?late-who={worker.name.replace(' ', '+')}"), "Overdue")
    assert letters == [row for row in mine if told in row]
    assert all(worker.name in row for row in mine)
    narrowed = bob.get(f"{address}?late-who={worker.name.replace(' ', '+')}")
    assert searched(bob, narrowed, refs[0], "Overdue") == [letters[1]]
    file = bob.get(address, {"late-download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "What,About,Who,Due,Days late"
    assert any(line.endswith(",14") for line in file)
    load = bob.get(address, {"download": "caseload"}).content.decode("utf-8-sig").splitlines()
    assert load == ["worker,open cases,contact overdue,no date set", "Alice Marsh,1,0,1"]
    today.is_(2010, 11, 17)
    assert told not in opened(bob, "practice:team").split("Overdue")[-1], "on its own day it is not late"
    assert "Alice Marsh 1" in opened(bob, "practice:team"), "the picture has her name and her one open case"
    for who in ("alice", "dave", "erin"):
        assert browser(who).get(address).status_code == 403, who


@pytest.mark.row("ESX-PSA-2.5.2")
def test_each_family_answers_each_question_and_a_later_answer_ends_the_one_before(
    world: World, browser: Browser, today: Today, alice: Actor
) -> None:
    today.is_(2010, 11, 12)
    home, other = household("Field"), household("Other", children=("Kit",))
    client, school = browser("alice"), {"kind": "share_with_school"}
    kinds = [kind for kind in Consent.Kind.values if kind != "share_with_school"]
    where = ["practice:family_consent", home.family.ref]
    assert "There is a problem" not in opened(client, *where)
    told = {**school, "answer": "given"}
    assert "must be on or before 12 November 2010" in turned_down(client, *where, **told, answered_on="13/11/2010")
    posted(client, *where, **told, answered_on="12/11/2010")
    first = Consent.objects.get(family=home.family)
    assert first.answered_at == today.now, "not at noon, which is still to come"

    def answer(of: Any, day: int, said: str, **words: Any) -> Consent:
        words = {**school, "answered_at": moment(2010, 11, day), "at": moment(2010, 11, 20), **words}
        return consent.answer(alice, of, answer=said, **words)

    with pytest.raises(Refused, match="cannot be in the future"):
        answer(home.family, 21, "given")
    assert answer(home.family, 12, "given").pk == first.pk, "the same again says nothing new"
    with pytest.raises(Refused, match="A later answer is written down already"):
        answer(home.family, 11, "refused")
    beside, elsewhere = answer(home.family, 12, "refused", kind=kinds[0]), answer(other.family, 12, "refused")
    then = answer(home.family, 12, "refused")
    assert then.pk not in {first.pk, beside.pk, elsewhere.pk}, "answered at the same moment, the newer words stand"
    for one, ended in ((first, moment(2010, 11, 12)), (beside, None), (elsewhere, None), (then, None)):
        one.refresh_from_db()
        assert one.ended_at == ended
    again = answer(home.family, 15, "refused")
    assert again.pk != then.pk, "told again on a later day it is a new answer"
    first.refresh_from_db()
    assert first.ended_at == moment(2010, 11, 12), "what had ended stays as it ended"
    assert answer(home.family, 15, "refused", note="Said twice").pk != again.pk
    consent.withdraw(alice, home.family, kind="share_with_school", at=moment(2010, 11, 16))
    assert answer(home.family, 14, "given").ended_at is None, "nothing stands, so an earlier day is no matter"
