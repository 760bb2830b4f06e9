"""After the funding of the Essex advisors has ended: what stays readable, and what may still be written down. Clause 4.1."""

import re
from datetime import date

import pytest
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person, PersonCheck
from fingerpost.people.schooling import commands as schooling
from fingerpost.work.casework import commands as casework
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups import commands as groups
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, told, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import proposed_run
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


@pytest.mark.row("ESX-PSA-0.3")
def test_a_family_is_still_read_as_it_was_on_each_day(world: World, browser: Browser, today: Today) -> None:
    home, other, opened_at = household("Field"), household("Hill", children=("Tom",)), moment(2010, 9, 20)
    there = directory.add(
        SYSTEM,
        Scope.of(service=SERVICE),
        service=SERVICE,
        name="Family Mediation Service of North East Essex",
        at=opened_at,
    )
    run = proposed_run(world, starts_on=date(2010, 10, 4), ends_on=date(2010, 12, 6), places=4)
    beside = proposed_run(world, offer="workshop", ends_on=date(2011, 6, 1))
    for one, worker in ((home, "alice"), (other, "carol")):
        schooling.enrol(
            SYSTEM,
            one.child,
            school=world.schools["8815001" if one is home else "8815002"],
            since=date(2010, 9, 6),
            at=opened_at,
        )
        case = allocated(world, home=one, worker=worker, at=opened_at, referrer_name=f"Head of {one.family.name}")
        given_up = groups.book(SYSTEM, beside, person=one.parent, family=one.family, at=moment(2010, 10, 1))
        groups.cancel(SYSTEM, given_up, at=moment(2010, 10, 1))
        groups.book(SYSTEM, run, person=one.parent, family=one.family, at=moment(2010, 10, 1))
        if one is home:
            supervised(world, case, at=moment(2010, 11, 8), decided="refer_on")
            casework.close(
                SYSTEM,
                case,
                reason="referred_on",
                outcomes_met="fully",
                destination=there,
                destination_accepted=True,
                at=moment(2010, 11, 12),
            )
    families.relate(SYSTEM, home.parent, kind="parent", other=home.child, since=date(2010, 9, 20), at=opened_at)
    today.is_(2011, 4, 1)
    alice = browser("alice")
    school, worker, group, asked, service = (
        "School Quay Primary School Ada Field 6 September 2010",
        "Worker Alice Marsh Field family 20 September 2010",
        "Group Strong parents Pat Field 4 October 2010",
        "Asked for support Head of Field family Field family 20 September 2010",
        f"Service {there.name} Field family 12 November 2010",
    )
    for day, ties in (
        ("6/9/2010", [school]),
        ("19/9/2010", [school]),
        ("20/9/2010", [school, worker, asked]),
        ("30/9/2010", [school, worker, asked]),
        ("1/10/2010", [school, worker, group, asked]),
        ("11/11/2010", [school, worker, group, asked]),
        ("12/11/2010", [school, worker, group, asked, service]),
        ("13/11/2010", [school, group, asked, service]),
        ("6/12/2010", [school, group, asked, service]),
        ("7/12/2010", [school, asked, service]),
    ):
        page = alice.get(reverse("practice:family_people", args=[home.family.ref]), {"on": day})
        assert rows_of(page, "Schools, workers, groups and services") == ties, day
        is_related = "No relationship has been recorded." not in page.content.decode()
        assert is_related == (day not in ("6/9/2010", "19/9/2010")), "from the first day of the tie on"
    picture = page.content.decode().partition("app-svg--ties")[2].partition("</svg>")[0]
    assert re.findall(r'<line class="app-tie" ([^>]+)>', picture) == [
        'x1="310.0" y1="92.0" x2="210" y2="46.0"',
        'x1="310.0" y1="92.0" x2="210" y2="138.0"',
        'x1="310.0" y1="92.0" x2="410" y2="92.0"',
    ], "two on the left and one on the right"
    assert re.findall(r'x="(\d+)" y="([^"]+)">([^<]+)', picture) == [
        ("10", "29.0", "School"), ("10", "50.0", "Quay Primary School"),
        ("10", "121.0", "Service"), ("10", "142.0", "Family Mediation Service"), ("10", "162.0", "of North East Essex"),
        ("420", "75.0", "Asked for support"), ("420", "96.0", "Head of Field family"),
    ]  # fmt: skip
    first = opened(alice, "practice:family_people", home.family.ref, query="?on=5/9/2010")
    assert "Nothing outside the home is known for that day." in first
    assert "Links outside the home" not in first

    # Who is written down now and may be somebody whom Alice may not meet is pointed out to that family's own team.
    elsewhere, born_on = household("Moor", locality="colchester", children=()), date(1980, 5, 6)
    known = families.register(
        SYSTEM, elsewhere.family.scope, first_name="Rose", last_name="Moor", born_on=born_on, at=opened_at
    )
    families.join(SYSTEM, elsewhere.family, person=known, part="parent", at=opened_at)
    joins = {"first_name": "Rose", "last_name": "Moor", "born_on": "6/5/1980", "sex": "F", "part": "other"}
    assert "Rose Moor now belongs to the family." in told(alice, "practice:person_new", home.family.ref, **joins)
    assert [one.person_id for one in PersonCheck.objects.filter(service=SERVICE)] == [known.pk]
