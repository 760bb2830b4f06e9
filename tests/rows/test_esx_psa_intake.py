"""Essex Parent Support Advisors: who is taken on, and who works with them. Values as the register gives them, on the pages."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.queries import agreement_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Task
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import ExclusionGiven, WeekTotal
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.replies import letters_of
from fingerpost.work.workforce.models import Holding
from tests.fixtures.attendance import OF_SERVICE, load_attendance, load_exclusions, spread
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, told, turned_down, words_of
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import Household, household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import SERVICE, World, moment

# Twelve school weeks end before this Monday. Two weeks of Easter holiday and a week of half term lie among them.
AT = moment(2010, 6, 14)
ON = AT.date()
IN_RANGE, FORECAST, EXCLUSION, CAF = (
    "Attendance in the range",
    "Attendance likely to fall into the range",
    "A fixed term exclusion",
    "A common assessment that asks for parenting support",
)
Panel = Callable[[Request], dict[str, str]]


@pytest.fixture(autouse=True)
def in_its_own_time(today: Today) -> None:
    today.now = AT


@pytest.fixture
def panel(browser: Browser) -> Panel:
    """What the page of a request says to each question, as Bob reads it: the answer, why, and the clause."""

    def read(request: Request) -> dict[str, str]:
        rows = rows_of(browser("bob").get(reverse("practice:request", args=[request.ref])), "Reasons for")
        return {
            q: row.removeprefix(q).strip()
            for row in rows
            for q in (IN_RANGE, FORECAST, EXCLUSION, CAF)
            if row.startswith(q)
        }

    return read


@pytest.fixture
def decide(browser: Browser) -> Callable[[Request], str]:
    """Bob decides on the page; what he then reads."""
    return lambda request: told(browser("bob"), "practice:request_decide", request.ref)


@pytest.fixture
def agree(dave: Actor) -> Callable[..., None]:
    """The commissioner agrees the other reading of a question from 1 June, or another day."""

    def other_reading(question: str, day: date = date(2010, 6, 1)) -> None:
        contracts.agree_reading(dave, agreement_of(SERVICE), question=question, letter="B", in_force_from=day, at=AT)

    return other_reading


TOO_LOW = (
    "No Attendance was 79.2 % over 12 of the last 12 school weeks, below 80 %. "
    "Refer the child to the Education Welfare Officer. 2.4"
)


def asked_for(world: World, home: Household, *, at: datetime = AT, caf: bool = True) -> Request:
    """Erin's school asks for the family, which has a common assessment of 4 May unless that is still to come."""
    if caf:
        assessed(home, world.actor("alice"), on=date(2010, 5, 4), at=at)
    return received(home, world.actor("erin"), at=at)


def in_range(sam: Actor, home: Household, attended: int = 102) -> None:
    """So many of 120 sessions in twelve weeks, missed early so that nothing looks like a fall; and a week before, never there."""
    load_attendance(sam, home.child, [0, *reversed(spread(attended, 12))], before=ON, at=AT)


@pytest.mark.row("ESX-PSA-2.4.1")
@pytest.mark.parametrize(
    ("attended", "told_bob", "words"),
    [
        (102, "The request is accepted", "Yes Attendance was 85.0 % over 12 of the last 12 school weeks. 2.4"),
        (96, "The request is accepted", "Yes Attendance was 80.0 % over 12 of the last 12 school weeks. 2.4"),
        (
            95,
            "Refer to education welfare officer",
            TOO_LOW,
        ),
        (
            109,
            "The request is not accepted",
            "No Attendance was 90.8 % over 12 of the last 12 school weeks, above 90 %. 2.4",
        ),
        (108, "The request is accepted", "Yes Attendance was 90.0 % over 12 of the last 12 school weeks. 2.4"),
    ],
)
def test_attendance_from_80_to_90_percent(
    world: World, sam: Actor, decide: Callable[[Request], str], panel: Panel, attended: int, told_bob: str, words: str
) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    in_range(sam, home, attended)
    request = asked_for(world, home)
    assert panel(request)[IN_RANGE] == words, "he sees it before he decides"
    assert told_bob in decide(request)
    assert panel(request)[IN_RANGE] == words


@pytest.mark.row("ESX-PSA-2.4.1")
def test_a_holiday_of_two_weeks_does_not_shorten_the_span(
    world: World, browser: Browser, sam: Actor, panel: Panel
) -> None:
    home = household(children=("Ada", "Ben"))
    in_range(sam, home)
    to_come = WeekTotal(home.child.pk, home.child.scope, date(2010, 6, 21), 10, 10)
    schooling.load_weeks(sam, OF_SERVICE, weeks=[to_come], at=AT)
    address = reverse("practice:attendance", args=[home.family.ref, home.child.pk])
    weeks = [row.rsplit(" ", 4) for row in rows_of(browser("alice").get(address), "Sessions by school week")]
    days = [one[0] for one in weeks]
    assert len(days) == 13, "the twelve, and one before them"
    assert (days[1], days[-1]) == ("1 March 2010", "7 June 2010")
    assert not {"5 April 2010", "12 April 2010", "31 May 2010"} & set(days), "holidays are no school weeks"
    request = asked_for(world, Household(home.family, home.parent, home.children[:1]))
    assert panel(request)[IN_RANGE].startswith("Yes Attendance was 85.0 % over 12 of the last 12 school weeks")
    assert panel(request)[EXCLUSION].startswith("Not known"), "nobody knows on which school's list they would stand"

    # Twenty weeks are shown before the first case, or before today; each week as it was put right, and of this child alone.
    more = [
        WeekTotal(person.pk, person.scope, monday, 10, came)
        for person, monday, came in (
            (home.child, date(2010, 1, 18), 1),
            (home.child, date(2010, 1, 25), 2),
            (home.child, date(2010, 3, 1), 9),
            (home.children[1], date(2010, 3, 1), 3),
        )
    ]
    schooling.load_weeks(sam, OF_SERVICE, weeks=more, at=AT)
    shown = rows_of(browser("alice").get(address), "Sessions by school week")
    assert shown[0] == "25 January 2010 2 10 20.0 %"
    assert [row for row in shown if row.startswith("1 March 2010")] == ["1 March 2010 9 10 90.0 %"]
    file = browser("alice").get(address, {"download": "weeks"}).content.decode("utf-8-sig").splitlines()
    assert file[:2] == ["week of,attended,possible,percent", "2010-01-25,2,10,20.0"]
    assert len(file) == len(shown) + 1
    for who, answer in (("carol", 404), ("dave", 403), ("erin", 403)):
        assert browser(who).get(address).status_code == answer, who
    strangers = household("Other", children=("Mia",)).child
    assert browser("alice").get(reverse("practice:attendance", args=[home.family.ref, strangers.pk])).status_code == 404
    begun = household("Open", children=("Kit",), born_on=date(2001, 3, 3))
    allocated(world, home=begun, at=moment(2010, 4, 7))
    before = [
        WeekTotal(begun.child.pk, begun.child.scope, monday, 10, 5)
        for monday in (date(2009, 11, 16), date(2009, 11, 23))
    ]
    schooling.load_weeks(sam, OF_SERVICE, weeks=before, at=AT)
    address = reverse("practice:attendance", args=[begun.family.ref, begun.child.pk])
    page = browser("alice").get(address)
    assert rows_of(page, "Sessions by school week") == ["23 November 2009 5 10 50.0 %"]
    assert "7 April 2010" in rows_of(page, "exclusions")[0]


@pytest.mark.row("ESX-PSA-2.4.1")
def test_the_ends_of_the_range_may_be_agreed_otherwise(
    world: World, sam: Actor, agree: Callable[..., None], decide: Callable[[Request], str]
) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    in_range(sam, home, 96)
    agree("casework.band_ends")
    assert "Refer to education welfare officer" in decide(asked_for(world, home))


@pytest.mark.row("ESX-PSA-2.4.1")
@pytest.mark.row("ESX-PSA-2.4.3")
@pytest.mark.row("ESX-PSA-2.4.4")
@pytest.mark.parametrize(("day", "is_in_force"), [(ON, True), (ON + timedelta(days=1), False)])
def test_a_reading_holds_from_its_day_and_is_agreed_by_a_person_among_those_offered(
    world: World, browser: Browser, sam: Actor, dave: Actor, agree: Callable[..., None], panel: Panel,
    decide: Callable[[Request], str], day: date, is_in_force: bool,
) -> None:  # fmt: skip
    home, agreement = household(), agreement_of(SERVICE)
    load_exclusions(sam, complete_to=ON, at=AT)
    in_range(sam, home, 96)
    agreed: dict[str, Any] = {"letter": "B", "in_force_from": day, "at": AT}
    for who, wrong in (
        (Actor.system("Set-up"), {}),
        (dave, {"question": "casework.no_such_question"}),
        (dave, {"letter": "Z"}),
    ):
        with pytest.raises(Refused):
            contracts.agree_reading(who, agreement, **({"question": "casework.band_ends"} | agreed | wrong))
    for question in ("casework.band_ends", "casework.exclusions", "casework.assessment_scope"):
        agree(question, day)
    request = asked_for(world, home)
    assert ("Refer to education welfare officer" in decide(request)) == is_in_force
    assert ("this reading asks" in panel(request)[EXCLUSION].lower()) == is_in_force
    assert panel(request)[CAF].startswith("Yes")
    clause = words_of(browser("dave").get(reverse("oversight:clause", args=[SERVICE, "attendance_range"])))
    assert ("B: Only attendance between the two is inside Agreed" in clause) == is_in_force


@pytest.mark.row("ESX-PSA-2.4.2")
def test_a_refusal_that_was_never_sent_is_held_back_once_a_fall_is_seen(
    world: World, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    home = household(children=("Ines",), born_on=date(1999, 1, 20))
    load_exclusions(sam, complete_to=ON, at=AT)
    load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
    request = asked_for(world, home)
    assert "The request is not accepted" in decide(request)
    assert panel(request)[FORECAST] == "No Nothing shows that attendance is about to fall into the range. 2.4"
    (letter,) = letters_of(request)
    standing = Task.objects.filter(service=SERVICE, kind="reply_to_referrer").open()
    assert (letter.state, standing.count()) == ("draft", 1)
    load_attendance(sam, home.child, [9, 9, 9, 9], before=ON, at=AT)  # 90 % over the last four: at the top of the range
    assert "The request is awaiting forecast reason" in decide(request)
    assert panel(request)[FORECAST].startswith("No Attendance fell to 90.0 % over 4 of the last 4 school weeks.")
    (letter,) = letters_of(request)
    assert (letter.state, standing.count()) == ("blocked", 0)


@pytest.mark.row("ESX-PSA-2.4.2")
def test_a_forecast_needs_a_typed_reason_and_is_counted_apart(
    world: World, browser: Browser, today: Today, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    home, other = household("Fall", children=("Ines",), born_on=date(1999, 1, 20)), household("Range")
    load_exclusions(sam, complete_to=ON, at=AT)
    # 78 of 80, then 32 of 40: 91.7 % over twelve weeks and 80 % over the last four.
    load_attendance(sam, home.child, [*([10] * 6), 9, 9, 8, 8, 8, 8], before=ON, at=AT)
    in_range(sam, other)
    assert "The request is accepted" in decide(asked_for(world, other))
    request, bob = asked_for(world, home), browser("bob")
    assert "The request is awaiting forecast reason" in decide(request)
    assert panel(request)[FORECAST].startswith("No Attendance fell to 80.0 % over 4 of the last 4 school weeks.")
    worker = {"worker": world.users["alice"].pk}
    assert "cannot be allocated" in turned_down(bob, "practice:request_allocate", request.ref, **worker)
    assert "Enter why attendance is likely" in turned_down(
        bob, "practice:request_forecast", request.ref, forecast_reason=" "
    )
    with pytest.raises(Refused):  # the rule holds without the form
        referrals.accept_on_forecast(world.actor("bob"), request, forecast_reason=" ", at=AT)
    assert "The request is accepted" not in opened(bob, "practice:request", request.ref)

    typed = {"forecast_reason": "Her mother is ill again"}
    assert "The request is accepted" in told(bob, "practice:request_forecast", request.ref, **typed)

    assert panel(request)[FORECAST] == (
        "Yes Attendance was 80.0 % over 4 of the last 4 school weeks. The worker wrote: Her mother is ill again 2.4"
    )
    assert "is now with Alice Marsh" in told(bob, "practice:request_allocate", request.ref, **worker)
    today.is_(2010, 9, 30)
    figure = browser("sam").get(reverse("oversight:figure", args=[SERVICE, "requests_accepted"]) + "?until=2010-09-30")
    by_way_in = [row.split()[:2] for row in rows_of(figure, "By route")]
    assert by_way_in == [["Attendance", "1"], ["Forecast", "1"]]


@pytest.mark.row("ESX-PSA-2.4.3")
def test_one_fixed_term_exclusion_of_two_days_is_named(
    world: World, sam: Actor, panel: Panel, agree: Callable[..., None], decide: Callable[[Request], str]
) -> None:
    home = household()
    # 96 of 100 sessions.
    load_attendance(sam, home.child, [*([10] * 7), 6, 5, 5, 5, 5], possible=[*([10] * 8), 5, 5, 5, 5], before=ON, at=AT)
    child, scope = home.child.pk, home.child.scope
    first = ExclusionGiven(child, scope, "fixed_term", date(2010, 5, 18), date(2010, 5, 19), 4, ("PP",), "8815001")
    load_exclusions(sam, [first], complete_to=ON, at=AT)
    request = asked_for(world, home)
    assert "The request is accepted" in decide(request)
    assert panel(request)[IN_RANGE] == "No Attendance was 96.0 % over 12 of the last 12 school weeks, above 90 %. 2.4"
    assert panel(request)[EXCLUSION] == (
        "Yes The school excluded the child for a fixed term: 18 May 2010 to 19 May 2010 (2 days). 2.4"
    )

    # The other reading, exactly one, is a setting: with a second exclusion it no longer admits.
    second = ExclusionGiven(child, scope, "fixed_term", date(2010, 6, 8), None, 1)
    load_exclusions(sam, [second], complete_to=ON, at=AT)
    assert "The request is accepted" in decide(request)
    assert "8 June 2010 (½ day)" in panel(request)[EXCLUSION]
    agree("casework.exclusions")
    assert "The request is not accepted" in decide(request)


@pytest.mark.row("ESX-PSA-2.4.3")
def test_without_the_schools_list_it_is_not_known_whether_there_was_an_exclusion(
    world: World, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    home = household()
    load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
    request = asked_for(world, home)
    assert "The request is accepted" not in decide(request)
    assert panel(request)[EXCLUSION].startswith("Not known")


@pytest.mark.row("ESX-PSA-2.4.3")
@pytest.mark.parametrize(
    ("spans", "answer"),
    [
        ([(date(1990, 1, 1), ON)], "Yes"),
        ([(date(1990, 1, 1), date(2010, 4, 30)), (date(2010, 5, 1), ON)], "Yes"),
        ([(date(2010, 4, 20), ON), (date(1990, 1, 1), date(2010, 5, 7))], "Yes"),
        ([(date(1990, 1, 1), ON), (date(2010, 4, 20), date(2010, 5, 7))], "Yes"),
        ([(date(1990, 1, 1), date(2010, 4, 29)), (date(2010, 5, 3), ON)], "Not known"),
        ([(date(2010, 4, 20), ON)], "Not known"),
    ],
)
def test_exactly_one_is_known_where_lists_cover_the_time_without_a_gap(
    world: World, sam: Actor, panel: Panel, agree: Callable[..., None], spans: list[tuple[date, date]], answer: str
) -> None:
    home = household()
    load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
    first = ExclusionGiven(home.child.pk, home.child.scope, "fixed_term", date(2010, 5, 18), date(2010, 5, 19), 4)
    for since, until in spans:
        load_exclusions(sam, [first], complete_from=since, complete_to=until, at=AT)
    request = asked_for(world, home)
    assert panel(request)[EXCLUSION].startswith("Yes"), "one on record is one at least"
    agree("casework.exclusions")
    assert panel(request)[EXCLUSION].startswith(answer)


@pytest.mark.row("ESX-PSA-2.4.3")
def test_an_exclusion_for_good_is_no_fixed_term_exclusion(
    world: World, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    home = household()
    load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
    given = ExclusionGiven(home.child.pk, home.child.scope, "permanent", date(2010, 5, 18), None, None)
    load_exclusions(sam, [given], complete_to=ON, at=AT)
    request = asked_for(world, home)
    assert "The request is not accepted" in decide(request)
    assert (
        panel(request)[EXCLUSION] == "No There is no fixed term exclusion in the time looked at (12 school weeks). 2.4"
    )


@pytest.mark.row("ESX-PSA-2.4.4")
def test_without_a_common_assessment_nobody_is_allocated(
    world: World, browser: Browser, today: Today, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    today.is_(2010, 5, 3)
    before, home, bob = today.now, household(), browser("bob")
    load_exclusions(sam, complete_to=before.date(), at=before)
    # 84 of 100 sessions.
    attended, possible = [4, 4, 4, 4, *([8] * 4), *([9] * 4)], [5, 5, 5, 5, *([10] * 8)]
    load_attendance(sam, home.child, attended, possible=possible, before=before.date(), at=before)
    request = asked_for(world, home, at=before, caf=False)
    assert "The request is awaiting assessment" in decide(request)
    assert panel(request)[IN_RANGE].startswith("Yes Attendance was 84.0 % over 12 of the last 12 school weeks.")
    worker = {"worker": world.users["alice"].pk}
    refusal = turned_down(bob, "practice:request_allocate", request.ref, **worker)
    assert "This request is awaiting assessment, so it cannot be allocated" in refusal
    assert not Case.objects.filter(service=SERVICE).exists()

    today.is_(2010, 5, 4)
    made = {"assessed_on": "4/5/2010", "author": "J Day"}
    posted(browser("alice"), "practice:assessment_new", home.family.ref, **made, needs=["parenting_support"])

    assert panel(request)[CAF].startswith(
        "Yes The common assessment of 4 May 2010 found that parenting support would help."
    )
    assert "is now with Alice Marsh" in told(bob, "practice:request_allocate", request.ref, **worker)


@pytest.mark.row("ESX-PSA-2.4.4")
@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2010, 3, 1), "The request is accepted"), (date(2010, 2, 28), "The request is awaiting assessment")],
)
def test_an_assessment_counts_from_the_first_of_the_last_12_school_weeks(
    world: World, sam: Actor, decide: Callable[[Request], str], day: date, words: str
) -> None:
    home = household()
    in_range(sam, home)
    load_exclusions(sam, complete_to=ON, at=AT)
    assessed(home, world.actor("alice"), on=day, at=AT)
    assert words in decide(asked_for(world, home, caf=False))


@pytest.mark.row("ESX-PSA-2.4.4")
def test_an_assessment_without_parenting_support_admits_nobody(
    world: World, browser: Browser, sam: Actor, panel: Panel, decide: Callable[[Request], str]
) -> None:
    home = household()
    in_range(sam, home)
    load_exclusions(sam, complete_to=ON, at=AT)
    request = asked_for(world, home, caf=False)
    made = {"assessed_on": "4/5/2010", "author": "J Day", "needs": ["housing"]}
    posted(browser("alice"), "practice:assessment_new", home.family.ref, **made)
    assert "The request is not accepted" in decide(request)
    assert panel(request)[CAF].startswith("No The common assessment does not say that parenting support would help.")
    worker = {"worker": world.users["alice"].pk}
    assert "so it cannot be allocated" in turned_down(
        browser("bob"), "practice:request_allocate", request.ref, **worker
    )


@pytest.mark.row("ESX-PSA-2.4.4")
def test_the_other_reading_asks_for_an_assessment_after_an_exclusion_only(
    world: World, bob: Actor, sam: Actor, agree: Callable[..., None], decide: Callable[[Request], str]
) -> None:
    home, excluded = household("Range"), household("Out", children=("Ines",), born_on=date(1999, 1, 20))
    in_range(sam, home)
    load_attendance(sam, excluded.child, [10] * 12, before=ON, at=AT)
    load_exclusions(sam, complete_to=ON, at=AT)
    schooling.record_exclusion(bob, excluded.child, kind="fixed_term", started_on=date(2010, 6, 8), sessions=2, at=AT)
    agree("casework.assessment_scope")
    assert "The request is accepted" in decide(asked_for(world, home, caf=False))
    assert "The request is awaiting assessment" in decide(asked_for(world, excluded, caf=False))


@pytest.mark.row("ESX-PSA-2.5.1")
def test_the_advisor_of_the_home_locality_is_proposed(
    world: World, browser: Browser, sam: Actor, decide: Callable[[Request], str]
) -> None:
    home, bob = household(locality="tendring"), browser("bob")
    schooling.enrol(world.actor("bob"), home.child, school=world.schools["8815002"], at=AT)  # in Colchester
    in_range(sam, home)
    load_exclusions(sam, complete_to=ON, at=AT)
    request = asked_for(world, home)
    decide(request)
    page = bob.get(reverse("practice:request_allocate", args=[request.ref])).content.decode()
    (proposed,) = [one for one in re.findall(r"<input[^>]+type=\"radio\"[^>]*>", page) if " checked" in one]
    assert str(world.users["alice"].pk) in proposed
    assert page.index("Alice Marsh, Tendring") < page.index("Carol Reed, Colchester")

    elsewhere = {"worker": world.users["carol"].pk}
    refusal = turned_down(bob, "practice:request_allocate", request.ref, **elsewhere)
    assert "Why should somebody from another locality work with this family?" in refusal
    assert not Case.objects.filter(service=SERVICE).exists()

    reason = {"exception_reason": "Alice knows the family privately"}
    page_of_case = told(bob, "practice:request_allocate", request.ref, **elsewhere, **reason)
    assert "is now with Carol Reed" in page_of_case
    assert "Alice knows the family privately" in page_of_case


@pytest.mark.row("ESX-PSA-2.5.1")
def test_who_is_proposed_first_and_nobody_where_nobody_works_or_a_case_moves(
    world: World, browser: Browser, sam: Actor, bob: Actor
) -> None:
    def offered(name: str, ref: str) -> tuple[list[str], int, str]:
        """Who may be chosen, in their order, how many are ticked, and the words of the page."""
        page = browser("bob").get(reverse(name, args=[ref]))
        inputs = re.findall(r"<input[^>]+type=\"radio\"[^>]*>", page.content.decode())
        named = {str(user.pk): key for key, user in world.users.items()}
        chosen = [re.search(r'value="([^"]+)"', one)[1] for one in inputs]  # type: ignore[index]
        return [named[one] for one in chosen], sum(" checked" in one for one in inputs), words_of(page)

    home = household(children=("Ines",), born_on=date(1999, 1, 20))
    case = allocated(world, home=home, at=AT)
    request = accepted(household("Next", children=("Tim",), born_on=date(2000, 2, 2)), AT)
    nobody = "Nobody in post works where this family lives."
    people, ticked, page = offered("practice:request_allocate", request.ref)
    assert (people[0], "carol" in people, ticked) == ("alice", True, 1)
    assert nobody not in page
    people, ticked, page = offered("practice:case_allocate", case.ref)
    assert ("alice" in people, "carol" in people, ticked) == (False, True, 0), "whoever has it is not offered it"
    for who, answer in (("alice", 403), ("sam", 403), ("dave", 403)):
        found = browser(who).get(reverse("practice:request_allocate", args=[request.ref]))
        assert found.status_code == answer, who
    Holding.objects.filter(user__in=[world.users["alice"], world.users["bob"]]).update(until=date(2010, 6, 13))
    people, ticked, page = offered("practice:request_allocate", request.ref)
    assert (people, ticked) == (["carol"], 0)
    assert nobody in page
