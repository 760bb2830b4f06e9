"""The agreement of the Essex advisors and its returns: the acceptance statements of the header and of clause 4.1."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
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
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.agreements.evidence.models import Link
from fingerpost.agreements.meetings import commands as meetings
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Role
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person
from fingerpost.proof.returns import commands, jobs
from fingerpost.proof.returns import queries as returns
from fingerpost.proof.returns.models import Return, Sending
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, told, turned_down, words_of
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import SYSTEM, household
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
def test_what_the_paper_leaves_blank_is_not_stated(agreement: Agreement, browser: Browser, today: Today) -> None:
    today.is_(2010, 5, 1)
    for who in ("sam", "dave"):
        said = opened(browser(who), "oversight:contract", SERVICE)
        for words in (
            "Amount not stated",
            "Reference not stated",
            "Provider not stated",
            "Term 1 April 2010 to 31 March 2011 (365 days)",
            "Schedule Schedule 1",
            "Commissioner Essex County Council",
            "Funding programme Essex County Council, Schools, Children and Families, Extended Services",
        ):
            assert words in said, (who, words)
    assert browser("alice").get(reverse("oversight:contract", args=[SERVICE])).status_code == 403
    for month, day, is_late in ((9, 30, False), (10, 1, True)):
        today.is_(2010, month, day)
        said = opened(browser("sam"), "oversight:contract", SERVICE)
        assert "Running until 31 March 2011" in said
        assert ("Running until 31 March 2011, 1 return overdue" in said) == is_late, day


@pytest.mark.row("ESX-PSA-0.1")
def test_what_was_agreed_later_is_shown_as_it_was_agreed(agreement: Agreement, browser: Browser, today: Today) -> None:
    today.is_(2010, 5, 1)
    for amount, words in ((Decimal(0), "Amount £0.00"), (Decimal("1234567.5"), "Amount £1,234,567.50")):
        Agreement.objects.filter(pk=agreement.pk).update(
            amount=amount, reference="ES/7", provider=agreement.commissioner
        )
        said = opened(browser("dave"), "oversight:contract", SERVICE)
        assert f"{words} Reference ES/7" in said, "nothing is an amount too"
        assert "Provider Essex County Council Service Extended Services Parent Support Advisors" in said


@pytest.mark.row("ESX-PSA-0.1")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2010, 3, 31), "Advisors Starts on 1 April 2010 Needs"),
        (date(2010, 4, 1), "Advisors Running until 31 March 2011 Needs"),
        (date(2011, 3, 31), "Advisors Running until 31 March 2011, 2 returns overdue Needs"),
        (
            date(2011, 4, 1),
            "Advisors Funding ended, 4 returns due 30 September 2010, 31 December 2010, 31 March 2011 and 31 August 2011 Needs",
        ),
    ],
)
def test_the_term_counts_from_its_first_day_to_its_last(
    agreement: Agreement, browser: Browser, today: Today, day: date, words: str
) -> None:
    today.is_(day.year, day.month, day.day)
    assert words in opened(browser("dave"), "oversight:contract", SERVICE)


REVIEW = "Quarterly review: "
NOT_CALLED = f"At risk {REVIEW}none has been called for the time to {{0}}. 4.2 quarterly review"
NOT_DRAWN = f"At risk {REVIEW}no sample has been drawn yet for the time to {{0}}. 4.2 random sample"
NOT_HELD = f"Missed {REVIEW}none was held from {{0}}. 4.2 quarterly review"
NEVER_DRAWN = f"Missed {REVIEW}no sample was drawn of {{0}}. 4.2 random sample"
SPRING, SUMMER = "1 April 2010 to 30 June 2010", "1 July 2010 to 30 September 2010"


def _warned(client: Client) -> list[str]:
    """What the page of the contract says needs attention, all of it."""
    page = client.get(reverse("oversight:contract", args=[SERVICE]))
    captions = [one for one in ("What is missed or at risk", "What else is at risk") if one in words_of(page)]
    return (
        [row for caption in captions for row in rows_of(page, caption)]
        if "Nothing is late" not in words_of(page)
        else []
    )


@pytest.mark.row("ESX-PSA-0.1")
def test_the_contract_on_one_page_warns_from_its_days_on_and_not_before(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor
) -> None:
    dave = browser("dave")
    june, september, said = "30 June 2010", "30 September 2010", "The return due 30 September 2010"
    missed = [NOT_HELD.format(SPRING), NEVER_DRAWN.format(SPRING)]
    for day, warned in (
        (date(2010, 6, 1), []),
        (date(2010, 6, 2), [NOT_CALLED.format(june), NOT_DRAWN.format(june)]),
        (date(2010, 6, 30), [NOT_CALLED.format(june), NOT_DRAWN.format(june)]),
        (date(2010, 7, 1), missed),
        (date(2010, 9, 1), missed),
    ):
        today.is_(day.year, day.month, day.day)
        assert _warned(dave) == warned, day
    for day, status, words in (
        (date(2010, 9, 2), "Coming up", "has not been sent. 28 days left."),
        (date(2010, 9, 22), "Coming up", "has not been sent. 8 days left."),
        (date(2010, 9, 23), "At risk", "has not been sent. 7 days left."),
        (date(2010, 9, 29), "At risk", "has not been sent. 1 day left."),
        (date(2010, 9, 30), "At risk", "is due today and has not been sent."),
    ):
        today.is_(day.year, day.month, day.day)
        nearer = [NOT_CALLED.format(september), NOT_DRAWN.format(september)]
        assert _warned(dave) == [*missed, *nearer, f"{status} {said} {words} 4.1 report dates"], day

    # A meeting that is called for the time is no longer missing; once its day has gone without a record it was not held.
    meetings.call(sam, agreement, series="quarterly_review", day=date(2010, 9, 29), at=moment(2010, 9, 20))
    called = NOT_CALLED.format(september)
    for day, is_warned in ((date(2010, 9, 28), False), (date(2010, 9, 29), False), (date(2010, 9, 30), True)):
        today.is_(day.year, day.month, day.day)
        assert (called in _warned(dave)) == is_warned, day
    today.is_(2010, 10, 1)
    late = f"Missed {said} is 1 day late. 4.1 report dates"
    held = [NOT_HELD.format(SPRING), NOT_HELD.format(SUMMER), NEVER_DRAWN.format(SPRING), NEVER_DRAWN.format(SUMMER)]
    assert _warned(dave) == [*held, late]
    inward = [row for row in _warned(browser("sam")) if row not in (*held, late)]
    assert [row.split(" ")[-2:] for row in inward] == [["case", "studies"], ["of", "staff"], ["case", "studies"]]


@pytest.mark.row("ESX-PSA-0.1")
def test_the_clauses_stand_by_section_and_may_be_narrowed(agreement: Agreement, browser: Browser, today: Today) -> None:
    today.is_(2010, 10, 1)
    address, dave = reverse("oversight:contract", args=[SERVICE]), browser("dave")
    said = words_of(dave.get(address))
    assert "At risk (3) Enforced (19) Measured (13) Evidenced (16) Narrative (1) Context (0)" in said
    heads = (
        "The head of the paper: 2 clauses",
        "Section 1: 5 clauses",
        "Section 2: 28 clauses",
        "Section 3: 7 clauses",
    )
    places = [said.index(head) for head in heads]
    assert places == sorted(places)
    numbers = {"at_risk": 3, "enforced": 19, "measured": 13, "evidenced": 16, "narrative": 1, "context": 0, "other": 49}
    for status, number in numbers.items():
        page = dave.get(address, {"status": status})
        captions = [f"section {n}" for n in range(1, 5)] + ["the head of the paper"]
        shown = [rows_of(page, f"Clauses of {one}") for one in captions if f"Clauses of {one}" in words_of(page)]
        assert sum(map(len, shown)) == number, status
        assert ("There is no such clause." in words_of(page)) == (number == 0), status
    (barriers,) = rows_of(dave.get(address, {"status": "narrative"}), "Clauses of section 4")
    assert (
        barriers == "4.1 barriers Each report says what got in the way. Narrative Barriers Barrier 0 logged, 0 open 0"
    )
    page = dave.get(address).content.decode()
    for name, args in (("figure", ["wellbeing_improved"]), ("returns", [])):
        assert f'href="{reverse(f"oversight:{name}", args=[SERVICE, *args])}"' in page


@pytest.mark.row("ESX-PSA-0.2")
def test_two_clauses_printed_2_7_keep_their_evidence_apart(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    today.is_(2010, 6, 1)
    sam, dave = browser("sam"), browser("dave")
    first, second = "casework_and_groups_equal", "vulnerable_groups_first"
    rows = rows_of(dave.get(reverse("oversight:contract", args=[SERVICE])), "Clauses of section 2")
    numbered = [place for place, row in enumerate(rows) if row.startswith("2.7 ")]
    assert len(numbered) == 2
    assert numbered[1] > numbered[0] + 1, "other clauses are printed between them"
    posted(sam, "oversight:evidence_new", SERVICE, second, title="Waiting list of May 2010", note="Who went first.")
    assert "Waiting list of May 2010" in opened(dave, "oversight:clause", SERVICE, second)
    shown = opened(dave, "oversight:clause", SERVICE, first)
    assert "Clause 2.7" in shown
    assert "Waiting list of May 2010" not in shown
    rows = rows_of(dave.get(reverse("oversight:contract", args=[SERVICE])), "Clauses of section 2")
    assert [rows[place].rsplit(" ", 1)[1] for place in numbered] == ["0", "1"]
    posted(sam, "oversight:evidence_new", SERVICE, second, title="Waiting list of April", note="The wrong month.")
    wrong = Link.objects.get(agreement=agreement, title="Waiting list of April")
    elsewhere = reverse("oversight:evidence_detach", args=[SERVICE, first, wrong.pk])
    assert sam.post(elsewhere, {"reason": "The wrong month"}).status_code == 404, "it lies beside the other clause"
    posted(sam, "oversight:evidence_detach", SERVICE, second, wrong.pk, reason="The wrong month")
    shown = opened(dave, "oversight:clause", SERVICE, second)
    assert "Waiting list of May 2010" in shown
    assert "Waiting list of April" not in shown, "what was taken away shows the clause no longer"
    rows = rows_of(dave.get(reverse("oversight:contract", args=[SERVICE])), "Clauses of section 2")
    assert [rows[place].rsplit(" ", 1)[1] for place in numbered] == ["0", "1"]


@pytest.mark.row("ESX-PSA-0.2")
def test_evidence_is_listed_with_who_laid_it_there_and_when_the_latest_first(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    manager, clause = browser("sam"), "vulnerable_groups_first"
    for month, title in ((5, "Waiting list of May"), (7, "Waiting list of July"), (6, "Waiting list of June")):
        today.is_(2010, month, 1)
        posted(manager, "oversight:evidence_new", SERVICE, clause, title=f" {title} ", note="Who went first.")
    today.is_(2010, 8, 1)
    page = browser("dave").get(reverse("oversight:clause", args=[SERVICE, clause]))
    assert rows_of(page, "Evidence") == [
        f"Waiting list of {month} Who went first. 1 {month} 2010 by Sam Otley" for month in ("July", "June", "May")
    ]
    assert "Quarterly review: none was held" not in words_of(page), "that is another clause's"
    assert "none was held" in opened(browser("dave"), "oversight:clause", SERVICE, "quarterly_review")
    for who, answer in (("alice", 403), ("erin", 403), ("gita", 404)):
        assert browser(who).get(reverse("oversight:clause", args=[SERVICE, clause])).status_code == answer, who
    for name in ("clause", "evidence_new"):
        assert manager.get(reverse(f"oversight:{name}", args=[SERVICE, "no_such_clause"])).status_code == 404
    assert "Enter what it is" in turned_down(manager, "oversight:evidence_new", SERVICE, clause, title=" ")
    add = reverse("oversight:evidence_new", args=[SERVICE, clause])
    assert browser("dave").post(add, {"title": "Not theirs to add"}).status_code == 403
    assert "There is a problem" not in opened(manager, "oversight:evidence_new", SERVICE, clause)

    elsewhere = Link.objects.exclude(agreement=agreement).filter(clause=clause, detached_at=None)[0]
    may = Link.objects.get(agreement=agreement, title="Waiting list of May")
    take_away = reverse("oversight:evidence_detach", args=[SERVICE, clause, elsewhere.pk])
    assert manager.get(take_away).status_code == 404, "it lies beside another agreement's clause"
    assert "Enter why" in turned_down(manager, "oversight:evidence_detach", SERVICE, clause, may.pk, reason=" ")
    assert "There is a problem" not in opened(manager, "oversight:evidence_detach", SERVICE, clause, may.pk)
    posted(manager, "oversight:evidence_detach", SERVICE, clause, may.pk, reason="The wrong year")
    assert Link.objects.get(pk=may.pk).detached_at == today.now
    assert manager.get(reverse("oversight:evidence_detach", args=[SERVICE, clause, may.pk])).status_code == 404


@pytest.mark.row("ESX-PSA-0.2")
def test_the_rules_of_evidence_hold_without_the_page(agreement: Agreement, sam: Actor, dave: Actor) -> None:
    at, clause, record = moment(2010, 6, 1), "vulnerable_groups_first", agreement.pk
    for wrong, field in (
        ({"clause": "no_such_clause"}, "clause"),
        ({"title": " "}, "title"),
        ({"record_kind": "contracts.agreement"}, "record_id"),
        ({"record_id": record}, "record_id"),
    ):
        with pytest.raises(Refused) as refusal:
            evidence.attach(sam, agreement, **{"clause": clause, "title": "A list", "at": at, **wrong})
        assert refusal.value.field == field
    of_record: dict[str, Any] = {"record_kind": "contracts.agreement", "record_id": record, "at": at}
    once = evidence.attach(sam, agreement, clause=clause, title="The paper", **of_record)
    assert evidence.attach(sam, agreement, clause=clause, title="The paper", **of_record).pk == once.pk
    with pytest.raises(Refused, match="stands beside the clause already"):
        evidence.attach(sam, agreement, clause=clause, title="Another title", **of_record)
    beside = evidence.attach(sam, agreement, clause="casework_and_groups_equal", title="The paper", **of_record)
    assert beside.pk != once.pk, "the other clause printed 2.7 has evidence of its own"
    with pytest.raises(Refused) as refusal:
        evidence.detach(sam, once, reason=" ", at=at)
    assert refusal.value.field == "reason"
    evidence.detach(sam, once, reason="Not the signed one", at=at)
    with pytest.raises(Refused, match="already"):
        evidence.detach(sam, once, reason="Not the signed one", at=at)
    assert evidence.attach(sam, agreement, clause=clause, title="The paper", **of_record).pk != once.pk
    notes = [evidence.attach(sam, agreement, clause=clause, title="A note", at=at).pk for _ in range(2)]
    assert notes[0] != notes[1], "of notes alone, two may say the same"
    with pytest.raises(NotAllowed):
        evidence.attach(dave, agreement, clause=clause, title="Not theirs to add", at=at)


@pytest.mark.row("ESX-PSA-0.3")
def test_after_the_money_a_return_is_owed_and_no_case_opens(
    agreement: Agreement, world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    bob, manager = browser("bob"), browser("sam")
    for due_on in RETURN_DAYS[:3]:
        at = moment(due_on.year, due_on.month, due_on.day)
        commands.submit(sam, _written(_return(agreement, sam, due_on, at), sam, at), at=at)
    request = accepted(household("Late", children=("Mia",)), moment(2011, 3, 20))
    case = allocated(world)
    families.leave(SYSTEM, case.family, person=_of("Pat"), on=date(2011, 3, 1), at=moment(2011, 3, 2))
    today.is_(2011, 4, 1)
    for client in (manager, browser("dave")):
        said = opened(client, "oversight:contract", SERVICE)
        assert "Funding ended, 1 return due 31 August 2011" in said

    refused = turned_down(bob, "practice:request_allocate", request.ref, worker=world.users["alice"].pk)
    assert "Funding ended on 31 March 2011, so no new case can be opened." in refused
    allocate = reverse("practice:request_allocate", args=[request.ref])
    assert browser("alice").post(allocate, {"worker": world.users["alice"].pk}).status_code == 403
    assert Case.objects.filter(request=request).count() == 0
    read = opened(browser("alice"), "practice:case", case.ref)
    assert "Children Ada Field Purpose" in read, "what is open can be read and worked on"
    assert "Pat Field" not in read, "who has left the family is no longer rung"

    today.is_(2011, 8, 1)
    posted(manager, "oversight:return_begin", SERVICE, "monitoring", "2011-08-31")
    last = Return.objects.get(agreement=agreement, due_on=date(2011, 8, 31))
    today.is_(2011, 8, 30)
    _written(last, sam, today.now)
    assert "The return has been sent." in told(manager, "oversight:return_submit", last.ref)
    assert "Submitted 30 August 2011, on time" in opened(manager, "oversight:return", last.ref)
    assert case.ref in opened(browser("alice"), "practice:case", case.ref), "until it is accepted, all stays readable"
    assert "Funding ended, all returns sent" in opened(manager, "oversight:contract", SERVICE)
    today.is_(2011, 9, 1)
    assert "The return is accepted." in told(browser("dave"), "oversight:return_accept", last.ref)


@pytest.mark.row("ESX-PSA-4.1.1")
def test_a_return_goes_to_the_development_manager_in_time(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 9, 1)
    manager = browser("sam")
    posted(manager, "oversight:return_begin", SERVICE, "monitoring", "2010-09-30")
    made = Return.objects.get(agreement=agreement)
    assert "To Extended Services Development Manager" in opened(manager, "oversight:return", made.ref)
    today.is_(2010, 9, 29)
    _written(made, sam, today.now)
    sent = told(manager, "oversight:return_submit", made.ref)
    assert "The return has been sent. Its figures are fixed at the end of 30 September 2010." in sent
    for who in ("sam", "dave"):
        said = opened(browser(who), "oversight:return", made.ref)
        assert "Sent before its period ended." in said
        assert "To Extended Services Development Manager" in said
        assert "29 September 2010, on time, by Sam Otley" in said
    assert browser("dave").post(reverse("oversight:return_submit", args=[made.ref])).status_code == 403


@pytest.mark.row("ESX-PSA-4.1.1")
@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2010, 9, 30), "30 September 2010, on time"), (date(2010, 10, 1), "1 October 2010, late")],
)
def test_a_return_sent_on_its_day_is_on_time_and_on_the_next_late(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, day: date, words: str
) -> None:
    at = moment(2010, 9, 29)
    made = _written(_return(agreement, sam, RETURN_DAYS[0], at), sam, at)
    today.is_(day.year, day.month, day.day)
    assert "Its figures are frozen." in told(browser("sam"), "oversight:return_submit", made.ref)
    said = opened(browser("dave"), "oversight:return", made.ref)
    assert words in said
    assert "Sent before its period ended." not in said


@pytest.mark.row("ESX-PSA-4.1.1")
@pytest.mark.row("ESX-PSA-4.1.3")
@pytest.mark.row("ESX-PSA-2.5b")
def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 9, 29)
    made, other = (_return(agreement, sam, day, today.now) for day in RETURN_DAYS[:2])
    manager, where = browser("sam"), ["oversight:narrative", made.ref, "barriers"]
    form = manager.get(reverse(where[0], args=where[1:])).content.decode()
    assert re.search(r'<input[^>]*type="hidden"[^>]*name="revision"[^>]*value="1"', form), (
        "nobody is asked for a version"
    )
    assert "There is a problem" not in form
    assert "Barriers has been saved." in told(manager, *where, text="Snow closed schools.", revision=1)
    form = manager.get(reverse(where[0], args=where[1:])).content.decode()
    assert "Snow closed schools." in form
    assert re.search(r'name="revision"[^>]*value="2"', form)
    assert "Snow closed schools." in turned_down(manager, *where, text="Floods.", revision=1), "what is there is shown"
    assert "Floods." not in opened(manager, "oversight:return", made.ref)
    assert "Snow closed schools." not in opened(manager, "oversight:return", other.ref)
    assert manager.get(reverse(where[0], args=[made.ref, "no_such_heading"])).status_code == 404
    assert browser("dave").get(reverse(where[0], args=where[1:])).status_code == 403
    Sending.objects.create(
        return_made=other, asked_at=today.now, of=1, ended_at=today.now, refusal="Barriers is empty."
    )
    assert "Barriers is empty." in opened(manager, "oversight:return", other.ref)
    assert "Barriers is empty." not in opened(manager, "oversight:return", made.ref), "it was said of another return"
    for who in ("alice", "erin"):
        with pytest.raises(NotAllowed):
            returns.calendar(Actor.of(User.objects.get(email=f"{who}@example.org")), agreement, RETURN_DAYS[0])
        assert browser(who).get(reverse("oversight:returns", args=[SERVICE])).status_code == 403, who
    manager.post(reverse("oversight:return_accept", args=[made.ref]))
    made.refresh_from_db()
    assert made.accepted_at is None, "it was not sent yet"
    with pytest.raises(Refused):
        commands.accept(sam.of(User.objects.get(email="dave@example.org")), made, at=today.now)


@pytest.mark.row("ESX-PSA-4.1.2")
@pytest.mark.row("ESX-PSA-2.5b")
def test_the_schedule_has_four_days_and_no_other(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, capsys: Any
) -> None:
    today.is_(2010, 10, 15)
    at = moment(2010, 9, 29)
    first = commands.submit(sam, _written(_return(agreement, sam, RETURN_DAYS[0], at), sam, at), at=at)
    recipient = "Extended Services Development Manager"
    for day, status in ((28, "Draft"), (29, "Submitted")):
        today.is_(2010, 9, day, 18)
        assert f"{recipient} {status}" in _calendar(browser("dave"))[0], day
    today.is_(2010, 10, 15)
    posted(browser("sam"), "oversight:return_begin", SERVICE, "monitoring", "2010-12-31")
    assert _calendar(browser("dave")) == [
        f"30 September 2010 1 April 2010 to 30 September 2010 {recipient} Submitted Open the return due 30 September 2010",
        f"31 December 2010 1 October 2010 to 31 December 2010 {recipient} Draft",
        f"31 March 2011 1 January 2011 to 31 March 2011 {recipient} Not started",
        f"31 August 2011 After the term 1 April 2011 to 31 August 2011 {recipient} Not started",
    ]
    posted(browser("dave"), "oversight:return_accept", first.ref)
    assert f"{recipient} Accepted" in _calendar(browser("dave"))[0]
    assert "About outcomes." in opened(browser("dave"), "oversight:return", first.ref), "the copy that was sent is kept"
    for day in ("2010-06-30", "2011-06-30"):
        assert cli.main(["pack", SERVICE, "--due", day]) == 1
        assert "2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31" in capsys.readouterr().err
        begin = reverse("oversight:return_begin", args=[SERVICE, "monitoring", day])
        assert browser("sam").post(begin).status_code == 404
    assert Return.objects.filter(agreement=agreement).count() == 2


def _calendar(client: Client) -> list[str]:
    return rows_of(client.get(reverse("oversight:returns", args=[SERVICE])), "Calendar of returns")


@pytest.mark.row("ESX-PSA-4.1.2")
def test_whoever_prepares_returns_is_reminded_on_the_set_days(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    for day, number, new in (
        (date(2010, 12, 2), 0, 0),
        (date(2010, 12, 3), 1, 1),
        (date(2010, 12, 23), 1, 0),
        (date(2010, 12, 24), 1, 1),
        (date(2010, 12, 29), 1, 0),
        (date(2010, 12, 30), 1, 1),
        (date(2010, 12, 31), 1, 0),
    ):
        today.is_(day.year, day.month, day.day)
        assert [jobs.remind_of(agreement, today.now), jobs.remind_of(agreement, today.now)] == [new, 0], day
        said = opened(browser("sam"), "oversight:contract", SERVICE)
        assert said.count("Monitoring return due 31 December 2010") == number, day
        assert said.count("Monitoring return 31 Dec 2010") == 1 - number, "the reminder takes its place"
    raised = Task.objects.filter(service=SERVICE).order_by("raised_at")
    assert [one.kind for one in raised] == [
        "return_due_28",
        "return_due_7",
        "return_due_1",
    ]
    assert [one.done_at is None for one in raised] == [False, False, True], (
        "one stands, the others were taken over by it"
    )
    assert {one.outcome for one in raised[:2]} == {"A later reminder stands"}
    assert {(one.owner.name, one.due_on) for one in raised if one.owner} == {("Sam Otley", date(2010, 12, 31))}
    today.is_(2011, 1, 1)
    assert jobs.remind_of(agreement, today.now) == 0, "late is no time to be reminded of a day to come"
    page = browser("sam").get(reverse("oversight:contract", args=[SERVICE])).content.decode()
    assert f'href="{reverse("oversight:returns", args=[SERVICE])}">Monitoring return due 31 December 2010' in page


@pytest.mark.row("ESX-PSA-4.1.2")
def test_a_return_stands_with_whoever_first_got_the_preparing_of_it_and_still_has_it(
    agreement: Agreement, world: World, today: Today
) -> None:
    def clocks(service: str = SERVICE) -> set[str | None]:
        running = Clock.objects.running().filter(service=service, key__startswith="return_")
        return {one.owner.name if one.owner else None for one in running}

    def granted(name: str, month: int, **more: Any) -> User:
        user = User.objects.create_user(f"{name.lower()}@example.org", name=name)
        given = {"role": Role.SERVICE_MANAGER, "reach": "service", "service": SERVICE, "since": moment(2010, month, 1)}
        Grant.objects.create(user=user, **(given | more))
        return user

    now = moment(2010, 12, 1)
    assert clocks() == {None}
    Grant.objects.filter(user=world.users["sam"], service=SERVICE).delete()
    assert jobs.who_prepares(agreement, now) is None
    assert jobs.remind_of(agreement, moment(2010, 12, 3)) == 0, "there is nobody to remind"
    assert clocks() == {None}
    granted("Team", 1, role=Role.SUPERVISOR)
    granted("Own", 1, reach="user")
    gone = granted("Gone", 1)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    granted("Later", 9)
    first = granted("First", 8)
    granted("To come", 1, since=moment(2010, 12, 2))
    assert jobs.who_prepares(agreement, now) == first
    assert jobs.remind_of(agreement, now) == 0
    assert clocks() == {"First"}
    assert "First" not in clocks("suffolk_parent_support_advisors"), "another service's returns are another's"
    User.objects.filter(pk=first.pk).update(is_active=False)
    assert jobs.remind_of(agreement, moment(2010, 12, 3)) == 1
    assert Task.objects.get(service=SERVICE, kind="return_due_28").owner == User.objects.get(name="Later")
    assert clocks() == {"First"}, "whoever has it keeps it"


@pytest.mark.row("ESX-PSA-4.1.3")
def test_no_heading_may_be_empty_and_the_document_keeps_their_order(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, tmp_path: Path, capsys: Any
) -> None:
    at = moment(2010, 12, 20)
    made = _written(_return(agreement, sam, date(2010, 12, 31), at), sam, at, leaving="barriers")
    file, sheet = tmp_path / "return.pdf", tmp_path / "return.xlsx"
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-12-20T10:00", "--submit"]
    for _ in range(2):
        assert cli.main(pack) == 1
        assert "Barriers" in capsys.readouterr().err
        assert Return.objects.get(pk=made.pk).submitted_at is None
    today.now = at
    manager = browser("sam")
    assert "Barriers" in turned_down(manager, "oversight:return_submit", made.ref)
    posted(manager, "oversight:narrative", made.ref, "barriers", text="Snow closed schools.", revision=1)
    assert cli.main([*pack, "--pdf", str(file), "--xlsx", str(sheet)]) == 0
    assert Return.objects.get(pk=made.pk).submitted_at == at
    written = load_workbook(sheet)["Words"].iter_rows(min_row=2, max_col=2, values_only=True)
    assert list(dict.fromkeys(row[0] for row in written if row[0] in HEADINGS_AS_PRINTED)) == HEADINGS_AS_PRINTED
    assert ("Barriers", "Snow closed schools.") in load_workbook(sheet)["Words"].iter_rows(max_col=2, values_only=True)
    reader = PdfReader(BytesIO(file.read_bytes()))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert list(_in_order(text, ["Outcomes", "Delivery", "Performance Targets", "Barriers"])) == HEADINGS_AS_PRINTED


@pytest.mark.row("ESX-PSA-4.1.3")
def test_the_workbook_opens_ready_to_be_read_and_printed(
    agreement: Agreement, world: World, sam: Actor, tmp_path: Path, capsys: Any
) -> None:
    at, sheet = moment(2010, 12, 20), tmp_path / "return.xlsx"
    made = _written(_return(agreement, sam, date(2010, 12, 31), at), sam, at)
    allocated(world, at=moment(2010, 11, 1))
    capsys.readouterr()
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-12-20T10:00", "--xlsx", str(sheet)]
    assert cli.main([*pack, "--exact", "--series", "monitoring"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Monitoring return {made.ref}, 1 October 2010 to 31 December 2010: draft.")
    assert f"Written: {sheet}" in said
    assert "Written: None" not in said
    assert [line for line in said.splitlines() if line in HEADINGS_AS_PRINTED] == HEADINGS_AS_PRINTED
    assert "  2.6   Casework sessions held before a case closed" in said
    book = load_workbook(sheet)
    assert book.sheetnames[:4] == ["Notes", "Words", "Figures", "Breakdowns"]
    assert book.sheetnames[-1] == "Case studies"
    assert book.properties.title == "Monitoring return, 1 October 2010 to 31 December 2010"
    for one in book.worksheets:
        assert (one.freeze_panes, one.print_title_rows) == ("A2", "$1:$1"), one.title
        assert (one.page_setup.orientation, one.page_setup.paperSize) == ("landscape", 9), one.title
        assert (one.page_setup.fitToWidth or 1, one.page_setup.fitToHeight) == (1, 0), "as wide as the paper"
        assert one.oddFooter.right.text == "Page &P of &N", one.title
        titles = [cell for cell in one[1] if cell.value]
        assert all(cell.font.b and cell.alignment.wrap_text for cell in titles), one.title
        assert all(cell.alignment.vertical == "top" for row in one.iter_rows() for cell in row if cell.value), one.title
        assert bool(one.auto_filter.ref) == (len(titles) > 2), one.title
        if one.auto_filter.ref:
            assert one.auto_filter.ref == f"A1:{titles[-1].column_letter}{one.max_row}", one.title
    for name, widths in WIDTHS.items():
        columns = book[name].column_dimensions
        found = [
            round(columns[letter].width)
            for letter in columns
            for _ in range(columns[letter].max - columns[letter].min + 1)
        ]
        assert [wide - 1 for wide in found] == widths, name
    figures = {row[2]: row for row in book["Figures"].iter_rows(min_row=2, values_only=True)}
    assert figures["Casework sessions held before a case closed"][:2] == ("Delivery", "2.6")
    numbers = [
        cell for row in book["Figures"].iter_rows(min_row=2) for cell in row if isinstance(cell.value, int | float)
    ]
    assert {cell.number_format for cell in numbers} == {"#,##0", "#,##0.0"}
    titles = {cell.column: cell.value for cell in book["Figures"][1]}
    assert {titles[cell.column] for cell in numbers if cell.number_format == "#,##0.0"} == {"Value"}
    (study, *_) = book["Case studies"].iter_rows(min_row=2, values_only=True)
    assert all(study), "title, whom it is about, and its words"


WIDTHS = {
    "Notes": [26, 90],
    "Words": [26, 100],
    "Figures": [20, 9, 50, *[12] * 6, 12, 26, 12, 90],
    "Breakdowns": [9, 50, 20, 26, *[12] * 6, 12],
    "Case studies": [34, 30, 120],
}
HEADINGS_AS_PRINTED = ["Outcomes", "Delivery", "Performance Targets", "Barriers"]


def _of(first_name: str) -> Person:
    return Person.objects.get(first_name=first_name, last_name="Field")


def _in_order(text: str, names: list[str]) -> Iterator[str]:
    """The names as they stand on lines of their own, from the top of the text."""
    yield from (line.strip() for line in text.splitlines() if line.strip() in names)
