"""The pages of those who answer for a service and those who commission it."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from fingerpost.exchange.imports import commands as imports
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.proof.returns.models import Return
from tests.fixtures.browsing import signing_in
from tests.fixtures.families import SYSTEM
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import SERVICE, World, moment

Browser = Callable[[str], Client]
HEADINGS = ("outcomes", "delivery", "performance_targets", "barriers")


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 12, 31, 15))


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)


def begin(browser: Browser, due: str = "2010-12-31") -> Return:
    browser("sam").post(reverse("oversight:return_begin", args=[SERVICE, "monitoring", due]))
    return Return.objects.get(due_on=due)


def write_all(browser: Browser, made: Return) -> None:
    for heading in HEADINGS:
        where = reverse("oversight:narrative", args=[made.ref, heading])
        answer = browser("sam").post(where, {"text": f"About {heading}.", "revision": "1"})
        assert answer.status_code == 302, answer.content.decode()
    with_case_studies(made)


class TestContract:
    def test_shows_the_header_with_blanks_said_as_blanks(self, browser: Browser):
        shown = browser("sam").get(reverse("oversight:contract", args=[SERVICE])).content.decode()
        assert "1 April 2010 to 31 March 2011 (365 days)" in shown
        assert "not stated" in shown.lower()

    def test_two_clauses_print_the_same_number(self, browser: Browser):
        shown = browser("dave").get(reverse("oversight:contract", args=[SERVICE])).content.decode()
        assert shown.count(">2.7<span") == 2

    def test_evidence_stands_beside_its_own_clause_only(self, browser: Browser):
        sam = browser("sam")
        sam.post(
            reverse(
                "oversight:evidence_new",
                args=[
                    SERVICE,
                    "vulnerable_groups_first",
                ],
            ),
            {"title": "Panel minutes", "note": ""},
        )
        assert (
            "Panel minutes"
            in sam.get(reverse("oversight:clause", args=[SERVICE, "vulnerable_groups_first"])).content.decode()
        )
        from fingerpost.agreements.contracts.queries import in_force

        other = next(
            c.key
            for c in in_force(SERVICE, moment(2010, 12, 31).date()).clauses.values()
            if c.printed == "2.7" and c.key != "vulnerable_groups_first"
        )
        assert "Panel minutes" not in sam.get(reverse("oversight:clause", args=[SERVICE, other])).content.decode()

    def test_folds_its_clauses_by_the_sections_of_the_paper(self, browser: Browser):
        shown = browser("dave").get(reverse("oversight:contract", args=[SERVICE])).content.decode()
        sections = re.findall(r"(The head of the paper|Section \d): \d+ clauses", shown)
        assert sections == ["The head of the paper", "Section 1", "Section 2", "Section 3", "Section 4"]
        assert not re.search(r"<details[^>]* open", shown)

    def test_shows_only_the_clauses_that_need_a_look(self, browser: Browser):
        where = reverse("oversight:contract", args=[SERVICE])
        shown = browser("sam").get(f"{where}?status=at_risk").content.decode()
        number = int(re.findall(r"At risk \((\d+)\)", shown)[0])
        clauses = re.findall(r"Section \d: (\d+) clauses?", shown)
        assert number == sum(int(one) for one in clauses) > 0
        assert len(re.findall(r"<details[^>]* open", shown)) == len(clauses)

    @pytest.mark.parametrize("name", ["alice", "carol", "erin"])
    def test_is_not_for_caseworkers_and_referrers(self, browser: Browser, name: str):
        assert browser(name).get(reverse("oversight:contract", args=[SERVICE])).status_code == 403

    def test_another_service_s_contract_is_not_found(self, browser: Browser):
        assert browser("sam").get(reverse("oversight:contract", args=["somebody_elses"])).status_code == 404


class TestReadings:
    def test_a_commissioner_agrees_a_reading(self, browser: Browser):
        dave, where = browser("dave"), reverse("oversight:reading_agree", args=[SERVICE, "attendance_improved.change"])
        assert "Absence" in dave.get(where).content.decode()
        answer = dave.post(where, {"letter": "A", "in_force_from": "1/4/2010", "note": "Agreed in October."})
        assert answer.status_code == 302, answer.content.decode()
        assert "Agreed by Dave Amis" in dave.get(reverse("oversight:readings", args=[SERVICE])).content.decode()

    def test_a_manager_may_not(self, browser: Browser):
        where = reverse("oversight:reading_agree", args=[SERVICE, "attendance_improved.change"])
        assert browser("sam").get(where).status_code == 403


class TestFigures:
    def test_a_manager_sees_every_figure_live(self, browser: Browser):
        shown = browser("sam").get(reverse("oversight:figures", args=[SERVICE])).content.decode()
        assert "Reading proposed, not agreed" in shown
        assert "Families whose child" in shown

    def test_a_figure_opens_to_its_records(self, browser: Browser):
        sam = browser("sam")
        assert sam.get(reverse("oversight:figure", args=[SERVICE, "attendance_improved"])).status_code == 200
        assert sam.get(reverse("oversight:records", args=[SERVICE, "attendance_improved"])).status_code == 200

    def test_a_commissioner_sees_none_before_a_return_was_sent_and_never_a_record(self, browser: Browser):
        dave = browser("dave")
        assert "Not yet agreed" in dave.get(reverse("oversight:figures", args=[SERVICE])).content.decode()
        assert dave.get(reverse("oversight:records", args=[SERVICE, "attendance_improved"])).status_code == 403


class TestReturns:
    def test_the_calendar_has_four_days_one_after_the_term(self, browser: Browser):
        shown = browser("sam").get(reverse("oversight:returns", args=[SERVICE])).content.decode()
        for day in ("30 September 2010", "31 December 2010", "31 March 2011", "31 August 2011"):
            assert day in shown
        assert shown.count("After the term") == 1

    def test_is_refused_while_a_heading_is_empty(self, browser: Browser):
        made = begin(browser)
        shown = browser("sam").post(reverse("oversight:return_submit", args=[made.ref])).content.decode()
        assert "Barriers" in shown
        made.refresh_from_db()
        assert made.submitted_at is None

    def test_offers_to_send_only_once_nothing_is_missing_and_links_to_what_is(self, browser: Browser):
        made = begin(browser)
        pages = [reverse("oversight:return", args=[made.ref]), reverse("oversight:return_submit", args=[made.ref])]
        for address in pages:
            shown = browser("sam").get(address).content.decode()
            assert "Before this return can be sent" in shown
            assert reverse("oversight:narrative", args=[made.ref, "barriers"]) in shown
            assert reverse("practice:case_studies") in shown
            assert "Check and send" not in shown
            assert "Send the return</button>" not in " ".join(shown.split()).replace(" </button>", "</button>")
        write_all(browser, made)
        assert "Check and send" in browser("sam").get(pages[0]).content.decode()
        shown = browser("sam").get(pages[1]).content.decode()
        assert "Before this return can be sent" not in shown
        assert "<form" in shown.partition("Every heading has its words")[2]

    def test_is_sent_frozen_read_and_accepted(self, browser: Browser):
        made = begin(browser)
        write_all(browser, made)
        assert browser("sam").post(reverse("oversight:return_submit", args=[made.ref])).status_code == 302
        dave, where = browser("dave"), reverse("oversight:return", args=[made.ref])
        assert "on time" in dave.get(where).content.decode()
        assert dave.post(reverse("oversight:return_accept", args=[made.ref])).status_code == 302
        assert "Accepted" in dave.get(where).content.decode()
        assert dave.get(reverse("oversight:restatement", args=[made.ref])).status_code == 200
        assert "As sent with the" in dave.get(reverse("oversight:figures", args=[SERVICE])).content.decode()

    def test_a_draft_is_not_found_by_the_commissioner(self, browser: Browser):
        made = begin(browser)
        assert browser("dave").get(reverse("oversight:return", args=[made.ref])).status_code == 404

    def test_its_files_have_the_four_headings_in_order(self, browser: Browser):
        made = begin(browser)
        write_all(browser, made)
        sam = browser("sam")
        pages = PdfReader(BytesIO(sam.get(reverse("oversight:return_pdf", args=[made.ref])).content)).pages
        text = " ".join(page.extract_text() for page in pages)
        places = [text.index(f"About {heading}") for heading in HEADINGS]
        assert places == sorted(places)
        assert load_workbook(BytesIO(sam.get(reverse("oversight:return_xlsx", args=[made.ref])).content)).sheetnames

    def test_two_people_at_once_the_later_sees_both(self, browser: Browser):
        made = begin(browser)
        where = reverse("oversight:narrative", args=[made.ref, "barriers"])
        assert browser("sam").post(where, {"text": "Snow.", "revision": "1"}).status_code == 302
        later = browser("sam").post(where, {"text": "Ice.", "revision": "1"}).content.decode()
        assert "Snow." in later
        assert ">Ice.</textarea>" in later, "what she typed stands as she typed it"


class TestLists:
    def test_a_wrong_row_is_named_and_nothing_is_loaded(self, browser: Browser):
        sam = browser("sam")
        file = BytesIO(b"UPN,Date,Session,Mark\nA123,2010-09-06,AM,/\n")
        file.name = "marks.csv"
        shown = sam.post(reverse("oversight:list_new"), {"kind": "session_marks", "file": file}, follow=True)
        assert shown.status_code == 200
        words = shown.content.decode()
        assert "Rows that are wrong" in words, words
        assert "Load the list" not in words
        assert "load only the rows that are right" not in words, "no row is"

    def test_the_right_rows_may_be_loaded_alone(self, browser: Browser):
        sam, upn = browser("sam"), upn_with_check_letter("881500100001")
        at = moment(2010, 9, 1)
        families.register(SYSTEM, Scope.of(service=SERVICE), first_name="Ada", last_name="Rows", upn=upn, at=at)
        file = BytesIO(f"UPN,Date,Session,Mark\nA123,2010-09-06,AM,/\n{upn},2010-09-06,AM,/\n".encode())
        file.name = "marks.csv"
        words = sam.post(reverse("oversight:list_new"), {"kind": "session_marks", "file": file}, follow=True)
        assert "load only the rows that are right" in words.content.decode()
        assert "Load only the good rows" in words.content.decode()

    def test_is_not_for_others(self, browser: Browser):
        assert browser("dave").get(reverse("oversight:lists")).status_code == 403


def test_older_lists_are_behind_newer_ones_and_none_is_out_of_reach(
    browser: Browser, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scope, kind = Scope.of(service=SERVICE), "session_marks"
    for number in range(27):
        content = BytesIO(f"UPN,Week,Marks\nA{number},2010-11-01,/\n".encode())
        imports.receive(
            Actor.system(), scope, service=SERVICE, kind=kind, file_name=f"week-{number:02}.csv", content=content,
            at=moment(2010, 11, 1) + timedelta(minutes=number),
        )  # fmt: skip
    first, second = (browser("sam").get(f"/lists?page={page}").content.decode() for page in (1, 2))
    assert [len(re.findall(r"week-\d\d\.csv", page)) for page in (first, second)] == [12, 12]
    assert "13 to 24 of 27 lists" in second
