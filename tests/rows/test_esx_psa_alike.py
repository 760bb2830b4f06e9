"""Whom the Essex advisors may know already, and how a child's attendance is told: beside the request, before anybody decides."""

import re
from datetime import date

import pytest
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families import commands as families
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import WeekTotal
from tests.fixtures.attendance import OF_SERVICE, load_attendance, load_exclusions
from tests.fixtures.browsing import Browser, Today, rows_of, words_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.referrals import received
from tests.fixtures.world import World, moment

AT = moment(2010, 6, 14)
ON = AT.date()


@pytest.fixture(autouse=True)
def in_its_own_time(today: Today) -> None:
    today.now = AT


@pytest.mark.row("ESX-PSA-2.4.1")
@pytest.mark.parametrize(
    ("first", "last", "born", "why"),
    [
        ("Katherine", "Marlowe", date(2001, 2, 3), "Same name, same date of birth"),
        ("Katherine", "Marlowe", None, "Same name"),
        ("Katherine", "Marlowe", date(2001, 3, 2), "Same name"),
        ("Katherine", "Marlowe", date(2000, 2, 3), "Same name"),
        ("Kathy", "Marlowe", date(2001, 2, 3), "Similar name, same date of birth"),
        ("Katherine", "Marlow", date(2001, 2, 3), "Similar name, same date of birth"),
        ("Kathreine", "Marlowe", date(2001, 2, 3), "Similar name, same date of birth"),
        ("Marlowe", "Katherine", date(2001, 2, 3), "Similar name, same date of birth"),
        ("Katherine Anne", "Marlowe", date(2001, 2, 3), "Similar name, same date of birth"),
        ("Katherine", "Hill", date(2001, 2, 3), ""),
        ("Robert", "Stone", date(2001, 2, 3), ""),
        ("Katherine", "Marlowe", date(1971, 9, 9), ""),
    ],
)
def test_somebody_who_may_be_known_already_stands_beside_the_request(
    world: World, browser: Browser, first: str, last: str, born: date | None, why: str
) -> None:
    known = household("Known", children=())
    child = families.register(SYSTEM, known.family.scope, first_name=first, last_name=last, born_on=born, at=AT)
    families.join(SYSTEM, known.family, person=child, part="child", at=AT)
    asked = household("Marlowe", children=("Katherine",), born_on=date(2001, 2, 3))
    request = received(asked, world.actor("erin"), at=AT)
    page = browser("bob").get(reverse("practice:request", args=[request.ref]))
    if why:
        (row,) = rows_of(page, "Possibly known already")
        assert row.startswith(f"{first} {last} ")
        assert f"Known family Katherine Marlowe {why}" in row
    else:
        assert "Possibly known already" not in words_of(page)


@pytest.mark.row("ESX-PSA-2.4.1")
def test_a_first_name_in_its_short_form_is_similar_and_another_of_three_letters_is_not(
    world: World, browser: Browser
) -> None:
    known, born = household("Known", children=()), date(2001, 2, 3)
    for name in ("Kimmy", "Kimie", "Kimberly", "Kit", "Jo", "Joy"):
        child = families.register(SYSTEM, known.family.scope, first_name=name, last_name="Marlowe", born_on=born, at=AT)
        families.join(SYSTEM, known.family, person=child, part="child", at=AT)
    for asked, expected in (
        (
            "Kim",
            {
                "Kimmy": "Similar name, s",
                "Kimie": "Similar name, s",
                "Kimberly": "Similar name, s",
                "Kit": "S",
                "Jo": "S",
            },
        ),
        ("Jo", {"Jo": "Same name, s", "Joy": "S", "Kit": "S"}),
    ):
        home = household("Marlowe", children=(asked,), born_on=born)
        request = received(home, world.actor("erin"), at=AT)
        rows = rows_of(browser("bob").get(reverse("practice:request", args=[request.ref])), "Possibly known already")
        told = {
            row.split(" ")[0]: row.rpartition(f"{asked} Marlowe ")[2].partition("ame date of birth")[0] for row in rows
        }
        assert {name: told.get(name) for name in expected} == expected, asked


@pytest.mark.row("ESX-PSA-2.4.1")
@pytest.mark.parametrize(
    ("weeks", "answer"), [(8, "Yes Attendance was 85.0 % over 8 of the last 12"), (7, "Not known")]
)
def test_two_thirds_of_the_weeks_must_be_on_record(
    world: World, browser: Browser, sam: Actor, weeks: int, answer: str
) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    load_attendance(sam, home.child, [17] * weeks, possible=[20] * weeks, before=ON, at=AT)
    request = received(home, world.actor("erin"), at=AT)
    rows = rows_of(browser("bob").get(reverse("practice:request", args=[request.ref])), "Reasons for")
    (told,) = [row for row in rows if row.startswith("Attendance in the range")]
    assert told.removeprefix("Attendance in the range ").startswith(answer)


@pytest.mark.row("ESX-PSA-2.4.1")
def test_the_picture_of_attendance_marks_the_week_in_which_the_case_began(
    world: World, browser: Browser, sam: Actor
) -> None:
    allocated(world, home=household("Earlier", children=("Tim",)), at=moment(2010, 4, 7))  # of another family
    home = household("Field", children=("Ada",))
    allocated(world, home=home, at=moment(2010, 5, 9))  # a Sunday: the last day of the third of these weeks
    mondays = [date(2010, 4, 19), date(2010, 4, 26), date(2010, 5, 3), date(2010, 5, 10)]
    came = zip(mondays, (10, 5, 0, 2), (10, 10, 10, 7), strict=True)
    early = WeekTotal(home.child.pk, home.child.scope, date(2009, 11, 23), 10, 10)  # more than twenty weeks before
    weeks = [early, *(WeekTotal(home.child.pk, home.child.scope, monday, there, here) for monday, here, there in came)]
    schooling.load_weeks(sam, OF_SERVICE, weeks=weeks, at=AT)
    address = reverse("practice:attendance", args=[home.family.ref, home.child.pk])
    page = browser("alice").get(address)
    assert rows_of(page, "Sessions by school week")[-1] == "10 May 2010 2 7 28.6 %"
    assert len(rows_of(page, "Sessions by school week")) == 4
    picture = page.content.decode()
    scale = re.search(r"app-columns-picture__scale.*?</div>", picture, flags=re.DOTALL)
    assert scale
    assert re.findall(r"<span>(.*?)</span>", scale[0].replace("\N{NO-BREAK SPACE}", " ")) == ["100 %", "50 %", "0 %"]
    bars = [float(x) for x in re.findall(r'<rect class="app-bar" x="([\d.]+)"', picture)]
    (mark,) = (float(x) for x in re.findall(r'<line class="app-mark" x1="([\d.]+)"', picture))
    assert bars[1] < mark < bars[2], "after the second bar and before the last: in the third week nobody came"
    file = browser("alice").get(address, {"download": "weeks"}).content.decode("utf-8-sig").splitlines()
    assert file[-1] == "2010-05-10,2,7,28.6"
