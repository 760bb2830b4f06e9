"""Essex Parent Support Advisors: what stands in the way of closing a case, and what is kept of how it ended. Clause 2.6."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks.commands import raise_task
from fingerpost.ground.tasks.models import Task
from fingerpost.people.correspondence.models import Email
from fingerpost.people.families import commands as families
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Entry
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.safeguarding.models import Step
from tests.fixtures.browsing import Browser, Today, opened, rows_of, told, turned_down, words_of
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import KNOWN_SINCE, SYSTEM, Household, household
from tests.fixtures.world import SERVICE, World, moment

OPENED, CLOSED = moment(2010, 9, 20), moment(2010, 11, 12)
MET = {"reason": "needs_met", "outcomes_met": "fully", "revision": "2"}
DAY = timedelta(days=1)


def _service(name: str) -> Entry:
    return directory.add(SYSTEM, Scope.of(service=SERVICE), service=SERVICE, name=name, at=OPENED)


def _score(world: World, case: Case, instrument: str, point: str, at: Any = OPENED) -> None:
    outcomes.administer(
        world.actor("alice"), case.family, service=SERVICE, instrument=instrument, point=point, taken_on=at.date(),
        completed_by="Parent", score=Decimal(9), episode_id=case.pk, at=at,
    )  # fmt: skip


@pytest.mark.row("ESX-PSA-2.6.2")
def test_the_page_says_whether_the_case_may_close_and_what_is_still_open(
    world: World, browser: Browser, today: Today
) -> None:
    alice, case = browser("alice"), allocated(world, at=OPENED)
    other = allocated(world, home=household("Other"), at=OPENED)
    _score(world, case, "how_things_are", "start")
    _score(world, other, "how_things_are", "end")
    today.is_(2010, 11, 8)
    gate, where = "Supervision has agreed that the case may end:", ["practice:case_close", case.ref]
    scores = [
        "How things are for the parent: no score at the end",
        "The parent's part in schooling: no score at the end",
    ]
    asked = "Why does the case end?"
    not_discussed = "Not known No supervision has discussed this case. Discuss it before you close it."
    assert f"{gate} {not_discussed} Still open {' '.join(scores)} {asked}" in opened(alice, *where), (
        "a score at the start is none at the end, nor is another family's"
    )
    bob = browser("bob")
    late = turned_down(bob, "practice:discussion_new", case.ref, held_on="9/11/2010", decided="close")
    assert "must be on or before 8 November 2010" in late
    for day, decided, words in (
        (5, "extend", "No Supervision decided to go on for longer. Discuss the case again before you close it."),
        (6, "close", "Yes Supervision agreed. Days since then: 2 days."),
    ):
        supervised(world, case, at=moment(2010, 11, day), decided=decided)
        assert f"{gate} {words} Still open" in opened(alice, *where)
    for instrument, left in (("one_number", scores[1:]), ("part_in_school", [])):
        _score(world, case, instrument, "end", at=moment(2010, 11, 8))
        page = opened(alice, *where)
        assert [words for words in scores if words in page] == left, "any of the questionnaires for it will do"
    assert "Still open" not in page


@pytest.mark.row("ESX-PSA-2.6.2")
def test_whoever_knows_of_an_open_concern_says_why_the_case_closes_all_the_same(
    world: World, browser: Browser, today: Today
) -> None:
    alice, case = browser("alice"), allocated(world, at=OPENED)
    other = allocated(world, home=household("Other"), at=OPENED)
    for one in (case, other):
        supervised(world, one, at=moment(2010, 11, 8))
    today.now = CLOSED
    at, fay = moment(2010, 11, 1, 15, 10), world.actor("fay")
    concern, over, settled = (
        safeguarding.raise_concern(world.actor("alice"), one, service=SERVICE, seen="Bruised.", seen_at=at, at=at)
        for one in (case, other, case)
    )
    safeguarding.decide(fay, settled, decision="nothing", reason="He fell at school.", at=at)
    safeguarding.close(fay, settled, outcome="The school saw him fall.", at=at)
    question = "Why does the case close while a safeguarding concern is open?"
    said = f"Safeguarding concern {concern.ref} of 1 November 2010 is not decided, and overdue"
    page = opened(alice, "practice:case_close", case.ref)
    assert said in page
    assert question in page
    assert over.ref not in page, "of another family"
    assert settled.ref not in page
    for late, words in ((moment(2010, 11, 2, 15), "is not decided How"), (CLOSED, "is not decided, and overdue How")):
        today.now = late
        assert words in opened(alice, "practice:case_close", case.ref), late
    safeguarding.decide(fay, concern, decision="support", reason="Seen by the school nurse.", at=CLOSED)
    assert f"{concern.ref} of 1 November 2010 is decided, not closed" in opened(alice, "practice:case_close", case.ref)
    assert question in turned_down(alice, "practice:case_close", case.ref, **MET)
    with pytest.raises(Refused) as refusal:
        commands.close(
            world.actor("alice"), case, reason="needs_met", outcomes_met="fully", over_concerns=" ", at=CLOSED
        )
    assert refusal.value.field == "over_concerns"
    why = "The school nurse sees him each week."
    assert f"Case {case.ref} is closed." in told(alice, "practice:case_close", case.ref, **MET, over_concerns=why)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.closed_at, kept.closure_reason) == (CLOSED, "needs_met")
    (step,) = Step.objects.filter(concern=concern, note__startswith="Case ")
    assert (step.user_id, step.note) == (world.users["fay"].pk, f"Case {case.ref} was closed. {why}")
    assert not Step.objects.filter(concern=settled, note__startswith="Case ").exists(), "it is over"
    said = f"Case {case.ref} was closed over concern {concern.ref}. Look at it now"
    (task,) = Task.objects.open().filter(service=SERVICE, title=said)
    assert task.owner == world.users["fay"]
    mails = Email.objects.filter(recipient="fay@example.org", kind="concern_raised")
    assert mails.count() == 4, "one for each concern, and one for the closing"

    colleague = User.objects.create_user("cole@example.org", name="Cole Wade")
    Grant.objects.create(user=colleague, role="supervisor", reach="team", service=SERVICE, team=world.teams["tendring"])
    client = Client()
    client.force_login(colleague)
    assert question not in opened(client, "practice:case_close", other.ref), "they lead the team, and know of none"
    assert f"Case {other.ref} is closed." in told(client, "practice:case_close", other.ref, **MET)
    assert Step.objects.filter(concern=over, user=world.users["fay"], note__startswith="Case ").count() == 1
    again = safeguarding.tell_of_closing(SYSTEM, over, case_ref=other.ref, reason="", at=CLOSED)
    assert [one.user_id for one in again] == [world.users["fay"].pk], "a step for each lead"


@pytest.mark.row("ESX-PSA-2.6.3")
def test_what_is_kept_of_how_a_case_ended(world: World, browser: Browser, today: Today) -> None:
    alice, case = browser("alice"), allocated(world, at=OPENED)
    supervised(world, case, at=moment(2010, 11, 8), decided="refer_on")
    there, where = _service("Young Carers"), ["practice:case_close", case.ref]
    today.is_(2010, 11, 12)
    moved = {"reason": "referred_on", "destination": there.pk, "destination_accepted": "", "outcomes_met": "partly"}
    for wrong, words in (
        ({"destination": ""}, "Choose the service the family moves to"),
        ({"outcomes_met": "wholly"}, "There is a problem"),
        ({"reason": "bored"}, "There is a problem"),
    ):
        assert words in turned_down(
            alice, *where, **(moved | {"destination_accepted": "yes", "revision": "2"} | wrong)
        ), wrong
    page = told(
        alice,
        *where,
        **(moved | {"destination_accepted": "not_known", "revision": "2"}),
        note=" They meet on Mondays. ",
    )
    assert f"Case {case.ref} is closed." in page
    assert "Closed 12 November 2010: Referred to another service Needs met Some needs met" in page
    assert "Moved to Young Carers, answer not known" in page
    assert "Closing note They meet on Mondays." in page
    kept = Case.objects.get(pk=case.pk)
    assert (kept.destination, kept.destination_accepted, kept.unlike_supervision) == (there, None, "")


@pytest.mark.row("ESX-PSA-2.6.3")
def test_whether_the_other_service_took_them_on_is_asked_until_it_is_known(
    world: World, browser: Browser, today: Today
) -> None:
    asked, alice = "Ask whether the other service took the family on", world.actor("alice")
    there = directory.add(SYSTEM, Scope.of(service=SERVICE), service=SERVICE, name="Y" * 160, at=OPENED)
    cases = [allocated(world, home=household(name), at=OPENED) for name in ("One", "Two", "Three", "Four")]
    for case, accepted in zip(cases, (None, None, True, False), strict=True):
        supervised(world, case, at=moment(2010, 11, 8), decided="close" if case == cases[3] else "refer_on")
        moves = {"reason": "referred_on", "destination": there, "destination_accepted": accepted}
        commands.close(
            alice, case, **({"reason": "needs_met"} if case == cases[3] else moves), outcomes_met="fully",
            closed_at=CLOSED, at=CLOSED + 5 * DAY,
        )  # fmt: skip
    tasks = Task.objects.open().filter(service=SERVICE, kind="destination_answer")
    told_of = {one.origin_ref: (one.title, one.due_on, one.owner_id) for one in tasks.order_by("origin_ref")}
    words = (f"{asked}: {'Y' * 160}"[:200], (CLOSED + 14 * DAY).date(), alice.id)
    assert told_of == dict.fromkeys(sorted(one.ref for one in cases[:2]), words), "ten working days from the closing"
    today.now = CLOSED + 6 * DAY
    one, two, client = cases[0], cases[1], browser("alice")
    raise_task(
        SYSTEM, one, service=SERVICE, kind="another", title="Send the book back", due_on=CLOSED.date(), at=CLOSED
    )
    assert f"The family moved to {'Y' * 160}." in opened(client, "practice:destination_answer", one.ref)
    assert "There is a problem" in turned_down(client, "practice:destination_answer", one.ref, accepted="")
    for case, answer, said in ((one, "yes", ", which took them on"), (two, "no", ", which did not take them on")):
        page = told(client, "practice:destination_answer", case.ref, accepted=answer)
        assert f"Moved to {'Y' * 160}{said}" in page
        assert not tasks.filter(origin_ref=case.ref).exists()
        assert tasks.filter(origin_ref=two.ref).exists() == (case == one), "the other family's is still to be asked"
    done = {one.origin_ref: one.outcome for one in Task.objects.filter(service=SERVICE, kind="destination_answer")}
    assert done == {one.ref: "They took the family on", two.ref: "They did not"}
    assert Task.objects.open().filter(service=SERVICE, kind="another").exists()
    stayed = turned_down(client, "practice:destination_answer", cases[3].ref, accepted="yes")
    assert "This case was not referred to another service" in stayed


@pytest.mark.row("ESX-PSA-2.6.3")
def test_a_closed_case_of_a_family_without_a_known_home_is_counted_apart(
    world: World, browser: Browser, today: Today
) -> None:
    for home in (_without_a_home("Field"), *(household(f"Home{number}") for number in range(5))):
        case = allocated(world, home=home, at=OPENED)
        supervised(world, case, at=moment(2010, 11, 8))
        commands.close(world.actor("alice"), case, reason="needs_met", outcomes_met="fully", at=CLOSED)
    today.is_(2010, 12, 31)
    for who, rows in (
        ("sam", ["Mid 0 – 0", "North East 5 – 0", "South 0 – 0", "West 0 – 0", "Not known 1 – 0"]),
        ("dave", ["Mid 0 – 0", "North East Hidden – 0", "South 0 – 0", "West 0 – 0", "Not known Hidden – 0"]),
    ):
        page = browser(who).get(reverse("oversight:figure", args=[SERVICE, "cases_ended"]) + "?until=2010-12-31")
        assert "How cases ended Clause 2.6 6 Taken on by the service they moved to: No data." in words_of(page), who
        assert rows_of(page, "By quadrant") == rows, who


def _without_a_home(last_name: str) -> Household:
    """A parent and a child of whom nobody knows where they live."""
    scope = Scope.of(service=SERVICE, team=Team.objects.get(service=SERVICE, key="tendring").pk)
    family = families.form_family(SYSTEM, scope, name=f"{last_name} family", at=KNOWN_SINCE)
    parent, child = (
        families.register(SYSTEM, scope, first_name=name, last_name=last_name, born_on=born_on, at=KNOWN_SINCE)
        for name, born_on in (("Pat", None), ("Ada", date(2002, 5, 14)))
    )
    for person, part in ((parent, "parent"), (child, "child")):
        families.join(SYSTEM, family, person=person, part=part, at=KNOWN_SINCE)
    return Household(family, parent, (child,))
