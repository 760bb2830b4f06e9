"""Areas, patches, postcodes and the calendars that clocks run over."""

from datetime import date
from typing import Any

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.sameness import AlreadyRecorded
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places import commands, queries, terms
from fingerpost.ground.places.commands import AreaGiven
from fingerpost.ground.places.models import Area, Patch, SchoolWeek, WorkDay, area_key
from fingerpost.ground.places.terms import TermGiven
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 4, 1)
SYSTEM = Actor.system()


@pytest.mark.django_db
def test_england_is_loaded_at_set_up_and_its_days_are_numbered() -> None:
    thursday, wednesday = (WorkDay.objects.get(calendar="england", day=date(2016, 3, day)) for day in (24, 30))
    assert wednesday.number - thursday.number == 2, "Good Friday, the weekend and Easter Monday do not count"
    assert not WorkDay.objects.get(calendar="england", day=date(2010, 12, 27)).is_working
    assert WorkDay.objects.filter(calendar="england").count() == 8401


@pytest.mark.django_db
def test_loading_a_calendar_again_replaces_it_and_a_day_can_be_closed() -> None:
    def load(*days_off: date) -> int:
        return commands.load_work_days(
            SYSTEM,
            PLATFORM,
            calendar="jersey",
            first=date(2014, 1, 1),
            last=date(2014, 12, 31),
            days_off=days_off,
            at=AT,
        )

    assert load() == load() == 365
    assert not WorkDay.objects.get(calendar="jersey", day=date(2014, 5, 9)).is_working, "Liberation Day"
    assert queries.calendar("jersey").is_working_day(date(2014, 6, 2))
    load(date(2014, 6, 2))
    assert not queries.calendar("jersey").is_working_day(date(2014, 6, 2)), "the copy in memory follows"


@pytest.mark.django_db
def test_a_calendar_says_what_is_not_loaded() -> None:
    with pytest.raises(LookupError, match="No working calendar named mars"):
        queries.calendar("mars")
    with pytest.raises(LookupError, match="lies outside"):
        queries.calendar("england").is_working_day(date(2050, 1, 3))


@pytest.mark.django_db
def test_terms_number_their_weeks_and_holidays_have_none(django_assert_num_queries: object) -> None:
    halves = [
        TermGiven("First half", date(2010, 9, 2), date(2010, 10, 22)),
        TermGiven("Second half", date(2010, 11, 1), date(2010, 12, 17)),
    ]
    assert terms.load_terms(SYSTEM, PLATFORM, calendar="thanet", terms=halves, at=AT) == 15
    assert terms.load_terms(SYSTEM, PLATFORM, calendar="thanet", terms=halves, at=AT) == 15
    calendar = queries.calendar("england", "thanet")
    assert calendar.school_week(date(2010, 10, 22)) == 8
    assert calendar.school_week(date(2010, 10, 27)) is None
    assert calendar.school_week(date(2010, 11, 3)) == 9
    assert calendar.school_weeks_ended_before(date(2010, 11, 5), 3) == (6, 7, 8), "the week of the day has not ended"
    assert calendar.school_weeks_ended_before(date(2010, 11, 6), 3) == (7, 8, 9)
    assert calendar.monday_of(9) == date(2010, 11, 1)
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.calendar("england", "thanet")


@pytest.mark.django_db
def test_terms_that_overlap_or_come_between_others_are_refused() -> None:
    with pytest.raises(Refused, match="begins before First half has ended"):
        terms.load_terms(
            SYSTEM,
            PLATFORM,
            calendar="thanet",
            terms=[
                TermGiven("First half", date(2010, 9, 2), date(2010, 10, 22)),
                TermGiven("Second half", date(2010, 10, 20), date(2010, 12, 17)),
            ],
            at=AT,
        )
    halves = [
        TermGiven("Autumn", date(2010, 9, 2), date(2010, 10, 22)),
        TermGiven("Autumn, second half", date(2010, 11, 1), date(2010, 12, 17)),
    ]
    terms.load_terms(SYSTEM, PLATFORM, calendar="thanet", terms=halves, at=AT)
    with pytest.raises(Refused, match="numbered already"):
        terms.load_terms(
            SYSTEM, PLATFORM, calendar="thanet", terms=[TermGiven("Odd", date(2010, 10, 25), date(2010, 10, 29))], at=AT
        )
    assert SchoolWeek.objects.filter(calendar="thanet").count() == 15


@pytest.mark.django_db
def test_earlier_terms_count_down_and_go_again_unless_others_follow_on_them() -> None:
    told: dict[str, Any] = {"calendar": "thanet", "at": AT}
    autumn = TermGiven("Autumn", date(2010, 9, 6), date(2010, 9, 17))
    spring = TermGiven("Spring", date(2011, 1, 4), date(2011, 1, 14))
    summer = TermGiven("Summer", date(2010, 7, 5), date(2010, 7, 16))
    for term in (autumn, summer, spring):
        terms.load_terms(SYSTEM, PLATFORM, terms=[term], **told)
    weeks = SchoolWeek.objects.filter(calendar="thanet").order_by("monday")
    assert list(weeks.values_list("number", flat=True)) == [-1, 0, 1, 2, 3, 4]
    assert terms.take_out_terms(SYSTEM, PLATFORM, first_days=[autumn.first_day], **told) == 0, (
        "the numbers would not follow"
    )
    assert terms.take_out_terms(SYSTEM, PLATFORM, first_days=[summer.first_day, autumn.first_day], **told) == 2
    assert list(weeks.values_list("number", flat=True)) == [3, 4]


def test_a_scheme_of_areas_is_written_once_and_later_renamed_added_to_and_closed(world: World) -> None:
    def written(*given: AreaGiven, closing_from: date | None = None) -> dict[str, tuple[str, str | None, int, bool]]:
        for _ in range(2):
            commands.define_areas(SYSTEM, PLATFORM, service="thurrock", areas=given, closing_from=closing_from, at=AT)
        rows = Area.objects.filter(scheme="thurrock")
        return {row.code: (row.name, row.parent_id, row.depth, row.closed_on is None) for row in rows}

    whole, grays = AreaGiven("clusters", "Thurrock", "district"), AreaGiven("grays", "Grays", "cluster", 2, "clusters")
    assert written(whole, grays) == {
        "clusters": ("Thurrock", None, 1, True),
        "grays": ("Grays", "thurrock/clusters", 2, True),
    }
    later = (
        AreaGiven("clusters", "All Thurrock", "district"),
        AreaGiven("tilbury", "Tilbury", "cluster", 2, "clusters"),
    )
    assert written(*later, closing_from=date(2010, 10, 1)) == {
        "clusters": ("All Thurrock", None, 1, True),
        "grays": ("Grays", "thurrock/clusters", 2, False),
        "tilbury": ("Tilbury", "thurrock/clusters", 2, True),
    }
    offered = Area.objects.of_level("thurrock", "cluster", date(2010, 9, 30)).values_list("code", flat=True)
    assert list(offered) == ["grays", "tilbury"], "until its last day"
    assert [a.code for a in Area.objects.of_level("thurrock", "cluster", date(2010, 10, 1))] == ["tilbury"]
    assert written(whole, grays)["grays"][3], "one that comes back is open again"


def test_an_area_holds_those_inside_it_at_any_depth(world: World) -> None:
    within = queries.keys_within(area_key(SERVICE, "north_east"))
    assert within[0] == area_key(SERVICE, "north_east")
    assert {area_key(SERVICE, "tendring"), area_key(SERVICE, "colchester")} <= set(within)
    around = [area_key(SERVICE, code) for code in ("tendring", "north_east")]
    assert queries.keys_around(around[0]) == around


def test_a_postcode_finds_its_area(world: World) -> None:
    commands.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=AT)
    assert queries.area_of(SERVICE, "co15 4jx") == world.area("tendring")
    assert queries.area_of(SERVICE, "CO1 1AA") is None


def test_a_patch_is_given_once_and_only_by_who_may(world: World) -> None:
    area, team = world.area("harwich_quay"), world.teams["tendring"]
    service = Scope.of(service=world.service)
    sam, alice = world.actor("sam"), world.actor("alice")
    first = commands.assign_patch(sam, service, team=team, area=area, since=date(2010, 5, 1), at=AT)
    assert commands.assign_patch(sam, service, team=team, area=area, since=date(2010, 5, 1), at=AT) == first
    with pytest.raises(AlreadyRecorded, match="from 1 May 2010 already"):
        commands.assign_patch(sam, service, team=team, area=area, since=date(2010, 6, 1), at=AT)
    with pytest.raises(AlreadyRecorded):
        commands.assign_patch(
            sam, service, team=team, area=area, since=date(2010, 5, 1), until=date(2010, 12, 31), at=AT
        )
    assert Patch.objects.filter(area=area).count() == 1
    with pytest.raises(NotAllowed):
        commands.assign_patch(alice, service, team=team, area=area, since=date(2010, 5, 1), at=AT)
