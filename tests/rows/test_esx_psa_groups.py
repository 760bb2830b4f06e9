"""Essex Parent Support Advisors: workshops and drop-ins. Values as the register gives them, through the pages."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.places.models import Area
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import Attendance, Run, Session
from tests.fixtures.browsing import heads_of, in_order_of, options_of, rows_of
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.group_pages import AT, a_drop_in, a_plan, a_programme, posted, row_of, text
from tests.fixtures.groups import OF_SERVICE, proposed_run
from tests.fixtures.world import SERVICE, World, moment

# 2.9


@pytest.mark.row("ESX-PSA-2.9.1")
def test_at_least_one_drop_in_in_each_quadrant_or_none_is_said(world: World, as_: Callable[[str], Client]) -> None:
    for area in ("tendring", "chelmer", "harlow_fields"):
        a_drop_in(world, area, moment(2010, 10, 14))
    page = as_("alice").get(reverse("practice:coverage"))
    assert row_of(page, "South").endswith("None in quadrant")
    assert row_of(page, "Mid").endswith("1 0 of 1 session held")
    south = a_drop_in(world, "canvey_shore", moment(2010, 11, 4))
    assert row_of(as_("alice").get(reverse("practice:coverage")), "South").endswith("1 0 of 1 session held")
    commands.cancel_session(SYSTEM, south, reason="Snow", at=AT)
    assert row_of(as_("alice").get(reverse("practice:coverage")), "South").endswith("None in quadrant")


@pytest.mark.row("ESX-PSA-2.9.1")
def test_people_may_be_counted_or_named_at_a_drop_in(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    session, alice = a_drop_in(world, "tendring", moment(2010, 10, 14)), as_("alice")
    set_clock(moment(2010, 10, 14, 16))
    regular = household("Marlow").parent
    posted(alice, "practice:place_new", session.run.ref, person=regular.pk, query=f"?session={session.pk}")
    told = {"headcount": "7", "peer_support": "yes", "peer_support_note": "", f"p-{regular.pk}": "yes"}
    page = posted(alice, "practice:run_session", session.run.ref, session.pk, **told)
    assert "7 people came , 1 known by name" in page or "7 people came, 1 known by name" in page
    too_few = alice.post(reverse("practice:run_session", args=[session.run.ref, session.pk]), told | {"headcount": "0"})
    assert "You name 1 people, so at least 1 came" in text(too_few)
    posted(alice, "practice:run_session", session.run.ref, session.pk, headcount="7", peer_support="no")
    assert not Attendance.objects.filter(session=session).exists()  # taken off the list again
    # Two by name, and one is taken off: the other stays.
    other = household("Reed").parent
    commands.book(SYSTEM, session.run, person=other, at=AT)
    commands.mark(SYSTEM, session, present={regular.pk: True, other.pk: True}, at=moment(2010, 10, 14, 16))
    commands.mark(SYSTEM, session, present={regular.pk: None}, at=moment(2010, 10, 14, 17))
    assert "1 known by name" in text(alice.get(reverse("practice:run", args=[session.run.ref])))
    # What is taken off one occasion stays on the other.
    commands.plan_sessions(SYSTEM, session.run, starts=[moment(2010, 10, 21)], minutes=120, at=AT)
    next_week = Session.objects.get(run=session.run, starts_at=moment(2010, 10, 21))
    commands.mark(SYSTEM, next_week, present={other.pk: True, regular.pk: True}, at=moment(2010, 10, 21, 16))
    commands.mark(SYSTEM, next_week, present={other.pk: None}, at=moment(2010, 10, 21, 17))
    assert {(one.session_id, one.person_id) for one in Attendance.objects.filter(session__run=session.run)} == {
        (session.pk, other.pk),
        (next_week.pk, regular.pk),
    }


@pytest.mark.row("ESX-PSA-2.9.2")
def test_eleven_parents_and_six_signpostings_to_four_services(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    session, alice = a_drop_in(world, "tendring", moment(2010, 10, 14)), as_("alice")
    set_clock(moment(2010, 10, 14, 16))
    names = ("Debt Advice", "Housing Desk", "School Nursing", "Young Carers", "Youth Club")
    entries = {n: directory.add(SYSTEM, OF_SERVICE, service=SERVICE, name=n, at=AT) for n in names}
    told: dict[str, Any] = {"headcount": "11", "peer_support": "yes", "peer_support_note": "Two swapped numbers."}
    for name, number in zip(names, (2, 1, 2, 1, 0), strict=True):
        told[f"to-{entries[name].pk}"] = str(number or "")
    told[f"info-{entries['Youth Club'].pk}"] = "yes"
    posted(alice, "practice:run_session", session.run.ref, session.pk, **told)
    page = alice.get(reverse("practice:run", args=[session.run.ref]))
    assert "14 October 2010" in text(page)
    assert "11 people came" in text(page)
    assert "Parents helped one another" in text(page)
    pointed = {name: row_of(page, name) for name in names}
    assert pointed == {
        "Debt Advice": "Debt Advice 2",
        "Housing Desk": "Housing Desk 1",
        "School Nursing": "School Nursing 2",
        "Young Carers": "Young Carers 1",
        "Youth Club": "Youth Club 0",
    }
    assert "6 signpostings to 4 services" in text(page)
    in_order = ["Debt Advice 2", "School Nursing 2", "Housing Desk 1", "Young Carers 1", "Youth Club 0"]
    assert rows_of(page, "Signposted to") == in_order, "those of most people first, then by name"
    again = alice.get(reverse("practice:run_session", args=[session.run.ref, session.pk])).content.decode()
    assert "Two swapped numbers." in again
    informed = {name: re.search(rf'<input[^>]*name="info-{entries[name].pk}"[^>]*>', again)[0] for name in names}
    assert [name for name, box in informed.items() if " checked" in box] == ["Youth Club"]
    bad = alice.post(
        reverse("practice:run_session", args=[session.run.ref, session.pk]),
        told | {f"to-{entries['Debt Advice'].pk}": "12"},
    )
    assert "No more people can be signposted to a service than came" in text(bad)
    kept = re.search(rf'<input[^>]*name="info-{entries["Youth Club"].pk}"[^>]*>', bad.content.decode())
    assert kept
    assert " checked" in kept[0], "what was ticked stays ticked"

    def number(page: str, name: str) -> str:
        box = re.search(rf'<input[^>]*name="to-{entries[name].pk}"[^>]*>', page)
        assert box
        shown = re.search(r'value="(\d*)"', box[0])
        return shown[1] if shown else ""

    assert [number(again, name) for name in names] == ["2", "1", "2", "1", ""], "as it was written down"
    assert number(bad.content.decode(), "Debt Advice") == "12", "what was typed stays typed"


@pytest.mark.row("ESX-PSA-2.9.2")
def test_a_service_stands_in_the_directory_once(world: World) -> None:
    told: dict[str, Any] = {"service": SERVICE, "kind": "advice", "phone": "01255 000 000", "at": AT}
    entry = directory.add(SYSTEM, OF_SERVICE, name="Debt Advice", **told)
    assert directory.add(SYSTEM, OF_SERVICE, name=" Debt  Advice ", **told).pk == entry.pk
    assert directory.add(SYSTEM, OF_SERVICE, service=SERVICE, name="Debt Advice", at=AT).pk == entry.pk
    for words, field in (({"name": "Debt Advice", "phone": "01255 111 111"}, "name"), ({"name": " "}, "name")):
        with pytest.raises(Refused) as refusal:
            directory.add(SYSTEM, OF_SERVICE, **told | words)
        assert refusal.value.field == field
    entry.refresh_from_db()
    assert entry.phone == "01255 000 000"


# 2.10


@pytest.mark.row("ESX-PSA-2.10.1")
def test_a_workshop_without_a_need_is_listed(world: World, as_: Callable[[str], Client]) -> None:
    alice = as_("alice")
    posted(
        alice, "practice:need_new", statement="Parents ask about bullying online", source="School cluster meeting",
        noted_on="2/9/2010", topic="bullying", area="tendring",
    )  # fmt: skip
    need = directory_need()
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="locality"
    )
    assert "Elsewhere" not in text(alice.get(reverse("practice:need_new"))), "no area of another service"
    programme = a_programme("Bullying", "workshop", topic="bullying")
    plan = a_plan(programme, leader=world.users["alice"].pk, how_many="1")
    del plan["gap"]
    posted(alice, "practice:run_new", query="?offer=workshop", **plan)
    without = Run.objects.get(service=SERVICE)
    listed = text(alice.get(reverse("practice:coverage")))
    assert "Need not recorded" in listed
    assert without.ref in listed
    asked = alice.get(reverse("practice:run_need", args=[without.ref])).content.decode()
    assert f'<option value="{need.pk}" selected' not in asked
    page = posted(alice, "practice:run_need", without.ref, need=need.pk)
    assert "Parents ask about bullying online (School cluster meeting, 2 September 2010)" in page
    assert without.ref not in text(alice.get(reverse("practice:coverage")))
    again = alice.get(reverse("practice:run_need", args=[without.ref])).content.decode()
    assert f'<option value="{need.pk}" selected' in again, "what was recorded stands in the form"
    posted(alice, "practice:run_new", query="?offer=workshop", **plan, need=need.pk)
    assert "Every workshop of this term says which need it answers" in text(alice.get(reverse("practice:coverage")))


def directory_need() -> Any:
    from fingerpost.work.directory.models import Need

    return Need.objects.get(service=SERVICE)


@pytest.mark.row("ESX-PSA-2.10.2")
def test_a_workshop_stays_proposed_until_agreement_is_recorded(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    alice, gita = as_("alice"), as_("gita")
    run = proposed_run(world, offer="workshop")
    page = reverse("practice:run", args=[run.ref])
    for day in (run.starts_on - timedelta(days=7), run.starts_on, run.ends_on + timedelta(days=7)):
        set_clock(datetime.combine(day, AT.timetz()))
        assert "Awaiting agreement" in text(alice.get(page)), day
    set_clock(AT)
    assert "Record the day" in text(alice.post(reverse("practice:run_advertise", args=[run.ref])))
    posted(gita, "practice:agree", run.ref, agreed_on="6/9/2010", agreed_by="Gita Rao")
    assert "Agreed, not open for booking yet" in text(alice.get(reverse("practice:run", args=[run.ref])))


@pytest.mark.row("ESX-PSA-2.10.2")
def test_a_workshop_is_advertised_by_the_agreement_and_never_before(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    alice, run = as_("alice"), proposed_run(world, offer="workshop")
    with pytest.raises(Refused, match="Record the day on which the Locality Parenting Coordinator agreed"):
        commands.advertise(SYSTEM, run, at=AT)
    assert "There is a problem" in text(alice.post(reverse("practice:run_advertise", args=[run.ref])))
    run.refresh_from_db()
    assert run.advertised_at is None
    posted(as_("gita"), "practice:agree", run.ref, agreed_on="6/9/2010", agreed_by="Gita Rao")
    posted(alice, "practice:run_advertise", run.ref)
    assert "There is a problem" not in text(alice.get(reverse("practice:run", args=[run.ref])))
    run.refresh_from_db()
    assert run.advertised_at == AT


@pytest.mark.row("ESX-PSA-2.10.1")
def test_a_need_says_who_said_so_when_and_where(world: World, as_: Callable[[str], Client]) -> None:
    alice, where = as_("alice"), reverse("practice:need_new")
    form = alice.get(where)
    assert "There is a problem" not in text(form)
    assert options_of(form, "topic")[0] == "Nothing in particular"
    assert "Bullying" in options_of(form, "topic")
    assert "Tendring" in options_of(form, "area")
    told = {"statement": "Parents ask about bullying", "source": "School cluster meeting", "noted_on": "6/9/2010"}
    for wrong, words in (
        ({"noted_on": "7/9/2010"}, "must be on or before 6 September 2010"),
        ({"statement": " "}, "Enter what families need"),
        ({"source": " "}, "Enter who said so, or where it is written"),
    ):
        assert words in text(alice.post(where, told | wrong)), wrong
    for words, field in (
        ({"statement": " "}, "statement"),
        ({"source": " "}, "source"),
        ({"noted_on": AT.date() + timedelta(days=1)}, "noted_on"),
    ):
        fits = {"statement": "Sleep", "source": "Survey", "noted_on": AT.date()}
        with pytest.raises(Refused) as refusal:
            directory.note_need(SYSTEM, OF_SERVICE, service=SERVICE, **fits | words, at=AT)
        assert refusal.value.field == field
    posted(alice, "practice:need_new", **told, topic="bullying", area="tendring")
    posted(alice, "practice:need_new", **told | {"statement": "Sleep"}, area="colchester")
    posted(alice, "practice:need_new", **told | {"statement": "Money", "noted_on": "5/9/2010"})
    address = reverse("practice:needs")
    page = alice.get(address)
    assert heads_of(page, "needs") == {"Need": "", "Area": "sorts", "Source": "sorts", "Date": "sorts"}
    assert sorted(rows_of(page, "needs")) == [
        "Money Everywhere School cluster meeting 5 Sep 2010",
        "Parents ask about bullying Bullying Tendring School cluster meeting 6 Sep 2010",
        "Sleep Colchester School cluster meeting 6 Sep 2010",
    ]
    assert [row.split(" ")[0] for row in rows_of(alice.get(f"{address}?topic=bullying"), "need")] == ["Parents"]
    assert [row.split(" ")[0] for row in in_order_of(alice, address, "needs", "Area")] == ["Sleep", "Parents", "Money"]
    file = alice.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Need,About,Area,Source,Date"
    run = proposed_run(world, offer="workshop", area="tendring")
    needs = alice.get(reverse("practice:run_need", args=[run.ref]))
    assert "There is a problem" not in text(needs)
    assert "Record a need that is not in the list" in text(needs)
    offered = options_of(needs, "need")
    assert any("Parents ask about bullying" in one for one in offered)
    assert any("Money" in one for one in offered), "what is needed everywhere is needed here"
    assert not any("Sleep" in one for one in offered), "that is needed elsewhere"
