"""Essex Parent Support Advisors: safeguarding concerns. Values as the register gives them, through the pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fingerpost.ground.access import clock
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.tasks.jobs import check_clocks
from fingerpost.people.correspondence.jobs import deliver
from fingerpost.people.correspondence.models import Email, Message
from fingerpost.people.families.models import Family
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.safeguarding.jobs import tell_new_supervisors
from fingerpost.work.safeguarding.models import Concern
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import household
from tests.fixtures.world import SERVICE, World, moment

RAISED = moment(2010, 11, 12, 15, 10)


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def plain(answer: Any) -> str:
    """The page without what differs on each visit."""
    return re.sub(r'nonce="[^"]+"|value="[^"]+"', "", answer.content.decode())


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets what time it is: `now(moment(…))`."""

    def set_to(at: Any) -> None:
        monkeypatch.setattr(clock, "now", lambda service="": at)

    set_to(RAISED)
    return set_to


@pytest.fixture
def gwen(world: World) -> User:
    """An advisor of Alice's own team."""
    user = User.objects.create_user("gwen@example.org", name="Gwen Hill")
    team = world.teams["tendring"]
    Grant.objects.create(user=user, role="caseworker", reach="team", service=SERVICE, team=team)
    world.users["gwen"] = user
    return user


def closed_case(world: World) -> Case:
    case = allocated(world)
    supervised(world, case, at=moment(2010, 11, 1))
    return casework.close(world.actor("alice"), case, reason="needs_met", at=moment(2010, 11, 2))


@pytest.mark.row("ESX-PSA-2.11")
def test_a_concern_reaches_the_lead_at_once_and_nobody_else(world: World, now: Any, gwen: User) -> None:
    case = closed_case(world)  # its state does not stand in the way
    family = Family.objects.get(pk=case.family_id)
    alice, fay = signed_in(world, "alice"), signed_in(world, "fay")
    words = {"seen": "Ada said that she is afraid to go home.", "day": "12/11/2010", "clock": "14:30"}
    sent = alice.post(f"/raise-concern/case/{case.ref}", words)
    concern = Concern.objects.get(service=SERVICE)
    assert (sent.status_code, sent["Location"]) == (302, f"/concerns/{concern.ref}")
    assert concern.raised_at == RAISED

    # At once: on the lead's list, and in the outbox without a name.
    listed = fay.get("/concerns").content.decode()
    assert f"Read safeguarding concern {concern.ref} now" in listed
    message = Message.objects.get(kind="concern_raised", recipient="fay@example.org")
    assert not re.search("Ada|Pat|Field|afraid", message.subject + message.body)

    # The lead decides, and the referral to social care was at 15:55.
    now(moment(2010, 11, 12, 15, 58))
    decided = fay.post(f"/concerns/{concern.ref}/decide", {"decision": "refer", "reason": "At risk of harm"})
    assert decided.status_code == 302
    referral = {"referred_to": "Children's social care", "day": "12/11/2010", "clock": "15:55", "reference": "SC 4711"}
    assert alice.post(f"/concerns/{concern.ref}/referral", referral).status_code == 302
    for who in ("alice", "bob", "fay"):
        shown = signed_in(world, who).get(f"/concerns/{concern.ref}").content.decode()
        assert "12 November 2010 at 3:55pm" in shown, who
        assert "45 minutes" in shown, who
        assert "SET safeguarding" in shown, who

    # Nobody else: not a colleague of the team, who sees the family; not the manager, the commissioner, another team.
    for who in ("gwen", "carol", "sam", "dave", "erin"):
        client = signed_in(world, who)
        there, absent = client.get(f"/concerns/{concern.ref}"), client.get("/concerns/S-ZZZZZZ")
        assert there.status_code == absent.status_code in (403, 404), who
        assert plain(there) == plain(absent), who
    another = allocated(world, home=household("Another"))
    assert "See the safeguarding lead" not in alice.get(f"/cases/{another.ref}").content.decode()
    for address in (f"/families/{family.ref}", f"/cases/{case.ref}"):
        for who in ("alice", "bob", "fay"):
            assert "See the safeguarding lead" in signed_in(world, who).get(address).content.decode(), who
        for who in ("gwen", "sam"):
            page = signed_in(world, who).get(address)
            assert page.status_code == 200
            assert not re.search(rf"safeguarding lead|{concern.ref}|afraid", page.content.decode()), who


@pytest.mark.row("ESX-PSA-2.11")
def test_a_concern_that_waits_too_long_raises_an_alert(world: World, now: Any) -> None:
    case = allocated(world)
    words = {"seen": "A bruise on the arm.", "day": "12/11/2010", "clock": "14:30"}
    signed_in(world, "alice").post(f"/raise-concern/case/{case.ref}", words)
    now(RAISED + timedelta(hours=24, minutes=1))
    check_clocks()
    listed = signed_in(world, "fay").get("/concerns").content.decode()
    assert "Overdue: Decide on a safeguarding concern" in listed
    assert "No decision in time" in listed


@pytest.mark.row("ESX-PSA-2.11")
def test_a_new_supervisor_is_told_of_what_stands_open_in_her_team(world: World, now: Any) -> None:
    case = allocated(world)
    words = {"day": "12/11/2010", "clock": "14:30"}
    alice, fay = signed_in(world, "alice"), signed_in(world, "fay")
    for seen in ("A bruise on the arm.", "A bruise on the leg."):
        alice.post(f"/raise-concern/case/{case.ref}", words | {"seen": seen})
    over, standing = Concern.objects.filter(service=SERVICE).order_by("seen")
    fay.post(f"/concerns/{over.ref}/decide", {"decision": "nothing", "reason": "It was explained."})
    fay.post(f"/concerns/{over.ref}/close", {"outcome": "It was explained."})
    hana = world.users["hana"] = User.objects.create_user("hana@example.org", name="Hana Rice")
    team = world.teams["tendring"]
    Grant.objects.create(user=hana, role="supervisor", reach="team", service=SERVICE, team=team)
    assert signed_in(world, "hana").get(f"/concerns/{standing.ref}").status_code == 404
    now(RAISED + timedelta(hours=1))
    assert [tell_new_supervisors(), tell_new_supervisors()] == [1, 0], "once"
    shown = signed_in(world, "hana").get(f"/concerns/{standing.ref}").content.decode()
    assert "A bruise on the leg." in shown
    assert standing.ref in signed_in(world, "hana").get("/concerns").content.decode()
    for email in Email.objects.filter(state=Email.State.WAITING):
        deliver(email=str(email.pk))
    assert "Hana Rice told" in fay.get(f"/concerns/{standing.ref}").content.decode(), "and it is kept that she was told"
    assert signed_in(world, "hana").get(f"/concerns/{over.ref}").status_code == 404, "what is over is not opened again"


@pytest.mark.row("ESX-PSA-2.11")
def test_what_cannot_be_is_not_written_down_of_a_concern(world: World, now: Any) -> None:
    case = allocated(world)
    alice, fay = signed_in(world, "alice"), signed_in(world, "fay")
    words = {"seen": "A bruise on the arm.", "day": "12/11/2010", "clock": "14:30"}
    address = f"/raise-concern/case/{case.ref}"
    for wrong, said in (({"seen": " "}, "problem"), ({"clock": "15:11"}, "future"), ({"day": "13/11/2010"}, "problem")):
        assert said in alice.post(address, words | wrong).content.decode(), wrong
    assert not Concern.objects.filter(service=SERVICE).exists()
    alice.post(address, words)
    ref = Concern.objects.get(service=SERVICE).ref
    told = {"who": "Head teacher", "how": "By phone", "day": "12/11/2010", "clock": "14:30"}
    for wrong, said in (
        ({"who": " "}, "problem"),
        ({"clock": "15:11"}, "future"),
        ({"clock": "14:29"}, "before it was"),
    ):
        assert said in alice.post(f"/concerns/{ref}/told", told | wrong).content.decode(), wrong
    page = fay.get(f"/concerns/{ref}").content.decode()
    assert "Head teacher" not in page
    assert alice.post(f"/concerns/{ref}/told", told).status_code == 302, "at the moment itself it can be"
    fay.post(f"/concerns/{ref}/close", {"outcome": "It was explained."})
    assert Concern.objects.get(ref=ref).closed_at is None, "nobody decided yet"
    assert fay.post(f"/concerns/{ref}/decide", {"decision": "refer", "reason": "At risk"}).status_code == 302
    again = fay.post(f"/concerns/{ref}/decide", {"decision": "nothing", "reason": "Explained"})
    assert "decided on this already" in again.content.decode()
    fay.post(f"/concerns/{ref}/close", {"outcome": "It was explained."})
    assert Concern.objects.get(ref=ref).closed_at is None, "the referral is still to be made"
    referral = {"referred_to": "Children's social care", "day": "12/11/2010", "clock": "15:05", "reference": "SC 4711"}
    for wrong, said in (({"clock": "15:11"}, "future"), ({"clock": "14:29"}, "before it was")):
        assert said in alice.post(f"/concerns/{ref}/referral", referral | wrong).content.decode(), wrong
    assert alice.post(f"/concerns/{ref}/referral", referral).status_code == 302
    page = fay.get(f"/concerns/{ref}").content.decode()
    for said in ("SC 4711", "Children&#39;s social care", "Fay Linton", "At risk"):
        assert said in page
    alice.post(f"/concerns/{ref}/referral", referral | {"reference": "SC 4712"})
    assert "SC 4712" not in fay.get(f"/concerns/{ref}").content.decode(), "it was referred once"
    assert fay.post(f"/concerns/{ref}/close", {"outcome": "Social care took it on."}).status_code == 302
    listed = plain_rows(fay.get("/concerns?status=closed"))
    assert len([row for row in listed if ref in row]) == 1
    for who in ("alice", "bob"):
        decide = signed_in(world, who).post(f"/concerns/{ref}/decide", {"decision": "nothing", "reason": "Explained"})
        assert decide.status_code in (403, 404), who


def plain_rows(answer: Any) -> list[str]:
    """The rows of every table of a page."""
    rows = re.findall(r"<tr.*?</tr>", answer.content.decode(), flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


@pytest.mark.row("ESX-PSA-2.11")
def test_who_was_told_the_checklist_and_the_outcome_are_kept(world: World, now: Any) -> None:
    case = allocated(world)
    alice, fay = signed_in(world, "alice"), signed_in(world, "fay")
    words = {"seen": "A bruise on the arm.", "day": "12/11/2010", "clock": "14:30"}
    alice.post(f"/raise-concern/family/{case.family.ref}", words)
    ref = Concern.objects.get(service=SERVICE).ref
    told = {"who": "Head teacher of Quay Primary", "how": "By phone", "day": "12/11/2010", "clock": "15:05"}
    assert alice.post(f"/concerns/{ref}/told", told).status_code == 302
    assert alice.post(f"/concerns/{ref}/checklist", {"items": ["safe_now", "lead_spoken_to"]}).status_code == 302
    assert fay.post(f"/concerns/{ref}/read").status_code == 302
    fay.post(f"/concerns/{ref}/decide", {"decision": "support", "reason": "The bruise was explained."})
    assert fay.post(f"/concerns/{ref}/close", {"outcome": "The advisor goes on visiting."}).status_code == 302
    shown = alice.get(f"/concerns/{ref}").content.decode()
    for one in ("Head teacher of Quay Primary told", "No referral: go on supporting", "The advisor goes on visiting."):
        assert one in shown
    assert shown.count("Alice Marsh, 12 November 2010 at 3:10pm") == 2
    page = alice.get(f"/cases/{case.ref}").content.decode()
    assert "See the safeguarding lead" not in page  # nothing is open any more
    assert ref in page
