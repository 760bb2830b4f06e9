"""How the work of Essex Parent Support Advisors ends, and what came of it. Values as the register gives them, on the pages."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks import commands as tasks
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families import commands as people
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import WeekTotal
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Entry
from fingerpost.work.outcomes.models import Administration
from tests.fixtures.browsing import Browser, Today, first_numbers, opened, posted, rows_of, told, turned_down, words_of
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM, Household, household
from tests.fixtures.world import SERVICE, World, moment

OPENED, CLOSED = moment(2010, 9, 20), moment(2010, 11, 12)
MET = {"reason": "needs_met", "outcomes_met": "fully", "revision": "2"}


def with_school(world: World, name: str = "Field") -> tuple[Household, Case]:
    """A family whose child goes to Quay Primary School, and its case with Alice, discussed on 8 November."""
    home = household(name)
    schooling.enrol(world.actor("alice"), home.child, school=world.schools["8815001"], at=OPENED)
    case = allocated(world, home=home, at=OPENED)
    supervised(world, case, at=moment(2010, 11, 8))
    return home, case


def asked(client: Client, home: Household, answer: str, day: str) -> None:
    """Whether the school may be told, as the family answered."""
    posted(
        client,
        "practice:family_consent",
        home.family.ref,
        kind="share_with_school",
        answer=answer,
        answered_on=day,
    )


def close(client: Client, case: Case, **told_otherwise: Any) -> str:
    return told(client, "practice:case_close", case.ref, **MET, **told_otherwise)


def overdue(client: Client) -> str:
    """The team's list of what is overdue, as its supervisor reads it."""
    return opened(client, "practice:team").partition("Overdue")[2]


# --- 2.5: the school is told ---


@pytest.mark.row("ESX-PSA-2.5.2")
def test_the_school_is_told_and_until_then_the_letter_is_overdue(world: World, browser: Browser, today: Today) -> None:
    alice, bob = browser("alice"), browser("bob")
    home, case = with_school(world)
    today.is_(2010, 11, 12)
    asked(alice, home, "given", "20/9/2010")
    assert "Tell Quay Primary School how it went" in close(alice, case)
    letter = [case.ref, Message.objects.get(service=SERVICE, kind="outcome_to_school").pk]
    assert "from 20 September 2010 to 12 November 2010" in opened(alice, "practice:letter", *letter)
    today.is_(2010, 11, 19)
    assert case.ref not in overdue(bob), "five working days, the contract says"
    for day, late in ((20, "1 day late"), (29, "10 days late")):
        today.is_(2010, 11, day)
        assert (
            f"Tell the school how the work went: Quay Primary School {case.ref} Alice Marsh 19 Nov 2010 {late}"
            in overdue(bob)
        )
        assert "Tell the school how the work went" in opened(alice, "practice:my_work")

    assert "must be on or before" in turned_down(alice, "practice:letter", *letter, sent_on="1/12/2010", method="post")
    sent = {"sent_on": "23/11/2010", "method": "post", "recipient": "Quay Primary School"}
    assert "The school has been told." in told(alice, "practice:letter", *letter, **sent)
    assert "Sent on 23 November 2010 to Quay Primary School." in opened(alice, "practice:letter", *letter)
    assert Message.objects.get(pk=letter[1]).method == "post"
    assert case.ref not in overdue(bob)
    assert "Tell the school" not in opened(alice, "practice:my_work")


@pytest.mark.row("ESX-PSA-2.5.2")
def test_where_consent_is_refused_the_letter_is_blocked_and_the_refusal_recorded(
    world: World, browser: Browser, today: Today
) -> None:
    alice, bob = browser("alice"), browser("bob")
    today.is_(2010, 11, 12)
    (home, case), (later, other) = with_school(world, "Early"), with_school(world, "Late")
    asked(alice, home, "refused", "20/9/2010")
    for one in (case, other):
        close(alice, one)
    letters = {one.origin_id: one.pk for one in Message.objects.filter(service=SERVICE, kind="outcome_to_school")}
    blocked, waiting = [case.ref, letters[case.pk]], [other.ref, letters[other.pk]]
    for mixed in ([case.ref, letters[other.pk]], [other.ref, letters[case.pk]]):
        assert alice.get(reverse("practice:letter", args=mixed)).status_code == 404, "it is about another family"
        assert alice.post(reverse("practice:letter_hold_back", args=mixed)).status_code == 404
    page = opened(alice, "practice:letter", *blocked)
    assert "The family did not agree that the school is told" in page
    assert "Dear" not in page, "there is nothing to send"
    sent = {"sent_on": "12/11/2010", "method": "post", "recipient": "Quay Primary School"}
    alice.post(reverse("practice:letter", args=blocked), sent)
    assert Message.objects.get(pk=blocked[1]).state == "blocked"
    today.is_(2010, 12, 1)
    assert other.ref in overdue(bob), "only the family that was not asked is left"
    tasks.hand_over(SYSTEM, Message.objects.get(pk=waiting[1]), owner=None, team=other.team, at=today.now)
    assert f"{other.ref} Nobody yet in Tendring team 19 Nov 2010 12 days late" in overdue(bob)
    assert case.ref not in overdue(bob)

    assert "Ask the family whether the school may be told" in turned_down(alice, "practice:letter", *waiting, **sent)
    asked(alice, later, "refused", "1/12/2010")
    assert "does not want the school to be told" in turned_down(alice, "practice:letter", *waiting, **sent)
    assert "The refusal has been recorded." in told(alice, "practice:letter_hold_back", *waiting)
    assert other.ref not in overdue(bob)


# --- 2.6: supervision before a case ends ---


@pytest.mark.row("ESX-PSA-2.6.2")
def test_a_case_closes_after_supervision_agreed_it(world: World, browser: Browser, today: Today) -> None:
    alice, bob = browser("alice"), browser("bob")
    case = allocated(world, at=OPENED)
    today.is_(2010, 11, 5)
    refusal = turned_down(alice, "practice:case_close", case.ref, **MET)
    assert re.search("There is a problem .*No supervision has discussed this case", refusal)
    assert alice.get(reverse("practice:discussion_new", args=[case.ref])).status_code == 403, (
        "she may not agree herself"
    )
    posted(bob, "practice:discussion_new", case.ref, held_on="5/11/2010", decided="extend", note="Two more visits.")
    assert "Supervision decided to go on for longer" in turned_down(alice, "practice:case_close", case.ref, **MET)
    today.is_(2010, 11, 8)
    posted(bob, "practice:discussion_new", case.ref, held_on="8/11/2010", decided="close")
    today.is_(2010, 11, 12)
    assert f"Case {case.ref} is closed." in close(alice, case)


@pytest.mark.row("ESX-PSA-2.6.2")
def test_supervision_may_be_28_days_old_and_no_older(world: World, browser: Browser, today: Today) -> None:
    alice, case = browser("alice"), allocated(world, at=OPENED)
    supervised(world, case, at=moment(2010, 10, 1))
    _, other = with_school(world, "Other")
    today.is_(2010, 11, 8)
    close(alice, other)
    assert "Tell the school" in opened(alice, "practice:my_work")
    assert "Tell the school" not in opened(alice, "practice:case_close", case.ref), "that is another case's"
    today.is_(2010, 10, 30)
    refusal = turned_down(alice, "practice:case_close", case.ref, **MET)
    assert "Days since supervision: 29 days. The most allowed is 28 days." in refusal
    today.is_(2010, 10, 29)
    assert f"Case {case.ref} is closed." in close(alice, case)


@pytest.mark.row("ESX-PSA-2.6.2")
def test_moving_on_to_another_service_waits_for_supervision_too(world: World, browser: Browser, today: Today) -> None:
    alice, case = browser("alice"), allocated(world, at=OPENED)
    today.now = CLOSED
    there = _service("Young Carers").pk
    moved = {"reason": "referred_on", "destination": there, "destination_accepted": "yes", "outcomes_met": "partly"}
    refusal = turned_down(alice, "practice:case_close", case.ref, revision="2", **moved)
    assert "No supervision has discussed this case" in refusal
    supervised(world, case, at=moment(2010, 11, 8), decided="refer_on")
    page = told(alice, "practice:case_close", case.ref, revision="2", **moved)
    assert f"Case {case.ref} is closed." in page
    assert "Young Carers" in page


def _service(name: str) -> Entry:
    return directory.add(SYSTEM, Scope.of(service=SERVICE), service=SERVICE, name=name, at=OPENED)


SERVICES = ("Alpha", "Bridge", "Cedar", "Dawn", "Elm", "Ford", "Glade")


@pytest.mark.row("ESX-PSA-2.6.3")
def test_cases_end_closed_or_referred_on(world: World, browser: Browser, today: Today) -> None:
    today.now = CLOSED
    services = [_service(name) for name in SERVICES]
    ends: list[tuple[str, Entry | None]] = [("needs_met", None)] * 41
    ends += [("referred_on", one) for one in services] + [("disengaged", None)] * 2
    for number, (why, destination) in enumerate(ends):
        case = allocated(world, home=household(f"Name{number}"), at=OPENED)
        supervised(world, case, at=moment(2010, 11, 8), decided="refer_on" if destination else "close")
        _end(world, case, why, destination)
    today.is_(2010, 12, 31, 12)
    figure = browser("sam").get(reverse("oversight:figure", args=[SERVICE, "cases_ended"]) + "?until=2010-12-31")
    assert first_numbers(figure, "By closure reason") == {
        "Needs met": "41",
        "Referred to another service": "7",
        "Family stopped coming": "2",
    }
    said = words_of(figure)
    assert "How cases ended Clause 2.6 50 Taken on by the service they moved to: 85.7 % (6 of 7)." in said
    assert (
        said.count("Counted in records 50 Not counted in records – Not known records 0 Too early to say records 0") == 1
    )
    assert rows_of(figure, "By quadrant") == ["Mid 0 – 0", "North East 50 – 0", "South 0 – 0", "West 0 – 0"]
    taken_on = rows_of(figure, "By destination (taken on by the service they moved to)")
    assert [row.split(" ")[0] for row in taken_on] == list(SERVICES)
    assert [row.split(" ")[1] for row in taken_on] == ["100.0"] * 6 + ["0.0"]


@pytest.mark.row("ESX-PSA-2.6.3")
def test_where_a_family_was_referred_to_is_asked_by_the_command_too(world: World) -> None:
    case = allocated(world, at=OPENED)
    supervised(world, case, at=moment(2010, 11, 8), decided="refer_on")
    with pytest.raises(Refused) as refusal:
        _end(world, case, "referred_on", None)
    assert refusal.value.field == "destination"
    assert not Case.objects.filter(pk=case.pk, closed_at__isnull=False).exists()


def _end(world: World, case: Case, why: str, destination: Entry | None) -> None:
    commands.close(
        world.actor("alice"),
        case,
        reason=why,
        outcomes_met="partly" if destination else "fully",
        destination=destination,
        destination_accepted=destination.name != "Glade" if destination else None,
        at=CLOSED,
    )


# --- 1.1: well-being before and after ---

# Six questions, each answered from 0 to 5: the sums are 14 and 21.
AT_START = {"rest": 2, "mornings": 2, "enjoyed": 3, "someone": 2, "coped": 2, "look_ahead": 3}
AT_END = {"rest": 4, "mornings": 3, "enjoyed": 4, "someone": 3, "coped": 3, "look_ahead": 4}


def scored(client: Client, case: Case, point: str, answers: dict[str, int], day: str) -> str:
    whose = {"taken_on": day, "completed_by": "Pat"}
    return told(client, "practice:score_new", case.ref, "how_things_are", point, **answers, **whose)


@pytest.mark.row("ESX-PSA-1.1")
def test_well_being_improves_or_is_not_measured(world: World, browser: Browser, today: Today) -> None:
    alice = browser("alice")
    measured = allocated(world, home=household("Both"), at=OPENED)
    half = allocated(world, home=household("Half"), at=OPENED)
    today.now = OPENED
    asked_page = opened(alice, "practice:score_new", half.ref, "how_things_are", "start")
    assert "Think about the last two weeks. There are no right or wrong answers." in asked_page
    for case in (measured, half):
        assert "Kept. The score is 14." in scored(alice, case, "start", AT_START, "20/9/2010")
    assert "choose" in turned_down(alice, "practice:score_new", half.ref, "how_things_are", "end", rest=4).lower()
    today.now = CLOSED
    assert "Kept. The score is 21." in scored(alice, measured, "end", AT_END, "12/11/2010")
    for case in (measured, half):
        supervised(world, case, at=moment(2010, 11, 8))
        close(alice, case)
    today.is_(2010, 12, 31)
    where = [SERVICE, "wellbeing_improved"]
    figure = browser("sam").get(reverse("oversight:figure", args=where) + "?until=2010-12-31")
    assert "1 of 1" in words_of(figure)
    parts = first_numbers(figure, "Parts of the figure")
    assert (parts["Counted in records"], parts["Not counted in records"]) == ("1", "0")
    (listed,) = rows_of(
        browser("sam").get(reverse("oversight:records", args=where) + "?until=2010-12-31&answer=not_known"), "1 case"
    )
    assert half.ref in listed
    assert "Not measured" in listed


@pytest.mark.row("ESX-PSA-1.1")
def test_a_case_without_a_record_for_more_than_28_days_shows_the_gap(
    world: World, browser: Browser, today: Today
) -> None:
    case, alice = allocated(world, at=OPENED), world.actor("alice")
    for when in (moment(2010, 10, 18), moment(2010, 11, 16)):  # 28 days after the opening, and 29 days after that
        commands.record_contact(alice, case, kind="casework_session", happened_at=when, minutes=60, at=when)
    today.is_(2010, 11, 17)
    page = opened(browser("alice"), "practice:family_story", case.family.ref)
    assert "Nothing was recorded for 28 days, until 15 November 2010." in page
    assert page.count("Nothing was recorded") == 1, "28 days between two records are no gap"


@pytest.mark.row("ESX-PSA-1.1")
def test_the_form_takes_each_question_as_it_is_asked(world: World, browser: Browser, today: Today) -> None:
    alice, home = browser("alice"), household("Two")
    case = allocated(world, home=home, at=OPENED)
    today.now = OPENED
    where = ["practice:score_new", case.ref, "how_things_are", "start"]
    page = opened(alice, *where)
    assert "Whose answers" not in page, "there is one parent, so there is nothing to ask"
    assert page.count("Never Hardly ever Now and then Quite often Most days Every day") == len(AT_START)
    filled = AT_START | {"taken_on": "20/9/2010", "completed_by": "Pat"}
    for wrong, words in (
        ({"taken_on": "21/9/2010"}, "must be on or before 20 September 2010"),
        ({"completed_by": " "}, "Enter who filled it in"),
        ({"rest": 6}, "There is a problem"),
        ({"rest": ""}, "There is a problem"),
    ):
        assert words in turned_down(alice, *where, **(filled | wrong)), wrong
    for instrument, point in (("no_such_form", "start"), ("how_things_are", "middle")):
        assert alice.get(reverse("practice:score_new", args=[case.ref, instrument, point])).status_code == 404
    assert browser("carol").get(reverse("practice:score_new", args=where[1:])).status_code == 404
    assert not Administration.objects.filter(episode_id=case.pk).exists()
    assert "no score at the end" in opened(alice, "practice:case_close", case.ref)

    second = people.register(SYSTEM, home.family.scope, first_name="Kim", last_name="Two", at=OPENED)
    people.join(SYSTEM, home.family, person=second, part="parent", at=OPENED)
    today.is_(2010, 9, 21)
    assert "Choose whose answers these are" in turned_down(alice, *where, **filled)
    nothing = dict.fromkeys(AT_START, 0)
    kept = told(alice, *where, **(filled | nothing), person=str(second.pk))
    assert "Kept. The score is 0." in kept, "never is an answer, and not a gap"
    made = Administration.objects.get(episode_id=case.pk)
    assert (made.person_id, made.taken_on, made.completed_by) == (second.pk, OPENED.date(), "Pat")
    assert told(alice, *where[:3], "end", **(filled | {"taken_on": "21/9/2010"}), person=str(home.parent.pk))
    assert Administration.objects.get(episode_id=case.pk, point="end").person_id == home.parent.pk


@pytest.mark.row("ESX-PSA-1.1")
def test_attendance_stands_by_term_beside_the_work_with_the_family(
    world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    home = household("Field", children=("Ada", "Ben"))
    allocated(world, home=home, at=moment(2010, 6, 15, 9))
    mondays = {
        date(2010, 1, 25): 4,
        date(2010, 2, 8): 5,
        date(2010, 2, 22): 6,
        date(2010, 3, 29): 7,
        date(2010, 6, 7): 8,
    }
    weeks = [WeekTotal(home.child.pk, home.child.scope, monday, 10, came) for monday, came in mondays.items()]
    weeks += [WeekTotal(home.children[1].pk, home.child.scope, date(2010, 4, 26), 10, 1)]
    schooling.load_weeks(sam, Scope.of(service=SERVICE), weeks=weeks, at=moment(2010, 6, 15))
    too_young = people.register(
        SYSTEM, home.family.scope, first_name="Zoe", last_name="Field", born_on=date(2009, 1, 1), at=OPENED
    )
    people.join(SYSTEM, home.family, person=too_young, part="child", at=OPENED)
    today.is_(2010, 7, 1)
    page = browser("alice").get(reverse("practice:family_story", args=[home.family.ref]))
    assert rows_of(page, "Attendance by term") == [
        "Summer 2010, second half Ada Field 8 of 10 80.0 %",
        "Summer 2010, second half Ben Field Not known Not known",
        "Summer 2010, first half Ada Field Not known Not known",
        "Summer 2010, first half Ben Field 1 of 10 10.0 %",
        "Spring 2010, second half Ada Field 13 of 20 65.0 %",
        "Spring 2010, second half Ben Field Not known Not known",
        "Spring 2010, first half Ada Field 5 of 10 50.0 %",
        "Spring 2010, first half Ben Field Not known Not known",
    ], "from twenty weeks before the case was opened"
    assert "Zoe" not in " ".join(rows_of(page, "Attendance by term")), "nobody knows whether they are at school yet"


@pytest.mark.row("ESX-PSA-1.1")
def test_a_gap_is_told_within_the_case_and_among_what_was_asked_for(
    world: World, browser: Browser, today: Today
) -> None:
    alice, home = world.actor("alice"), household("Field")
    case = allocated(world, home=home, at=OPENED)
    other = allocated(world, home=household("Other"), at=moment(2010, 6, 1))  # of which nothing is known for months
    commands.record_contact(
        alice, other, kind="casework_session", happened_at=CLOSED, minutes=60, at=CLOSED
    )  # another family's
    for at in (moment(2010, 9, 21), moment(2010, 11, 1)):
        commands.record_contact(alice, case, kind="casework_session", happened_at=at, minutes=60, at=at)
    schooling.record_exclusion(
        SYSTEM, home.child, kind="fixed_term", started_on=date(2010, 10, 11), sessions=2, at=moment(2010, 10, 11)
    )
    gap = "Nothing was recorded for 40 days, until 31 October 2010."
    today.is_(2010, 11, 12)
    where = ["practice:family_story", home.family.ref]
    page = opened(browser("alice"), *where)
    assert page.count("Nothing was recorded") == 1, "what the school did is no work with the family"
    assert gap in page
    places = [page.index(words) for words in ("1 November 2010", "Nothing was recorded", "21 September 2010")]
    assert places == sorted(places), "the latest comes first, and the gap stands where it was"
    assert "Nothing was recorded" not in opened(browser("alice"), *where, query="?about=case")
    earlier = opened(browser("alice"), *where, query="?before=2010-10-20")
    assert "1 November" not in earlier
    assert "Nothing was recorded for 27 days" not in earlier, "28 days until the day asked for are no gap"
    assert "Attendance by term" not in earlier
    today.is_(2010, 12, 24)
    supervised(world, case, at=moment(2010, 11, 24))
    commands.close(alice, case, reason="needs_met", outcomes_met="fully", at=moment(2010, 11, 25))
    after = opened(browser("alice"), *where)
    assert after.count("Nothing was recorded") == 1, "after the case was closed nothing is missing"
    for who in ("carol", "dave"):
        assert browser(who).get(reverse(where[0], args=where[1:])).status_code in (403, 404), who
