"""The table of need of the Essex advisors: how a list of rates is read, ranked, flagged and kept. Clause 2.2, on its pages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.commands import NeedGiven
from fingerpost.ground.places.models import Area, NeedTable
from fingerpost.work.workforce.models import Post
from tests.fixtures.browsing import (
    Browser,
    Today,
    heads_of,
    in_order_of,
    opened,
    options_of,
    posted,
    rows_of,
    searched,
    turned_down,
    words_of,
)  # fmt: skip
from tests.fixtures.families import SYSTEM
from tests.fixtures.staff import WHOLE, need_table
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
TOLD = {"since": "1/4/2010", "period_from": "1/9/2009", "period_to": "31/3/2010", "source": "School census"}
NEED = "oversight:need"
WRONG = """Locality,Absence rate,Advisors
Tendring,-0.01
,4
Chelmer,100.01
Colne Side,NaN

Colchester,4,-1
Blackwater,4,1000
Harlow Fields,4,two
Maldon,4
Tendring
"""


def sent(client: Client, content: str | bytes, **otherwise: str) -> Any:
    """The list sent on the form."""
    told = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("need.csv", told, "text/csv")
    return client.post(reverse("oversight:need_new", args=[SERVICE]), {**TOLD, **otherwise, "file": file})


def shown(client: Client, query: str = "?rows=100") -> list[str]:
    return rows_of(client.get(reverse(NEED, args=[SERVICE]) + query), "area")


@pytest.mark.row("ESX-PSA-2.2")
def test_the_first_five_need_two_advisors_and_the_last_five_at_most_one(
    world: World, browser: Browser, today: Today
) -> None:
    codes = list(Area.objects.filter(scheme=SERVICE, level="locality").order_by("code").values_list("code", flat=True))
    assert len(codes) == 20
    advisors = ["1.99", "2", "0", "2", "1", "0", *["1"] * 8, "3", "1.01", "1", "2", "0", "1"]
    rates = {code: f"{9 - place * 0.2:.2f}" for place, code in enumerate(codes)}
    need_table(rates, dict(zip(codes, advisors, strict=True)))
    sam, address = browser("sam"), reverse(NEED, args=[SERVICE])
    page = sam.get(address)
    said = words_of(page)
    for words in (
        "Too few Basildon Heath, rank 1, has 1.99. High need: at least 2 expected.",
        "Too few Blackwater, rank 3, has 0. High need: at least 2 expected.",
        "Too few Chelmer, rank 5, has 1. High need: at least 2 expected.",
        "Too many Roding Vale, rank 16, has 1.01. Low need: at most 1 expected.",
        "Too many Stour Reach, rank 18, has 2. Low need: at most 1 expected.",
        # The picture: its bars with what stands there, and what is out of step.
        "Basildon Heath 9.0 % 1.99 advisors, too few Billericay Down 8.8 % 2 advisors Blackwater 8.6 % 0 advisors, too few",
        "Colchester 8.0 % 0 advisors Colne Side 7.8 % 1 advisor Crouch",
        "Roding Vale 6.0 % 1.01 advisors, too many Stort Valley 5.8 % 1 advisor Stour Reach 5.6 % 2 advisors, too many",
    ):
        assert words in said
    assert said.count(", rank ") == 5, "the sixth may have none, and the fifteenth three"
    assert "Every area has the advisors that its rank asks for." not in said
    assert heads_of(page, "areas") == {
        "Area": "sorts",
        "Rank": "sorts number",
        "Absence": "sorts number",
        "Advisors": "sorts number",
        "In step": "sorts",
    }
    assert options_of(page, "in-step") == ["All", "Yes", "No"]
    assert [row.split(" ")[0] for row in shown(sam, "?in-step=no")] == [
        "Basildon", "Blackwater", "Chelmer", "Roding", "Stour"
    ]  # fmt: skip
    assert len(shown(sam, "?in-step=yes&rows=100")) == 15
    assert shown(sam)[:2] == [
        "Basildon Heath South 1 9.00 % 1.99 Too few High need: at least 2 expected",
        "Billericay Down South 2 8.80 % 2 Yes",
    ]
    for head, first, last in (
        ("Area", "Basildon", "Witham"),
        ("Rank", "Basildon", "Witham"),
        ("Absence", "Witham", "Basildon"),
        ("Advisors", "Blackwater", "Rochford"),
        ("In step", "Basildon", "Billericay"),
    ):
        for down, name in ((False, first), (True, last)):
            assert in_order_of(sam, address, "areas", head, down=down)[0].startswith(name), (head, down)
    assert searched(sam, page, "stour", "area") == [
        "Stour Reach North East 18 5.60 % 2 Too many Low need: at most 1 expected"
    ]
    file = sam.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[:2] == ["Area,Rank,Absence,Advisors,In step", "Basildon Heath,1,9.0,1.99,No"]
    assert len(file) == 21
    assert "Enter a new version" in said
    assert "Enter a new version" not in opened(browser("dave"), NEED, SERVICE)
    for who in ("alice", "erin"):
        assert browser(who).get(address).status_code == 403, who
    need_table(rates, {code: "2" if place < 5 else "1" for place, code in enumerate(codes)})
    said = opened(sam, NEED, SERVICE)
    assert "Every area has the advisors that its rank asks for." in said
    assert ", rank " not in said
    assert all(row.endswith(" Yes") for row in shown(sam))


@pytest.mark.row("ESX-PSA-2.2")
def test_a_list_is_read_as_spreadsheets_save_it(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    content = (
        "\ufeff Locality ,ABSENCE_RATE,Advisors,Rank,Quadrant,Period,Free meals,Lone parents\n"
        "tendring, 9.126 % ,1.5,7,West,2009,31 %,\n"
        "\n , , ,\n"
        "COLCHESTER,9.13,,,,,,12\n"
        "Chelmer,0,0\n"
        "Harwich Quay,100,999.99\n"
        "Colne Side,9.13,1\n"
    )
    answer = sent(sam, content)
    assert "Version 1 of the table of need is kept." in words_of(sam.get(answer["Location"]))
    page = sam.get(reverse(NEED, args=[SERVICE]))
    assert list(heads_of(page, "areas")) == [
        "Area", "Rank", "Absence", "Advisors", "Lone parents", "Free meals", "In step"
    ]  # fmt: skip
    assert [row.split(" Low")[0].split(" High")[0].split(" Too")[0] for row in shown(sam)] == [
        "Harwich Quay North East 1 100.00 % 999.99 Not stated Not stated",
        "Colchester North East 2 9.13 % 1 12 Not stated",
        "Colne Side North East 2 9.13 % 1 Not stated Not stated",
        "Tendring North East 2 9.13 % 1.5 Not stated 31 %",
        "Chelmer Mid 5 0.00 % 0 Not stated Not stated",
    ], "the same rate is the same rank; where no advisors are told the posts there are counted"
    assert "Figures of 1 September 2009 to 31 March 2010 Source School census" in words_of(page)
    for old, number in (("Cañada Hill".encode("cp1252"), 2), (b"Tendring\r\n", 0)):
        said = words_of(sent(sam, b"Locality,Absence rate\r\n" + old + b",4\r\n"))
        assert ("Row 2: there is no locality called Cañada Hill." in said) == (number == 2)


@pytest.mark.row("ESX-PSA-2.2")
def test_each_fault_of_a_list_is_named_with_its_row(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    for content, faults in (
        ("Place,Absence\nTendring,4\n", ["The list has no column called locality or absence rate."]),
        ("Locality,Rate\nTendring,4\n", ["The list has no column called absence rate."]),
        (
            WRONG,
            [
                "Row 2: the absence rate must be from 0 to 100.",
                "Row 3: there is no locality called nothing.",
                "Row 4: the absence rate must be from 0 to 100.",
                "Row 5: the absence rate must be a number, such as 7.4.",
                "Row 7: the number of advisors must be 0 or more.",
                "Row 8: the number of advisors must be 0 or more.",
                "Row 9: the number of advisors must be a number, such as 7.4.",
                "Row 10: there is no locality called Maldon.",
                "Row 11: the absence rate must be a number, such as 7.4.",
            ],
        ),
        ("Locality,Absence rate\n", ["The table has no rows. Enter a rate for at least one area."]),
        (
            "Locality,Absence rate\nTendring,4\nChelmer,3\nTendring,5\n",
            ["These areas stand in the table twice: tendring."],
        ),
        ("Locality,Absence rate\n" + "Nowhere,4\n" * 2001, ["The list has more than 2000 rows."]),
    ):
        said = words_of(sent(sam, content))
        for fault in faults:
            assert fault in said, fault
    said = words_of(sent(sam, "Locality,Absence rate\n" + "Nowhere,4\n" * 30))
    assert said.count("there is no locality called Nowhere") == 2 * 20, "the first twenty, above and at the field"
    for wrong, words in (
        ({"period_to": "31/8/2009"}, "The last day is before the first."),
        ({"source": " "}, "Enter where the figures come from"),
        ({"since": ""}, "Enter the day from which posts are placed by it"),
    ):
        assert words in words_of(sent(sam, "Locality,Absence rate\nTendring,4\n", **wrong)), words
    assert not NeedTable.objects.filter(service=SERVICE).exists()
    assert sent(sam, "Locality,Absence rate\nTendring,4\n", period_to="1/9/2009").status_code == 302, "a single day"
    blank = {**TOLD, "rate_tendring": "100.1"}
    assert "100 or less" in turned_down(sam, "oversight:need_new", SERVICE, **blank)
    assert "99 or less" in turned_down(
        sam, "oversight:need_new", SERVICE, **TOLD, rate_tendring="0", advisors_tendring="99.5"
    )
    assert "Enter a rate for at least one area" in turned_down(sam, "oversight:need_new", SERVICE, **TOLD)
    form = opened(sam, "oversight:need_new", SERVICE)
    assert "There is a problem" not in form
    fields = ("Blackwater: absence", "Blackwater: advisors", "Chelmer: absence", "Colchester: absence")
    where = [form.index(field) for field in fields]
    assert where == sorted(where), "by quadrant, then by name"


@pytest.mark.row("ESX-PSA-2.2")
def test_the_rules_of_a_table_hold_without_the_page(world: World) -> None:
    told: dict[str, Any] = {
        "service": SERVICE, "since": date(2010, 4, 1), "period_from": date(2009, 9, 1),
        "period_to": date(2010, 3, 31), "source": "Census", "at": moment(2010, 4, 1),
    }  # fmt: skip
    for row, words in (
        (NeedGiven("nowhere", Decimal(4)), "The service has no area nowhere."),
        (NeedGiven("tendring", Decimal("-0.1")), "must be from 0 to 100"),
        (NeedGiven("tendring", Decimal("100.1")), "must be from 0 to 100"),
        (NeedGiven("tendring", Decimal(4), Decimal(-1)), "Advisors must be 0 or more"),
        (NeedGiven("tendring", Decimal(4), Decimal(1000)), "Advisors must be 0 or more"),
    ):
        with pytest.raises(Refused, match=words) as refusal:
            places.load_need(SYSTEM, WHOLE, rows=[row], **told)
        assert refusal.value.field == "rows"
    for number, row in enumerate(
        (NeedGiven("tendring", Decimal(0), Decimal(0)), NeedGiven("chelmer", Decimal(100))), 1
    ):
        assert places.load_need(SYSTEM, WHOLE, rows=[row], **told).version == number


@pytest.mark.row("ESX-PSA-2.2")
def test_each_version_holds_from_its_day_and_stays(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    assert "No table of need has been entered yet." in opened(sam, NEED, SERVICE)
    for since, rates in (
        (
            "1/4/2010",
            {"rate_tendring": "9.1", "advisors_tendring": "2", "rate_colchester": "8", "advisors_colchester": "1"},
        ),
        (
            "2/10/2010",
            {"rate_tendring": "6", "advisors_tendring": "2", "rate_colchester": "8", "advisors_colchester": "2"},
        ),
        ("1/4/2010", {"rate_colchester": "7", "advisors_colchester": "3"}),
    ):
        posted(sam, "oversight:need_new", SERVICE, **TOLD | {"since": since}, **rates)
    for day, version in ((1, 3), (2, 2), (3, 2)):
        today.is_(2010, 10, day)
        assert f"Version {version} In force from" in opened(sam, NEED, SERVICE), day
    assert [row.split(" ")[0] for row in rows_of(sam.get(reverse(NEED, args=[SERVICE])), "Versions")] == ["3", "2", "1"]
    first = opened(sam, NEED, SERVICE, query="?version=1")
    assert "Version 1 In force from 1 April 2010" in first
    assert "Too few Colchester, rank 2, has 1." in first
    assert [row.split(" ")[0] for row in shown(sam, "?version=1")] == ["Tendring", "Colchester"]
    for asked, answer in (("4", 404), ("0", 404), ("x", 200), ("", 200)):
        assert sam.get(reverse(NEED, args=[SERVICE]), {"version": asked}).status_code == answer, asked
    today.is_(2010, 3, 1)
    assert "Version 3 In force from" in opened(sam, NEED, SERVICE), "before the term, as it will be on its first day"


@pytest.mark.row("ESX-PSA-2.2")
def test_posts_of_the_day_stand_in_for_what_a_table_does_not_say(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    need_table({"tendring": "9", "colchester": "8", "harwich_quay": "7"})

    def advisors(month: int, day: int) -> list[str]:
        today.is_(2010, month, day)
        return [row.split(" % ")[1].split(" ")[0] for row in shown(sam)]

    own = Post.objects.get(service=SERVICE, area__code="tendring", role="parent_support_advisor")
    new = {"role": "parent_support_advisor", "team": world.teams["tendring"].pk}
    posted(sam, "practice:post_new", **new, area="tendring", hours="18.5", full_time_hours="37", since="4/10/2010")
    posted(sam, "practice:post_new", **new, area="harwich_quay", hours="37", full_time_hours="37", since="4/10/2010")
    posted(sam, "practice:post_new", **new | {"role": "senior_parent_support_advisor"}, area="tendring", hours="37",
           full_time_hours="37", since="4/10/2010")  # fmt: skip
    posted(sam, "practice:post_vacate", own.pk, last_day="1/10/2010")
    posted(sam, "practice:post_end", own.pk, last_day="5/10/2010")
    assert advisors(10, 3) == ["1", "1", "0"]
    assert advisors(10, 4) == ["1.5", "1", "1"]
    assert advisors(10, 5) == ["1.5", "1", "1"]
    assert advisors(10, 6) == ["0.5", "1", "1"]
