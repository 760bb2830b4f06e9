"""Who looked at whom can be read, what is unusual stands out, and everybody sees where they are signed in."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.devices import device
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.history.models import View
from fingerpost.people.families.models import Family, Person
from fingerpost.proof.quality import looks as log
from fingerpost.proof.quality.unusual import unusual
from tests.fixtures.browsing import Browser, Today, opened, plain, rows_of
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

AT = moment(2010, 10, 1, 11)  # a Friday
WORKDAY = moment(2010, 9, 30, 11)


def looked(
    world: World,
    who: str,
    *ids: UUID,
    at: datetime = WORKDAY,
    kind: str = "family",
    page: str = "practice.views.families.family",
) -> View:
    """A line of the log."""
    user = world.users[who]
    told = {"actor_id": user.pk, "actor_name": user.name, "page": page, "address": "192.0.2.7"}
    return View.objects.create(at=at, subject_kind=kind, subject_ids=list(ids), **told)


def reasons(world: World, reader: str = "sam", at: datetime = AT) -> dict[UUID, list[str]]:
    """Why each line is unusual, by line."""
    return {look.view.pk: look.reasons for look in unusual(world.actor(reader), at)}


@pytest.fixture
def family(world: World) -> Family:
    return a_case(world)[0].row.family


@pytest.fixture
def hidden(world: World) -> Family:
    return a_case(world, last_name="Hidden", restricted=True)[0].row.family


@pytest.mark.case("A8")
class TestTheLog:
    def test_a_look_at_a_page_can_be_read_by_whoever_governs_records(
        self, browser: Browser, today: Today, family: Family
    ) -> None:
        today.is_(2010, 10, 1)
        assert browser("alice").get(reverse("practice:family", args=[family.ref])).status_code == 200
        answer = browser("sam").get(reverse("oversight:looks"))
        (row,) = rows_of(answer, "look")
        assert "Alice Marsh" in row
        assert family.name in row
        assert "Family" in row
        assert "127.0.0.1" in row

    @pytest.mark.parametrize("who", ["alice", "bob", "dave", "erin", "gita"])
    def test_nobody_else_reads_it(self, browser: Browser, today: Today, family: Family, who: str) -> None:
        for name, arguments in (("looks", []), ("unusual_looks", []), ("family_looks", [family.ref])):
            assert browser(who).get(reverse(f"oversight:{name}", args=arguments)).status_code == 403

    def test_a_restricted_familys_lines_are_the_leads_alone(
        self, world: World, browser: Browser, today: Today, family: Family, hidden: Family
    ) -> None:
        child = Person.objects.filter(last_name="Hidden").first()
        assert child
        looked(world, "fay", hidden.pk)
        looked(world, "fay", child.pk, kind="person")
        looked(world, "alice", family.pk, hidden.pk, page="practice.views.work.my_work")
        assert log.lines(world.actor("sam")).count() == 1
        assert log.lines(world.actor("fay")).count() == 3
        told = opened(browser("sam"), "oversight:looks")
        assert "Hidden" not in told
        assert browser("sam").get(reverse("oversight:family_looks", args=[hidden.ref])).status_code == 404
        assert hidden.name in opened(browser("fay"), "oversight:looks")
        assert "Fay Linton" in opened(browser("fay"), "oversight:family_looks", hidden.ref)

    def test_another_services_lines_are_not_shown(
        self, world: World, browser: Browser, today: Today, family: Family
    ) -> None:
        looked(world, "alice", family.pk)
        max_ = User.objects.create_user("max@example.org", name="Max")
        Grant.objects.create(user=max_, role="service_manager", reach="service", service="somebody_elses")
        client = Client()
        client.force_login(max_)
        assert "Alice Marsh" not in opened(client, "oversight:looks")

    def test_it_is_read_by_person_by_day_and_by_family(
        self, world: World, browser: Browser, today: Today, family: Family
    ) -> None:
        other = a_case(world, worker="carol", area="colchester", last_name="Reed")[0].row.family
        member = Person.objects.filter(last_name="Reed").first()
        assert member
        looked(world, "alice", family.pk, at=moment(2010, 9, 27))
        looked(world, "bob", family.pk, at=moment(2010, 9, 28))
        looked(world, "carol", member.pk, kind="person", at=moment(2010, 9, 29))
        sam = browser("sam")

        def rows(query: str) -> list[str]:
            return rows_of(sam.get(reverse("oversight:looks") + query), "look")

        by_bob = rows(f"?who={world.users['bob'].pk}")
        assert len(by_bob) == 1
        assert "Bob Lennox" in by_bob[0]
        (on_that_day,) = rows("?since=28/9/2010&until=28/9/2010")
        assert "Bob Lennox" in on_that_day
        of_other = rows_of(sam.get(reverse("oversight:family_looks", args=[other.ref])), "look")
        assert len(of_other) == 1
        assert "Carol Reed" in of_other[0]

    def test_taking_the_log_as_a_file_is_logged_too(
        self, world: World, browser: Browser, today: Today, family: Family
    ) -> None:
        looked(world, "alice", family.pk)
        file = browser("sam").get(reverse("oversight:looks") + "?download=csv")
        assert b"Alice Marsh" in file.content
        line = View.objects.get(actor_id=world.users["sam"].pk)
        assert (line.subject_ids, line.why) == ([family.pk], "Taken as a file (CSV)")

    def test_it_asks_as_much_for_many_lines_as_for_few(
        self, world: World, family: Family, django_assert_max_num_queries: Any
    ) -> None:
        for minute in range(60):
            looked(world, "alice", family.pk, at=WORKDAY + timedelta(minutes=minute))
        with django_assert_max_num_queries(16):
            assert unusual(world.actor("sam"), AT) == []


@pytest.mark.case("A8")
class TestUnusual:
    def test_ones_own_caseload_at_work_is_not(self, world: World, family: Family) -> None:
        looked(world, "alice", family.pk)
        looked(world, "bob", family.pk)
        assert reasons(world) == {}

    def test_outside_ones_caseload_and_team(self, world: World, family: Family) -> None:
        line = looked(world, "carol", family.pk, at=moment(2010, 9, 30))
        assert "outside" in reasons(world)[line.pk]

    def test_out_of_hours_and_on_a_sunday(self, world: World, family: Family) -> None:
        night, early, sunday = (
            looked(world, "alice", family.pk, at=at)
            for at in (moment(2010, 9, 29, 23), moment(2010, 9, 30, 6, 59), moment(2010, 9, 26, 11))
        )
        looked(world, "alice", family.pk, at=moment(2010, 9, 30, 7))
        looked(world, "alice", family.pk, at=moment(2010, 9, 30, 19, 59))
        assert reasons(world) == {night.pk: ["hours"], early.pk: ["hours"], sunday.pk: ["hours"]}

    def test_many_families_in_an_hour(self, world: World, settings: Any) -> None:
        settings.UNUSUAL_LOOKS = settings.UNUSUAL_LOOKS | {"families_in_an_hour": 2}
        families = [a_case(world, last_name=f"Many{n}")[0].row.family for n in range(3)]
        for minute, one in enumerate(families[:2]):
            looked(world, "alice", one.pk, at=WORKDAY + timedelta(minutes=minute))
        assert reasons(world) == {}
        looked(world, "alice", families[2].pk, at=WORKDAY + timedelta(minutes=50))
        assert set(reasons(world)) == set(View.objects.values_list("pk", flat=True))
        assert all(found == ["many"] for found in reasons(world).values())

    def test_reading_the_log_at_work_is_not(self, world: World, family: Family) -> None:
        looked(world, "sam", family.pk, page="oversight.views.looks.looks")
        assert reasons(world) == {}

    def test_a_list_that_names_many_is_no_opening(self, world: World, settings: Any) -> None:
        settings.UNUSUAL_LOOKS = settings.UNUSUAL_LOOKS | {"families_in_an_hour": 1}
        families = [a_case(world, last_name=f"Many{n}")[0].row.family.pk for n in range(3)]
        looked(world, "alice", *families, page="practice.views.work.my_work")
        assert reasons(world) == {}

    def test_a_restricted_family_for_the_lead_alone(self, world: World, hidden: Family) -> None:
        line = looked(world, "fay", hidden.pk)
        assert "restricted" in reasons(world, "fay")[line.pk]
        assert reasons(world) == {}

    def test_ones_own_name_and_a_colleagues(self, world: World) -> None:
        own = a_case(world, last_name="Marsh")[0].row.family
        line = looked(world, "alice", own.pk)
        assert reasons(world)[line.pk] == ["name"]
        colleague = looked(world, "bob", own.pk)
        assert colleague.pk not in reasons(world)
        Person.objects.filter(last_name="Marsh").update(first_name="Fay", last_name="Linton")
        assert reasons(world)[colleague.pk] == ["colleague"]

    def test_opened_and_nothing_done(self, world: World, family: Family) -> None:
        line = looked(world, "carol", family.pk, at=moment(2010, 9, 10))
        assert "no_work" in reasons(world)[line.pk]
        soon = looked(world, "carol", family.pk, at=moment(2010, 9, 30))
        assert "no_work" not in reasons(world)[soon.pk], "there is time yet"

    def test_the_page_shows_them_with_why(self, world: World, browser: Browser, today: Today, family: Family) -> None:
        today.is_(2010, 10, 1)
        looked(world, "alice", family.pk, at=moment(2010, 9, 29, 23))
        told = opened(browser("sam"), "oversight:unusual_looks")
        assert "Out of hours" in told
        assert "Alice Marsh" in told
        by_reason = rows_of(browser("sam").get(reverse("oversight:unusual_looks") + "?reason=hours"), "unusual look")
        assert len(by_reason) == 1
        none = opened(browser("sam"), "oversight:unusual_looks", query="?reason=many")
        assert "29 Sep 2010" not in none


# --- Where somebody is signed in ---

PASSWORD, NEW = "three wet umbrellas", "four dry lanterns"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.fixture
def signs_in(world: World, settings: Any) -> Iterator[Any]:
    settings.PASSWORD_HASHERS, settings.REQUIRE_SECOND_FACTOR = ["django.contrib.auth.hashers.MD5PasswordHasher"], False
    for user in world.users.values():
        user.set_password(PASSWORD)
        user.save()
    cache.clear()

    def sign_in(who: str, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
        client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
        told = {"login": f"{who}@example.org", "password": PASSWORD}
        assert client.post("/account/login/", told).status_code == 302
        client.get("/", follow=True)
        return client

    yield sign_in
    cache.clear()


def number_in(markup: str) -> str:
    """What the first button to end a session sends."""
    button = next(one for one in re.findall(r"<button[^>]*>", markup) if 'name="session"' in one)
    found = re.search(r'value="([^"]+)"', button)
    assert found
    return found[1]


def is_in(client: Client) -> bool:
    return client.get(reverse("sessions")).status_code == 200


@pytest.mark.case("A8")
class TestSessions:
    def test_everybody_sees_where_they_are_signed_in(self, signs_in: Any) -> None:
        here, _there = signs_in("alice"), signs_in("alice", SAFARI, "198.51.100.4")
        signs_in("bob")
        rows = rows_of(here.get(reverse("sessions")), "Places")
        assert len(rows) == 2
        assert any("Firefox on a Windows computer (here)" in row and "192.0.2.7" in row for row in rows)
        assert any("Safari on an iPhone" in row and "198.51.100.4" in row for row in rows)

    def test_one_can_be_ended_and_all_others(self, signs_in: Any) -> None:
        here, phone, desk = signs_in("alice"), signs_in("alice", SAFARI), signs_in("alice")
        page = here.get(reverse("sessions")).content.decode()
        row = next(part for part in page.split("<tr")[1:] if "iPhone" in part)
        number = number_in(row)
        here.post(reverse("sessions_end"), {"session": number})
        assert (is_in(here), is_in(phone), is_in(desk)) == (True, False, True)
        here.post(reverse("sessions_end"), {"session": "others"})
        assert (is_in(here), is_in(desk)) == (True, False)

    def test_nobody_ends_anothers(self, signs_in: Any) -> None:
        alice, bob = signs_in("alice"), signs_in("bob")
        page = alice.get(reverse("sessions")).content.decode()
        number = number_in(page)
        bob.post(reverse("sessions_end"), {"session": number})
        for word in ("", "x", "9" * 40, "-1"):
            bob.post(reverse("sessions_end"), {"session": word})
        assert is_in(alice)
        assert is_in(bob)

    def test_ending_this_one_signs_out(self, signs_in: Any) -> None:
        alice = signs_in("alice")
        page = alice.get(reverse("sessions")).content.decode()
        number = number_in(page)
        alice.post(reverse("sessions_end"), {"session": number})
        assert not is_in(alice)

    def test_a_new_password_ends_the_others(self, signs_in: Any) -> None:
        here, phone = signs_in("alice"), signs_in("alice", SAFARI)
        told = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert here.post(reverse("account_change_password"), told).status_code == 302
        assert (is_in(here), is_in(phone)) == (True, False)
        assert len(rows_of(here.get(reverse("sessions")), "Places")) == 1

    def test_an_administrator_ends_somebodys(self, signs_in: Any) -> None:
        ida = User.objects.create_user("ida@example.org", PASSWORD, name="Ida Crane")
        Grant.objects.create(user=ida, role="administrator", reach="platform")
        alice, bob, admin = signs_in("alice"), signs_in("bob"), signs_in("ida")
        assert "Alice Marsh" in plain(admin.get(reverse("sessions_all")).content.decode())
        address = reverse("sessions_of", args=[User.objects.get(email="alice@example.org").pk])
        assert bob.post(address).status_code == 403
        assert is_in(alice)
        assert "signed out everywhere (1)" in plain(admin.post(address, follow=True).content.decode())
        assert (is_in(alice), is_in(bob), is_in(admin)) == (False, True, True)

    def test_devices_are_told_in_plain_words(self) -> None:
        assert device(FIREFOX) == "Firefox on a Windows computer"
        assert device(SAFARI) == "Safari on an iPhone"
        assert device("curl/8") == "A browser that we do not know"
        assert device("Mozilla/5.0 (X11; CrOS x86_64) Chrome/120 Safari/537.36 Edg/120") == "Edge on a Chromebook"
