"""Casework sessions of the Essex advisors as they are written down, put right and counted on a case. Clause 2.6, on its pages."""

from datetime import date

import pytest
from django.urls import reverse

from fingerpost.work.casework.models import Case, Contact
from tests.fixtures.browsing import Browser, Today, opened, options_of, posted, rows_of, told, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import household
from tests.fixtures.figures import Ask
from tests.fixtures.world import World, moment

OPENED = moment(2010, 9, 20)
SESSION = {"kind": "casework_session", "day": "4/10/2010", "clock": "9:30am", "minutes": 60, "attended": "yes"}
RECORD = "practice:record_contact"


@pytest.fixture
def case(world: World, today: Today) -> Case:
    today.is_(2010, 10, 5)
    return allocated(world, at=OPENED)


def listed(browser: Browser) -> str:
    """What the list of cases says of the last contact with the family and of the next one due."""
    return (
        opened(browser("alice"), "practice:cases")
        .partition("Alice Marsh Tendring 20 Sep 10 ")[2]
        .partition(" Download")[0]
    )


@pytest.mark.row("ESX-PSA-2.6.1")
def test_the_list_knows_the_last_contact_and_when_the_next_is_due(
    world: World, browser: Browser, today: Today, case: Case
) -> None:
    alice = browser("alice")
    assert listed(browser) == "None yet Not set"
    posted(alice, RECORD, case.ref, **SESSION, next_due_on="11/10/2010")
    assert listed(browser) == "4 Oct 10 11 Oct 10"
    for again in (SESSION, SESSION | {"day": "27/9/2010"}, SESSION | {"day": "28/9/2010", "next_due_on": "11/10/2010"}):
        posted(alice, RECORD, case.ref, **again)
        assert listed(browser) == "4 Oct 10 11 Oct 10", "an earlier one written down later moves neither"
    posted(alice, RECORD, case.ref, **SESSION, next_due_on="12/10/2010")
    assert listed(browser) == "4 Oct 10 12 Oct 10", "the same one again, with another day for the next"
    posted(alice, RECORD, case.ref, **SESSION | {"kind": "phone_call", "day": "5/10/2010"}, next_due_on="5/10/2010")
    assert listed(browser) == "5 Oct 10 5 Oct 10"
    today.is_(2010, 10, 6)
    assert listed(browser) == "5 Oct 10 5 Oct 10 Overdue"
    other = allocated(world, worker="carol", home=household("Other"), at=moment(2010, 9, 21))
    manager, address = browser("sam"), reverse("practice:cases")
    assert options_of(manager.get(address), "worker") == ["All", "Alice Marsh", "Carol Reed"]
    for query, refs in (
        ("", {case.ref, other.ref}),
        (f"?worker={case.worker_id}", {case.ref}),
        ("?status=overdue", {case.ref}),
        (f"?worker={other.worker_id}", {other.ref}),
        ("?status=no-date", {other.ref}),
    ):
        assert {row.split(" ")[0] for row in rows_of(manager.get(address + query), "case")} == refs, query
    of_one = browser("bob").get(reverse("practice:worker_cases", args=[case.worker_id]))
    assert 'name="worker"' not in of_one.content.decode(), "there is nobody else to choose there"
    assert [row.split(" ")[0] for row in rows_of(of_one, "case")] == [case.ref]
    assert "Next contact due 5 October 2010" in opened(alice, "practice:case", case.ref)


@pytest.mark.row("ESX-PSA-2.6.1")
def test_sessions_to_which_the_family_came_are_counted_and_each_once(
    world: World, browser: Browser, today: Today, figure: Ask, case: Case
) -> None:
    alice, where = browser("alice"), ["practice:case", case.ref]
    other = allocated(world, home=household("Other"), at=OPENED)
    for number, day in enumerate(("20/9/2010", "27/9/2010", "4/10/2010"), start=1):
        for _ in range(2):
            assert "The contact has been recorded." in told(alice, RECORD, case.ref, **SESSION | {"day": day})
        assert f"Casework sessions {number} " in opened(alice, *where), "sent twice it is one"
    for not_one in ({"attended": "no"}, {"kind": "phone_call"}, {"kind": "school_meeting"}):
        posted(
            alice, RECORD, case.ref, **SESSION | {"clock": "2pm", "is_another": "on", "note": str(not_one)} | not_one
        )
    assert "Casework sessions 3 " in opened(alice, *where)
    at_once = SESSION | {"note": "With the father."}
    assert "You recorded a contact at this time already." in turned_down(alice, RECORD, case.ref, **at_once)
    posted(alice, RECORD, case.ref, **at_once, is_another="on")
    assert "Casework sessions 4 " in opened(alice, *where)
    posted(alice, RECORD, other.ref, **SESSION)
    assert "Casework sessions 4 " in opened(alice, *where), "another family's is its own"
    today.is_(2010, 11, 12)
    for one in (case, other):
        supervised(world, one, at=moment(2010, 11, 8))
        posted(alice, "practice:case_close", one.ref, reason="needs_met", outcomes_met="fully", revision=2)
    found = figure("sessions_per_case")
    assert (found["numerator"], found["denominator"], found["value"], found["status"]) == (5, 2, "2.5", "not_met")
    late = SESSION | {"day": "12/11/2010", "clock": "9am"}
    posted(alice, RECORD, case.ref, **late)
    assert "Casework sessions 5 " in opened(alice, *where), "held before it closed, and written down afterwards"
    today.is_(2010, 11, 13)
    refusal = turned_down(alice, RECORD, case.ref, **late | {"day": "13/11/2010"})
    assert "The case was closed on 12 November 2010. The contact cannot be later." in refusal


@pytest.mark.row("ESX-PSA-2.6.1")
def test_a_session_that_cannot_have_been_is_refused(browser: Browser, case: Case) -> None:
    alice = browser("alice")
    for wrong, words in (
        ({"day": "6/10/2010"}, "must be on or before 5 October 2010"),
        ({"day": "5/10/2010", "clock": "10:01am"}, "The contact cannot be in the future."),
        ({"day": "19/9/2010"}, "The contact cannot be before the case was opened on 20 September 2010."),
        ({"next_due_on": "3/10/2010"}, "The next contact cannot be due before this one. Choose a later day."),
        ({"kind": "visit"}, "There is a problem"),
        ({"minutes": 1441}, "1440 or less"),
        ({"minutes": -1}, "0 or more"),
    ):
        assert words in turned_down(alice, RECORD, case.ref, **SESSION | wrong), wrong
    assert not Contact.objects.filter(case=case).exists()
    fits = (
        {"day": "20/9/2010"},
        {"day": "5/10/2010", "clock": "10am"},
        {"next_due_on": "4/10/2010"},
        {"minutes": 1440},
    )
    for number, one in enumerate(fits, start=1):
        posted(alice, RECORD, case.ref, **SESSION | {"note": str(number), "is_another": "on"} | one)
    assert Contact.objects.filter(case=case, counts_as_session=True).count() == len(fits)


@pytest.mark.row("ESX-PSA-2.6.1")
def test_a_session_put_right_is_counted_as_it_was(browser: Browser, case: Case) -> None:
    page, where = browser("alice"), ["practice:case", case.ref]
    for day in ("27/9/2010", "4/10/2010"):
        posted(page, RECORD, case.ref, **SESSION | {"day": day})
    last = Contact.objects.get(case=case, happened_at__date=date(2010, 10, 4))
    right = ["practice:contact_correct", case.ref, last.pk]
    assert "Enter why it is corrected" in turned_down(page, *right, **SESSION, revision=1)
    no_session = SESSION | {"kind": "phone_call", "day": "21/9/2010", "minutes": 20, "reason": "Another day"}
    refusal = turned_down(page, *right, **no_session | {"day": "19/9/2010"}, revision=1)
    assert "The contact cannot be before the case was opened" in refusal
    assert "What stood before is kept." in told(page, *right, **no_session, revision=1)
    assert "Casework sessions 1 " in opened(page, *where)
    assert listed(browser).startswith("27 Sep 10"), "the last is another now"
    assert "Somebody else saved this" in turned_down(page, *right, **SESSION, reason="Again", revision=1)
    posted(page, *right, **SESSION, reason="It was a session", revision=2)
    said = opened(page, *where)
    assert "Casework sessions 2 " in said
    assert "4 October 2010 at 9:30am , 60 minutes" in said
    assert listed(browser).startswith("4 Oct 10")
