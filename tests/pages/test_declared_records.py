"""Records that a contract declares, through their pages: written on a family's page, listed, carried on, corrected, taken back."""

import csv
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access import clock
from fingerpost.ground.access.models import Grant
from fingerpost.ground.history.models import View
from fingerpost.people.families.models import Membership
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import plain
from tests.fixtures.cases import allocated
from tests.fixtures.declared import COMPLAINTS, adopt_kinds
from tests.fixtures.world import SERVICE, World, moment

TODAY = moment(2010, 6, 20)


@pytest.fixture
def case(world: World, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)
    adopt_kinds()
    return allocated(world)


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def write_complaint(world: World, case: Case, by: str = "alice", **fields: Any) -> Any:
    given = {"received_on": "18/06/2010", "matter": "The letter came late", **fields}
    return signed_in(world, by).post(f"/registers/complaint/new/family/{case.family.ref}", given, follow=True)


def test_a_family_page_offers_what_may_be_recorded_there(world: World, case: Case) -> None:
    page = signed_in(world, "alice").get(f"/families/{case.family.ref}").content.decode()
    assert f"/registers/complaint/new/family/{case.family.ref}" in page
    assert "lone_visit" not in page


def test_a_complaint_is_written_by_an_advisor_who_may_not_read_it(world: World, case: Case) -> None:
    answer = write_complaint(world, case)
    entry = Entry.objects.get()
    assert answer.redirect_chain[-1][0] == f"/families/{case.family.ref}"
    assert f"Complaint {entry.ref} has been recorded" in answer.content.decode()
    assert signed_in(world, "alice").get(f"/entries/{entry.ref}").status_code == 404
    assert signed_in(world, "alice").get("/registers/complaint").status_code == 404
    assert signed_in(world, "carol").get(f"/registers/complaint/new/family/{case.family.ref}").status_code == 404


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(world: World, case: Case) -> None:
    page = write_complaint(world, case, matter="", received_on="18/06/2010").content.decode()
    assert "Answer this, or say why not: What is it about?" in page
    assert 'value="18/06/2010"' in page
    page = write_complaint(world, case, received_on="").content.decode()
    assert "Enter the day: received" in page
    assert "The letter came late" in page
    assert not Entry.objects.exists()


def test_an_answer_may_be_left_with_a_reason(world: World, case: Case) -> None:
    write_complaint(world, case, matter="", **{"matter-why": "declined"})
    assert Entry.objects.get().no_answers == {"matter": "declined"}
    page = signed_in(world, "sam").get(f"/entries/{Entry.objects.get().ref}").content.decode()
    assert "Prefers not to say" in page


def test_it_is_listed_filtered_and_taken_as_a_file(world: World, case: Case) -> None:
    write_complaint(world, case)
    write_complaint(world, case, matter="Nobody rang", received_on="01/06/2010")
    first, second = Entry.objects.order_by("-happened_on")
    sam = signed_in(world, "sam")
    page = sam.get("/registers/complaint").content.decode()
    assert page.index(first.ref) < page.index(second.ref)
    narrowed = sam.get("/registers/complaint?since=10/06/2010").content.decode()
    assert first.ref in narrowed
    assert second.ref not in narrowed
    assert second.ref in sam.get("/registers/complaint?within=rang").content.decode()
    file = sam.get("/registers/complaint?download=csv").content.decode("utf-8-sig")
    assert file.splitlines()[0].startswith("Reference,About,Day,Stage,What is it about?")
    assert f"{first.ref}," in file
    assert "Not asked" in file
    assert View.objects.filter(subject_kind="family", subject_ids__contains=[case.family_id]).exists()


def test_it_is_answered_and_shows_its_stage(world: World, case: Case) -> None:
    write_complaint(world, case)
    ref = Entry.objects.get().ref
    sam = signed_in(world, "sam")
    page = sam.get(f"/entries/{ref}").content.decode()
    assert f"/entries/{ref}/times/answered_on" in page
    form = sam.get(f"/entries/{ref}/times/answered_on").content.decode()
    assert "Was it upheld?" in form
    assert "What is it about?" not in form
    given = {"answered_on": "17/06/2010", "upheld": "no_fault", "entry-revision": "1"}
    late = sam.post(f"/entries/{ref}/times/answered_on", given).content.decode()
    assert "Answered cannot be before the time of “Received”" in late
    assert "17/06/2010" in late
    sam.post(f"/entries/{ref}/times/answered_on", given | {"answered_on": "20/06/2010"})
    entry = Entry.objects.get()
    assert (entry.stage, entry.answers["upheld"]) == ("answered_on", "no_fault")
    page = sam.get(f"/entries/{ref}").content.decode()
    assert "Closed" in page
    assert "Does not apply" in page


def test_a_supervisor_who_may_not_answer_it_is_not_offered_to(world: World, case: Case) -> None:
    write_complaint(world, case)
    ref = Entry.objects.get().ref
    bob = signed_in(world, "bob")
    assert "times/answered_on" not in bob.get(f"/entries/{ref}").content.decode()
    assert bob.get(f"/entries/{ref}/times/answered_on").status_code == 404
    assert "times/acknowledged_on" in bob.get(f"/entries/{ref}").content.decode()


def test_it_is_corrected_with_a_reason_over_what_was_read(world: World, case: Case) -> None:
    write_complaint(world, case)
    ref = Entry.objects.get().ref
    bob = signed_in(world, "bob")
    form = bob.get(f"/entries/{ref}/correct").content.decode()
    assert "The letter came late" in form
    given = {"received_on": "18/06/2010", "matter": "It never came", "entry-revision": "1"}
    assert "Enter why it is changed" in bob.post(f"/entries/{ref}/correct", given).content.decode()
    bob.post(f"/entries/{ref}/correct", given | {"entry-reason": "Misheard"})
    assert Entry.objects.get().answers["matter"] == "It never came"
    changed = signed_in(world, "sam").post(
        f"/entries/{ref}/correct", given | {"entry-reason": "Late", "matter": "Mine"}
    )
    assert "Somebody else saved this while you had it open" in changed.content.decode()
    assert "Mine" in changed.content.decode()
    assert Entry.objects.get().answers["matter"] == "It never came"
    assert "Misheard" in bob.get(f"/entries/{ref}").content.decode()


def test_it_is_taken_back_and_stays_with_its_reason(world: World, case: Case) -> None:
    write_complaint(world, case)
    ref = Entry.objects.get().ref
    bob = signed_in(world, "bob")
    said = bob.post(f"/entries/{ref}/take-back", {"entry-reason": "Written twice", "entry-revision": "1"}, follow=True)
    assert f"Complaint {ref} has been taken back" in said.content.decode()
    assert ref not in bob.get("/registers/complaint").content.decode()
    page = bob.get(f"/entries/{ref}").content.decode()
    assert "This was taken back on 20 June 2010: Written twice" in page
    assert bob.get(f"/entries/{ref}/correct").status_code == 404


def test_an_area_s_issue_is_begun_from_its_list(world: World, case: Case) -> None:
    alice = signed_in(world, "alice")
    assert "/registers/issue/new" in alice.get("/registers/issue").content.decode()
    given = {"entry-area": "tendring", "raised_on": "01/06/2010", "problem": "No bus", "asked": ["council", "police"]}
    answer = alice.post("/registers/issue/new", given, follow=True).content.decode()
    entry = Entry.objects.get()
    assert (entry.area, entry.answers) == ("tendring", {"problem": "No bus", "asked": ["council", "police"]})
    assert "Council; Police" in answer
    assert "Tendring" in answer
    assert entry.ref in signed_in(world, "dave").get("/registers/issue").content.decode()
    assert signed_in(world, "dave").get("/registers/issue/new").status_code == 404


def test_the_same_form_twice_writes_once(world: World, case: Case) -> None:
    alice = signed_in(world, "alice")
    address = f"/registers/complaint/new/family/{case.family.ref}"
    page = alice.get(address).content.decode()
    token = page.split('name="_once" value="')[1].split('"')[0]
    given = {"received_on": "18/06/2010", "matter": "Late", "_once": token}
    alice.post(address, given)
    alice.post(address, given)
    assert Entry.objects.count() == 1


def test_a_list_asks_no_more_for_many_than_for_one(world: World, case: Case) -> None:
    sam = signed_in(world, "sam")
    write_complaint(world, case)
    sam.get("/registers/complaint")  # reads the contract, once in a process
    with CaptureQueriesContext(connection) as for_one:
        sam.get("/registers/complaint")
    for _ in range(11):
        write_complaint(world, case)
    with CaptureQueriesContext(connection) as for_many:
        sam.get("/registers/complaint")
    assert len(for_many) == len(for_one)


def test_a_visit_is_begun_on_its_case(world: World, case: Case) -> None:
    alice = signed_in(world, "alice")
    assert f"/registers/lone_visit/new/case/{case.ref}" in alice.get(f"/cases/{case.ref}").content.decode()
    given = {"began_at": "20/06/2010", "began_at-time": "9:00am", "went_well": "yes"}
    alice.post(f"/registers/lone_visit/new/case/{case.ref}", given)
    entry = Entry.objects.get()
    assert (entry.stage, entry.happened_on, entry.answers) == ("began_at", date(2010, 6, 20), {"went_well": True})


def test_what_is_emptied_in_a_correction_is_taken_away_or_asked_for(world: World, case: Case) -> None:
    alice, sam = signed_in(world, "alice"), signed_in(world, "sam")
    given = {"entry-area": "tendring", "raised_on": "01/06/2010", "problem": "No bus", "asked": ["council"]}
    alice.post("/registers/issue/new", given)
    ref = Entry.objects.get().ref
    correction = {
        "raised_on": "01/06/2010",
        "problem": "No bus",
        "entry-revision": "1",
        "entry-reason": "They were not",
    }
    alice.post(f"/entries/{ref}/correct", correction)
    assert Entry.objects.get().answers == {"problem": "No bus"}
    answer = alice.post(f"/entries/{ref}/correct", correction | {"problem": "", "entry-revision": "2"}).content.decode()
    assert "Answer this, or say why not: What is the issue?" in answer
    assert Entry.objects.get().answers == {"problem": "No bus"}
    assert sam.get(f"/entries/{ref}").status_code == 404


def test_a_time_set_too_soon_is_taken_back(world: World, case: Case) -> None:
    write_complaint(world, case)
    ref, sam = Entry.objects.get().ref, signed_in(world, "sam")
    sam.post(f"/entries/{ref}/times/acknowledged_on", {"acknowledged_on": "19/06/2010", "entry-revision": "1"})
    assert Entry.objects.get().stage == "acknowledged_on"
    given = {"received_on": "18/06/2010", "matter": "The letter came late", "acknowledged_on": ""}
    sam.post(f"/entries/{ref}/correct", given | {"entry-revision": "2", "entry-reason": "Not sent yet"})
    assert Entry.objects.get().stage == "received_on"


def test_a_moment_needs_its_day_and_its_time(world: World, case: Case) -> None:
    alice = signed_in(world, "alice")
    address = f"/registers/lone_visit/new/case/{case.ref}"
    given = {"began_at": "20/06/2010", "began_at-time": "9:00am", "spoke_at": "20/06/2010"}
    assert "Enter the day and the time, or neither" in alice.post(address, given).content.decode()
    alice.post(address, given | {"spoke_at-time": "8:55am", "with": str(world.users["bob"].pk)})
    entry = Entry.objects.get()
    assert entry.answers["spoke_at"].startswith("2010-06-20T08:55:00")
    page = alice.get(f"/entries/{entry.ref}").content.decode()
    assert "8:55am" in page
    assert "Bob Lennox" in page
    form = alice.get(f"/entries/{entry.ref}/correct").content.decode()
    assert 'value="8:55am"' in form


def test_an_answer_and_a_reason_for_none_contradict_each_other(world: World, case: Case) -> None:
    page = write_complaint(world, case, **{"matter-why": "declined"}).content.decode()
    assert "Give the answer, or the reason why there is none, not both" in page
    assert not Entry.objects.exists()


def test_what_was_chosen_before_its_answer_ended_stays_chosen(world: World, case: Case) -> None:
    alice = signed_in(world, "alice")
    given = {"entry-area": "tendring", "raised_on": "01/06/2010", "problem": "No bus", "asked": ["council", "police"]}
    alice.post("/registers/issue/new", given)
    ref = Entry.objects.get().ref
    later = COMPLAINTS.replace("police: Police", "police: {label: Police, until: 2010-06-10}")
    adopt_kinds(later, version=3, since=date(2010, 6, 15))
    assert "Police" not in alice.get("/registers/issue/new").content.decode()
    assert 'value="police" checked' in alice.get(f"/entries/{ref}/correct").content.decode()


def test_a_question_that_is_restricted_is_asked_of_nobody_who_may_not_read_it(world: World, case: Case) -> None:
    address = f"/registers/complaint/new/family/{case.family.ref}"
    sam = signed_in(world, "sam")
    assert "Whom does it name?" not in sam.get(address).content.decode()
    write_complaint(world, case)
    ref = Entry.objects.get().ref
    for page in (
        f"/entries/{ref}",
        f"/entries/{ref}/correct",
        "/registers/complaint",
        "/registers/complaint?download=csv",
    ):
        assert "Whom does it name?" not in sam.get(page).content.decode(), page
    Grant.objects.filter(user=world.users["sam"]).update(restricted=True)
    for page in (address, f"/entries/{ref}/correct", "/registers/complaint"):
        assert "Whom does it name?" in sam.get(page).content.decode(), page


def test_one_record_is_begun_on_the_page_of_another_and_leads_back_to_it(world: World, case: Case) -> None:
    write_complaint(world, case)
    first, sam = Entry.objects.get(), signed_in(world, "sam")
    address = f"/registers/follow_up/new/complaint/{first.ref}"
    assert address in sam.get(f"/entries/{first.ref}").content.decode()
    sam.post(address, {"done": "Rang them"})
    second = Entry.objects.get(kind="follow_up")
    assert f'href="/entries/{first.ref}"' in sam.get(f"/entries/{second.ref}").content.decode()
    assert "on the page of the record that it is about" not in sam.get("/registers/follow_up").content.decode()
    assert (
        f"/registers/follow_up/new/request/{case.request.ref}"
        in signed_in(world, "bob").get(f"/requests/{case.request.ref}").content.decode()
    )


def test_a_person_of_the_family_is_named_where_a_record_may_be_about_them(world: World, case: Case) -> None:
    page = signed_in(world, "alice").get(f"/families/{case.family.ref}").content.decode()
    child = Membership.objects.filter(family=case.family, part="child").select_related("person")[0].person
    assert f"Record: complaint about {child.full_name}" in page
    address = f"/registers/complaint/new/person/{child.pk}"
    signed_in(world, "alice").post(address, {"received_on": "18/06/2010", "matter": "Late"})
    assert Entry.objects.get().person == child
    assert signed_in(world, "carol").get(address).status_code == 404


def test_a_file_holds_words_and_days_and_no_links(world: World, case: Case) -> None:
    write_complaint(world, case)
    lines = signed_in(world, "sam").get("/registers/complaint?download=csv").content.decode("utf-8-sig").splitlines()
    row = next(csv.DictReader(lines))
    assert (row["About"], row["Day"], row["Answered"]) == (case.family.name, "2010-06-18", "Not yet")
    assert row["Was it upheld?"] == "Not asked"


class TestDeadlines:
    """A clock of the contract that runs on a record's times is on the record, in its list, and on the work of who can stop it."""

    CLOCK = (
        "complaint_acknowledged: {clause: how_cases_end, title: Acknowledge a complaint, starts: complaint.received_on, "
        "stops: complaint.acknowledged_on, working_days: 3}\n"
    )

    @pytest.fixture
    def case(self, world: World, monkeypatch: pytest.MonkeyPatch) -> Case:
        monkeypatch.setattr(clock, "now", lambda service="": TODAY)
        adopt_kinds(clocks=self.CLOCK)
        return allocated(world)

    def seen(self, world: World, name: str, address: str) -> str:
        return plain(signed_in(world, name).get(address).content.decode())

    def test_stand_everywhere_until_they_are_met(self, world: World, case: Case) -> None:
        """Received on Monday the 14th: until the end of Thursday the 17th, so late on Sunday the 20th."""
        write_complaint(world, case, received_on="14/06/2010")
        entry = Entry.objects.get()
        assert "Acknowledge a complaint Due 17 June 2010 Late" in self.seen(world, "bob", f"/entries/{entry.ref}")
        assert "17 Jun 2010 Late" in self.seen(world, "bob", "/registers/complaint")
        assert entry.ref in self.seen(world, "bob", "/registers/complaint?due=late")
        assert entry.ref not in self.seen(world, "bob", "/registers/complaint?due=open")
        given = {"acknowledged_on": "17/06/2010", "entry-revision": "1"}
        signed_in(world, "bob").post(f"/entries/{entry.ref}/times/acknowledged_on", given)
        entry.refresh_from_db()
        assert entry.due_at is None
        assert "Nothing due" in self.seen(world, "bob", "/registers/complaint")

    def test_are_work_only_for_whoever_sees_the_record(self, world: World, case: Case) -> None:
        write_complaint(world, case, received_on="16/06/2010")
        assert "Acknowledge a complaint" not in self.seen(world, "alice", "/work")
        Grant.objects.create(user=world.users["alice"], role="supervisor", reach="service", service=SERVICE)
        assert "Acknowledge a complaint" in self.seen(world, "alice", "/work")

    def test_that_ran_already_are_not_moved_by_later_rules(self, world: World, case: Case) -> None:
        write_complaint(world, case, received_on="16/06/2010")
        ends = Entry.objects.get().due_at
        longer = self.CLOCK.replace("3}", "30}")
        adopt_kinds(version=3, since=date(2010, 6, 17), at=moment(2010, 6, 17), clocks=longer)
        entry = Entry.objects.get()
        signed_in(world, "bob").post(
            f"/entries/{entry.ref}/correct",
            {"received_on": "16/06/2010", "matter": "It never came", "entry-revision": "1", "entry-reason": "Misheard"},
        )
        entry.refresh_from_db()
        assert (entry.answers, entry.due_at) == ({"matter": "It never came"}, ends)
