"""The contract of the Essex advisors on its pages: what its head states, where it stands, and evidence beside its clauses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost import cli
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.agreements.evidence.models import Link
from fingerpost.agreements.meetings import commands as meetings
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks import commands as tasks
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, turned_down, words_of
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(world: World) -> Agreement:
    assert cli.main(["adopt", str(CONTRACT)]) == 0
    return Agreement.objects.get(key=SERVICE)


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


@pytest.mark.row("ESX-PSA-0.1")
def test_after_the_term_the_contract_names_the_returns_still_owed(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    today.is_(2011, 9, 30)
    for day, words in (
        ("2010_12_31", "3 returns due 30 September 2010, 31 March 2011 and 31 August 2011 Needs"),
        ("2011_03_31", "2 returns due 30 September 2010 and 31 August 2011 Needs"),
        ("2010_09_30", "1 return due 31 August 2011 Needs"),
        ("2011_08_31", "all returns sent Needs"),
    ):
        tasks.stop(SYSTEM, agreement, key=f"return_monitoring_{day}", stopped_at=today.now, at=today.now)
        assert f"Advisors Funding ended, {words}" in opened(browser("dave"), "oversight:contract", SERVICE)


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


@pytest.mark.row("ESX-PSA-0.2")
def test_a_record_may_stand_beside_clauses_of_two_agreements_and_two_records_beside_one(
    agreement: Agreement, sam: Actor
) -> None:
    at, clause = moment(2010, 6, 1), "vulnerable_groups_first"
    other = Agreement.objects.exclude(pk=agreement.pk)[0]
    told: dict[str, Any] = {"title": "The paper", "record_kind": "contracts.agreement", "at": at}
    lying = [
        evidence.attach(sam, one, clause=clause, record_id=record.pk, **told).pk
        for one in (agreement, other)
        for record in (agreement, other)
    ]
    assert len(set(lying)) == 4
    assert evidence.attach(sam, agreement, clause=clause, record_id=other.pk, **told).pk == lying[1]


@pytest.mark.row("ESX-PSA-0.1")
def test_a_meeting_is_called_once_for_a_day_of_the_agreement(agreement: Agreement, sam: Actor) -> None:
    def call(day: date, series: str = "quarterly_review", **words: Any) -> Any:
        return meetings.call(sam, agreement, series=series, day=day, at=moment(2010, 3, 31), **words)

    for day, series, field in ((date(2010, 3, 31), "quarterly_review", "day"), (date(2010, 4, 1), "no_such", "series")):
        with pytest.raises(Refused) as refusal:
            call(day, series)
        assert refusal.value.field == field
    first = call(date(2010, 4, 1), place=" Town hall ")
    assert (first.place, call(date(2010, 4, 1), place="Town hall").pk, call(date(2010, 4, 1)).pk) == (
        "Town hall", first.pk, first.pk
    )  # fmt: skip
    with pytest.raises(Refused, match=f"was called already: {first.ref}"):
        call(date(2010, 4, 1), place="Library")
    assert call(date(2010, 4, 2), place="Library").pk != first.pk
