"""After the funding of the Essex advisors has ended: what stays readable, and what may still be written down. Clause 4.1."""

import re
from datetime import date

import pytest
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, told, turned_down
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.world import SERVICE, World, moment


@pytest.mark.row("ESX-PSA-0.3")
def test_figures_stay_readable_and_whoever_meets_no_family_reads_no_small_number(
    world: World, browser: Browser, today: Today
) -> None:
    """Of 8 families 6 live in one quadrant and 1 in each of two others: to tell the 6 would tell that the others are 2."""
    today.is_(2010, 9, 20)
    for number, place in enumerate(["tendring"] * 6 + ["chelmer", "basildon_heath"]):
        home = household(f"Home{number}", locality=place)
        allocated(world, home=home, at=today.now)
        if number in (0, 6):
            circumstances.record(SYSTEM, home.child, kind="vulnerable_group", value="young_carer", at=today.now)
    today.is_(2011, 8, 31)
    for who, rows in (
        ("sam", ["Mid 1", "North East 6", "South 1", "West 0"]),
        ("dave", ["Mid Hidden", "North East Hidden", "South Hidden", "West 0"]),
    ):
        where = reverse("oversight:figure", args=[SERVICE, "families_reached"]) + "?until=2011-08-31"
        page = browser(who).get(where)
        assert [row.partition(" –")[0] for row in rows_of(page, "By quadrant")] == rows, who
        if who == "sam":
            assert rows_of(page, "By vulnerable group") == ["Young carer 2 – 0", "Not known 6 – 0"], (
                "each its own children"
            )


@pytest.mark.row("ESX-PSA-0.3")
def test_what_happens_in_a_family_is_still_written_down(world: World, browser: Browser, today: Today) -> None:
    alice, home = browser("alice"), household("Field")
    case, family = allocated(world, home=home, at=moment(2010, 9, 20)), home.family.ref
    allocated(world, home=household("Hill", children=("Tom",)), at=moment(2010, 9, 20))
    today.is_(2011, 4, 1)
    joins = {"first_name": "Kim", "last_name": "Field", "sex": "F", "part": "parent", "since": "1/3/2011"}
    posted(alice, "practice:person_new", family, **joins)
    carer = Person.objects.get(first_name="Kim", last_name="Field")
    for where in (["practice:family_people", family], ["practice:case", case.ref]):
        assert "Kim Field" in opened(alice, *where)
        assert "Hill" not in opened(alice, *where), "another family whom she works with is not of this one"
    page = alice.get(reverse("practice:family_people", args=[family])).content.decode()
    tree = page.partition("app-svg--kin")[2].partition("</svg>")[0]
    assert 'viewBox="0 0 408.0 228.0" width="408.0"' in page, "two places wide and two generations high"
    drawn = re.findall(r'<text class="app-kin__name" x="([^"]+)" y="([^"]+)">([^<]+)', tree)
    assert drawn == [
        ("62.0", "28.0", "Kim Field"), ("252.0", "28.0", "Pat Field"), ("157.0", "154.0", "Ada Field"),
        ("157.0", "171.0", "8 years"),
    ]  # fmt: skip
    assert 'cx="34.0" cy="34.0" r="20.0"' in tree, "a circle for a woman"
    for corners in (
        "129.0,140.0 149.0,160.0 129.0,180.0 109.0,160.0",
        "129.0,145.0 144.0,160.0 129.0,175.0 114.0,160.0",
    ):
        assert f'points="{corners}"' in tree, "a double outline for the child whom the work is about"
    gone = ["practice:person_leave", family, carer.pk]
    assert "That day is before the person joined. Choose a later day." in turned_down(alice, *gone, on="28/2/2011")
    assert "must be on or before 1 April 2011" in turned_down(alice, *gone, on="2/4/2011")
    assert "Kim Field has left the family." in told(alice, *gone, on="1/3/2011")
    assert alice.post(reverse(gone[0], args=gone[1:]), {"on": "1/3/2011"}).status_code == 404
    with pytest.raises(Refused, match="Kim Field does not belong to this family now"):
        families.leave(SYSTEM, home.family, person=carer, on=date(2011, 3, 2), at=today.now)
    with pytest.raises(Refused, match="The day cannot be in the future"):
        families.leave(SYSTEM, home.family, person=home.child, on=date(2011, 4, 2), at=today.now)
    moved = {"lines": "2 Sea View", "postcode": "CO15 1AA", "since": "1/3/2011"}
    posted(alice, "practice:person_move", family, home.parent.pk, **moved)
    for where in (["practice:family_people", family], ["practice:case", case.ref]):
        page = opened(alice, *where)
        assert "Kim Field" not in page, "who has left the family is no longer rung"
        assert "2 Sea View" in page
        assert "1 Mill Lane" not in page, "that is where they lived before"
    assert "Pat Field has left the family." in told(
        alice, "practice:person_leave", family, home.parent.pk, on="1/4/2011"
    )
