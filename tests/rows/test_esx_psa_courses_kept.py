"""Essex Parent Support Advisors: courses at the edges of a term, beside other services' and other providers'. Clause 2.8."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, SchoolTerm
from fingerpost.people.schooling.models import School
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Provision
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import CoLeader, Programme, Run, Session
from tests.fixtures.browsing import file_of, heads_of, rows_of, searched
from tests.fixtures.families import SYSTEM
from tests.fixtures.group_pages import AT, a_plan, a_programme, posted, row_of, text
from tests.fixtures.groups import OF_SERVICE, agreed_run, proposed_run
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.world import LONDON, SERVICE, World

FIRST, LAST = date(2010, 9, 2), date(2010, 12, 17)
DAY = timedelta(days=1)
BEYOND = Scope.of(service=NEIGHBOUR)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def offered(page: Any, name: str) -> list[str]:
    """The words of what may be chosen in a field of a form."""
    form = page.content.decode()
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', form, flags=re.DOTALL)
    assert found, f"nothing is asked for {name}"
    return [" ".join(words.split()) for words in re.findall(r"<option[^>]*>(.*?)</option>", found[0], flags=re.DOTALL)]


def chosen(page: Any, name: str) -> str:
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page.content.decode(), flags=re.DOTALL)
    assert found, f"nothing is asked for {name}"
    return "".join(re.findall(r'<option value="([^"]*)"[^>]* selected', found[0]))


def typed(page: Any, name: str) -> str:
    return "".join(re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.content.decode()))


@pytest.mark.row("ESX-PSA-2.8.1")
def test_a_session_counts_from_the_first_moment_of_the_term_to_its_last(
    world: World, as_: Callable[[str], Client]
) -> None:
    for level in ("quadrant", "locality"):
        Area.objects.create(
            key=f"another_service/else_{level}",
            code=f"else_{level}",
            name="Elsewhere",
            scheme="another_service",
            level=level,
        )
    for area, on in (("tendring", FIRST), ("colchester", LAST + DAY), ("chelmer", FIRST - DAY)):
        run = agreed_run(world, area=area, starts_on=FIRST - 30 * DAY, ends_on=LAST + 30 * DAY)
        commands.plan_sessions(SYSTEM, run, starts=[midnight(on)], minutes=60, at=AT)
    page = as_("alice").get(reverse("practice:coverage"))
    assert row_of(page, "North East").startswith("North East 2 0 of 1 session held ")
    assert row_of(page, "Mid").startswith("Mid 1 No session yet ")
    assert [row.split(" None")[0] for row in rows_of(page, "Autumn 2010")] == [
        row_of(page, "Mid").split(" None")[0],
        row_of(page, "North East").split(" None")[0],
        "South",
        "West",
    ], "of this service alone"
    tiles = re.findall(r'<li class="app-tile [^"]*?(\d)".*?</li>', page.content.decode(), flags=re.DOTALL)
    assert sorted(tiles) == ["0"] * 19 + ["3"]
    assert {"Autumn 2010", "Spring 2011"} <= set(offered(page, "term"))
    assert chosen(page, "term") == "2010-09-02"
    spring = as_("alice").get(reverse("practice:coverage") + "?term=2011-01-04")
    assert chosen(spring, "term") == "2011-01-04"
    tiles = re.findall(r'<li class="app-tile [^"]*?(\d)".*?</li>', spring.content.decode(), flags=re.DOTALL)
    assert tiles == ["0"] * 20, "with no session anywhere none is darker than another"


@pytest.mark.row("ESX-PSA-2.8.1")
def test_what_was_held_stands_when_a_course_is_called_off(world: World) -> None:
    run, other = agreed_run(world), agreed_run(world, area="colchester")
    held, off, to_come = commands.plan_sessions(
        SYSTEM, run, starts=[midnight(date(2010, 9, day)) for day in (14, 21, 28)], minutes=60, at=AT
    )
    (elsewhere,) = commands.plan_sessions(SYSTEM, other, starts=[midnight(date(2010, 9, 14))], minutes=60, at=AT)
    after = midnight(date(2010, 9, 22))
    for one in (held, elsewhere):
        commands.mark(SYSTEM, one, present={}, at=after)
    commands.cancel_session(SYSTEM, off, reason="The hall was shut", at=AT)
    with pytest.raises(Refused) as refusal:
        commands.call_off(SYSTEM, run, reason=" ", at=after)
    assert refusal.value.field == "reason"
    commands.call_off(SYSTEM, run, reason="Too few parents", at=after)
    found = {one.pk: (one.cancelled_at, one.cancelled_reason) for one in Session.objects.filter(run__service=SERVICE)}
    assert found == {
        held.pk: (None, ""),
        elsewhere.pk: (None, ""),
        off.pk: (AT, "The hall was shut"),
        to_come.pk: (after, "Too few parents"),
    }
    commands.call_off(SYSTEM, run, reason="Too few parents", at=after + DAY)
    assert Run.objects.get(pk=run.pk).cancelled_at == after, "told twice it was called off once"
    with pytest.raises(Refused, match="cancelled already"):
        commands.call_off(SYSTEM, run, reason="Another reason", at=after)
    over = midnight(other.ends_on + DAY)
    with pytest.raises(Refused, match="was held and ended on 14 December 2010"):
        commands.call_off(SYSTEM, other, reason="Too few parents", at=over)
    never = agreed_run(world, area="chelmer")
    commands.plan_sessions(SYSTEM, never, starts=[midnight(date(2010, 9, 14))], minutes=60, at=AT)
    commands.call_off(SYSTEM, never, reason="Nobody came", at=over)
    assert Run.objects.get(pk=never.pk).cancelled_at == over, "none of its sessions was held"


@pytest.mark.row("ESX-PSA-2.8.1")
def test_the_list_of_a_terms_courses_can_be_sorted_searched_and_taken_along(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice = as_("alice")
    plan = a_plan(a_programme(evidence_base="Two trials"), leader=world.users["alice"].pk)
    posted(alice, "practice:run_new", **plan)
    workshop = proposed_run(world, offer="workshop", starts_on=date(2010, 10, 5), ends_on=date(2010, 10, 5), places=8)
    drop_in = proposed_run(world, offer="drop_in", area="colchester")
    address = reverse("practice:groups") + "?whose=all"
    page = alice.get(address)
    assert heads_of(page, "Autumn 2010") == {
        "Group": "sorts", "Area": "sorts", "Led by": "sorts", "Starts": "sorts", "Places taken": "sorts number",
        "Waiting": "sorts number", "Status": "sorts",
    }  # fmt: skip
    course = Run.objects.get(service=SERVICE, programme__title="Strong parents")
    assert file_of(alice, address + "&download=csv&sort=group") == [
        ["Group", "Kind", "Area", "Venue", "Led by", "Starts", "Ends", "Places taken", "Places", "Waiting", "Status"],
        ["Drop in", "Drop-in or one stop shop", "Colchester", "", "", "2010-09-14", "2010-12-14", "0", "", "0",
         "Not open for booking yet"],
        ["Strong parents", "Parenting programme", "Tendring", "Clacton library", "Alice Marsh", "2010-09-14",
         "2010-11-23", "0", "12", "0", "Awaiting agreement"],
        ["Workshop", "Workshop on one topic", "Tendring", "", "", "2010-10-05", "2010-10-05", "0", "8", "0", "Awaiting agreement"],
    ]  # fmt: skip
    listed = rows_of(page, "Autumn 2010")
    assert "5 Oct 10 0 of 8" in next(row for row in listed if row.startswith("Workshop")), "on one day"
    assert "0 known" in next(row for row in listed if row.startswith("Drop in"))
    markup = page.content.decode()
    for run, is_theirs in ((course, True), (workshop, True), (drop_in, False)):
        assert (reverse("practice:run", args=[run.ref]) in markup) == is_theirs, "what she may not open is no link"
    assert [row.split()[0] for row in searched(alice, page, "library", "Autumn 2010")] == ["Strong"]
    assert len(rows_of(alice.get(address + "&kind=workshop"), "")) == 1
    assert "Elsewhere" not in offered(page, "area")


@pytest.mark.row("ESX-PSA-2.8.1")
def test_the_form_of_a_course_offers_what_the_service_has_and_fills_in_the_usual(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice, own = as_("alice"), a_programme()
    a_programme("Quick talk", "workshop")
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="locality"
    )
    School.objects.create(code="9990001", name="Beyond School", area_id="another_service/elsewhere", calendar="beyond")
    SchoolTerm.objects.create(
        calendar="beyond", name="Half-term", first_day=date(2010, 10, 23), last_day=date(2010, 10, 31)
    )
    User.objects.filter(pk=world.users["carol"].pk).update(is_active=False)
    page = alice.get(reverse("practice:run_new"))
    assert offered(page, "programme")[1:] == ["Strong parents"], "of this kind and this service"
    assert offered(page, "leader")[1:] == ["Alice Marsh", "Bob Lennox", "Sam Otley"]
    assert (chosen(page, "area"), offered(page, "area")[1:]) == ("tendring", ["Tendring"])
    assert chosen(page, "leader") == str(world.users["alice"].pk)
    assert [typed(page, name) for name in ("minutes", "places", "how_many", "gap")] == ["120", "12", "10", ""]
    asked = alice.get(reverse("practice:run_new") + f"?area=tendring&gap=Nothing+here&programme={own.pk}")
    assert (chosen(asked, "programme"), typed(asked, "gap")) == (str(own.pk), "Nothing here")
    talk = alice.get(reverse("practice:run_new") + "?offer=workshop")
    assert (offered(talk, "programme")[1:], typed(talk, "how_many")) == (["Quick talk"], "1")
    assert 'name="gap"' not in talk.content.decode()
    assert 'name="need"' in talk.content.decode()
    assert 'name="need"' not in page.content.decode()
    everywhere = as_("sam").get(reverse("practice:run_new"))
    localities = Area.objects.filter(scheme=SERVICE, level="locality").order_by("name").values_list("name", flat=True)
    assert (chosen(everywhere, "area"), offered(everywhere, "area")[1:]) == ("", list(localities))
    told = a_plan(own, leader=world.users["alice"].pk, co_leader=world.users["alice"].pk, how_many="7")
    assert "The coordinator now has to agree." in posted(alice, "practice:run_new", **told)
    run = Run.objects.get(service=SERVICE, programme=own)
    assert not CoLeader.objects.filter(run=run).exists(), "who leads it leads it once"
    assert run.ends_on == date(2010, 11, 2), "no session in the half-term holiday, whatever other schools do"
    assert run.team == world.teams["tendring"]
    with pytest.raises(Refused) as refusal:
        a_programme(topic="sleep")
    assert refusal.value.field == "title"
    assert a_programme().pk == own.pk, "the same told twice is one"
    one_day = {"programme": own, "area": world.area("tendring"), "starts_on": FIRST, "ends_on": FIRST, "gap": "None"}
    assert commands.propose(SYSTEM, OF_SERVICE, **one_day, places=1, at=AT).places == 1
    for wrong, field in (({"places": 0}, "places"), ({"places": 1, "ends_on": FIRST - DAY}, "ends_on")):
        with pytest.raises(Refused) as refusal:
            commands.propose(SYSTEM, OF_SERVICE, **(one_day | wrong), at=AT)
        assert refusal.value.field == field
    with pytest.raises(Refused, match="Say which gap this run fills"):
        commands.propose(SYSTEM, OF_SERVICE, **(one_day | {"gap": " "}), places=1, at=AT)


@pytest.mark.row("ESX-PSA-2.8.2")
def test_our_own_courses_fill_a_gap_from_the_first_day_of_the_term_to_its_last(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice, ours = as_("alice"), a_programme("Calm days", topic="behaviour")
    beyond = commands.define(
        SYSTEM, BEYOND, service=NEIGHBOUR, offer="parenting_programme", title="Calm days", topic="behaviour", at=AT
    )

    def run(starts_on: date, ends_on: date, area: str = "tendring", programme: Programme = ours) -> None:
        where = OF_SERVICE if programme == ours else BEYOND
        asked = {"area": world.area(area), "starts_on": starts_on, "ends_on": ends_on, "places": 12, "gap": "None"}
        commands.propose(SYSTEM, where, programme=programme, **asked, at=AT)

    def tendring(query: str = "") -> str:
        return row_of(alice.get(reverse("practice:gaps") + query), "Tendring").removeprefix("Tendring ")

    run(FIRST, LAST, programme=beyond)
    run(FIRST - 30 * DAY, FIRST - DAY)
    run(LAST + DAY, LAST + 30 * DAY)
    assert tendring().count("Gap: plan one") == 4, "another service's, over before, and not yet"
    for starts_on, ends_on, number in ((FIRST - 30 * DAY, FIRST, 1), (LAST, LAST + 30 * DAY, 2)):
        run(starts_on, ends_on)
        assert tendring().startswith(f"{number} ours Gap: plan one")
    run(FIRST, LAST, area="north_east")
    assert tendring().startswith("3 ours Gap: plan one"), "one for the whole quadrant"
    page = alice.get(reverse("practice:gaps"))
    assert row_of(page, "Colchester") == "Colchester 1 ours Gap Gap Gap"
    assert row_of(page, "Chelmer") == "Chelmer Gap Gap Gap Gap"
    assert tendring("?term=2011-01-04").startswith("2 ours Gap: plan one")


@pytest.mark.row("ESX-PSA-2.8.2")
def test_where_no_term_is_loaded_a_quarter_of_the_year_stands_in_for_it(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    SchoolTerm.objects.all().delete()
    alice, programme = as_("alice"), a_programme("Calm days", topic="behaviour")
    for starts_on in (date(2010, 12, 31), date(2011, 1, 1)):
        asked = {"area": world.area("tendring"), "starts_on": starts_on, "ends_on": starts_on, "places": 12}
        commands.propose(SYSTEM, OF_SERVICE, programme=programme, **asked, gap="None", at=AT)
    for day, name, ours in (
        (date(2010, 10, 1), "October to December 2010", "1 ours"),
        (date(2010, 12, 31), "October to December 2010", "1 ours"),
        (date(2011, 1, 1), "January to March 2011", "1 ours"),
        (date(2011, 3, 31), "January to March 2011", "1 ours"),
        (date(2011, 4, 1), "April to June 2011", "Gap: plan one"),
        (date(2011, 6, 30), "April to June 2011", "Gap: plan one"),
        (date(2011, 7, 1), "July to September 2011", "Gap: plan one"),
    ):
        set_clock(midnight(day))
        page = alice.get(reverse("practice:gaps"))
        assert len(rows_of(page, f"Courses in {name}")) == 20, day
        assert row_of(page, "Tendring").startswith(f"Tendring {ours} "), day


@pytest.mark.row("ESX-PSA-2.8.2")
def test_gaps_and_what_others_offer_are_of_this_service_and_as_they_were_told(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice = as_("alice")
    for level in ("quadrant", "locality"):
        beyond = {"scheme": "another_service", "level": level, "code": f"else_{level}"}
        Area.objects.create(key=f"another_service/else_{level}", name=f"Else {level}", **beyond)
    told: dict[str, Any] = {
        "provider": "Bright Start", "title": "Good nights", "kind": "programme", "topic": "sleep",
        "age_band": "under_5", "area": "", "starts_on": "2/9/2010", "ends_on": "",
    }  # fmt: skip
    posted(alice, "practice:provision_new", **told)
    one_day = told | {"title": "A day out", "kind": "workshop", "topic": "", "age_band": "", "area": "tendring"}
    posted(alice, "practice:provision_new", **one_day | {"ends_on": "2/9/2010"})
    posted(alice, "practice:provision_new", **told)
    assert Provision.objects.filter(service=SERVICE).count() == 2, "the same told twice is one"
    other = alice.post(reverse("practice:provision_new"), told | {"topic": "behaviour"})
    assert "is written down from that day already, with other details" in text(other)
    with pytest.raises(Refused) as refusal:
        directory.note_provision(SYSTEM, OF_SERVICE, service=SERVICE, provider=" ", title="T", starts_on=FIRST, at=AT)
    assert refusal.value.field == "provider"
    page = alice.get(reverse("practice:gaps"))
    assert rows_of(page, "2 activities") == [
        "A day out Workshop on one topic Bright Start Nothing in particular Any age Tendring 2 Sep 2010 2 Sep 2010",
        "Good nights Parenting programme Bright Start Sleep and routine Under 5 Everywhere 2 Sep 2010 Ongoing",
    ]
    quadrants = list(
        Area.objects.filter(scheme=SERVICE, level="quadrant").order_by("name").values_list("name", flat=True)
    )
    assert offered(page, "area")[1:] == quadrants
    assert {"Autumn 2010", "Spring 2011"} <= set(offered(page, "term"))
    assert len(rows_of(page, "Courses in Autumn 2010")) == 20, "the localities of this service"
    mine = alice.get(reverse("practice:gaps") + "?area=north_east")
    within = (
        Area.objects.filter(scheme=SERVICE, parent__code="north_east").order_by("name").values_list("name", flat=True)
    )
    assert [row.split(" Gap")[0].split(" 1 of")[0] for row in rows_of(mine, "Courses in Autumn 2010")] == list(within)
    link = re.search(r'href="(/groups/new\?[^"]+)"', mine.content.decode())
    assert link
    assert "nothing+in+Tendring%2C+Autumn+2010" in link[1]
    assert "Good nights" not in text(alice.get(reverse("practice:gaps") + "?age_band=from_5_to_10"))
