"""People and their roles, as whoever administers keeps them at the pages."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.tasks.models import Task
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import opened, posted, rows_of, told, turned_down, words_of
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import a_case


@pytest.fixture
def ida(world: World, settings: Any) -> Client:
    """An administrator, signed in. There is another, Ivo."""
    settings.REQUIRE_SECOND_FACTOR = False
    for name in ("ida", "ivo"):
        world.users[name] = User.objects.create_user(
            f"{name}@example.org", "three wet umbrellas", name=name.capitalize()
        )
        Grant.objects.create(user=world.users[name], role="administrator", reach="platform")
    client = Client()
    client.force_login(world.users["ida"])
    return client


def shown_of(ida: Client, world: World, who: str) -> str:
    return opened(ida, "setup:person", world.users[who].pk)


def sent(ida: Client, page: str, /, *args: Any, **fields: Any) -> str:
    """The form sent, and the words of the page it leads to: itself again, where it is refused."""
    return words_of(ida.post(reverse(page, args=args), fields, follow=True))


def grant_of(world: World, who: str, role: str) -> Grant:
    return Grant.objects.get(user=world.users[who], role=role, until=None)


class TestList:
    def test_says_who_may_do_what_and_where(self, ida: Client, world: World):
        people = rows_of(ida.get(reverse("setup:people") + "?rows=50"), "people")
        (bob,) = [row for row in people if "Bob Lennox" in row]
        assert "Senior Parent Support Advisor (" in bob
        assert "Tendring" in bob
        (unknown,) = [row for row in people if "Ida" in row]
        assert "Administrator (Everywhere)" in unknown

    def test_is_narrowed_by_role_organisation_and_state(self, ida: Client, world: World):
        User.objects.filter(pk=world.users["carol"].pk).update(is_active=False)
        nobody = User.objects.create_user("new@example.org", name="New Comer")
        school = Organisation.objects.get(key="quay_primary")

        def found(query: str) -> str:
            return " ".join(rows_of(ida.get(f"{reverse('setup:people')}?rows=50&{query}"), "p"))

        assert "Bob Lennox" in found("role=supervisor")
        assert "Alice Marsh" not in found("role=supervisor")
        assert nobody.name in found("role=none")
        assert "Bob Lennox" not in found("role=none")
        assert "Erin Bolt" in found(f"organisation={school.pk}")
        assert "Carol Reed" in found("state=gone")
        assert "Alice Marsh" not in found("state=gone")
        assert "Ida" in found("state=active")
        assert "Carol Reed" not in found("state=invited")
        assert "New Comer" in found("state=invited")

    def test_is_taken_as_a_file(self, ida: Client):
        answer = ida.get(reverse("setup:people") + "?download=csv")
        assert (
            "alice@example.org" in b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        )

    @pytest.mark.parametrize("name", ["people", "person_new", "roles", "review", "teams", "organisations", "start"])
    def test_is_for_nobody_else(self, ida: Client, world: World, name: str):
        ida.force_login(world.users["sam"])
        assert ida.get(reverse(f"setup:{name}")).status_code == 403


class TestAdded:
    NEW = {"name": "Una Hale", "email": "Una@example.org", "job_title": "", "organisation": ""}

    def test_somebody_gets_a_link_by_which_they_choose_their_password(self, ida: Client, settings: Any):
        page = sent(ida, "setup:person_new", **self.NEW)
        assert "Una Hale has been added." in page
        (letter,) = mail.outbox
        assert letter.to == ["una@example.org"]
        link = re.search(r"http://testserver(/account/password/reset/key/\S+)", letter.body)
        assert link, letter.body
        assert "http://testserver/account/password/reset/key/" in page, "no mail server is set"
        una = Client()
        where = una.get(link[1], follow=True).request["PATH_INFO"]
        answer = una.post(where, {"password1": "four dry umbrellas", "password2": "four dry umbrellas"}, follow=True)
        assert answer.status_code == 200
        assert (
            una.post(
                reverse("account_login"), {"login": "una@example.org", "password": "four dry umbrellas"}
            ).status_code
            == 302
        )
        assert "Can sign in" in opened(ida, "setup:person", User.objects.get(name="Una Hale").pk)

    def test_where_there_is_a_mail_server_the_link_is_shown_to_nobody_else(self, ida: Client, settings: Any):
        settings.EMAIL_CARRIER = "smtp"
        page = sent(ida, "setup:person_new", **self.NEW)
        assert "It was sent to una@example.org" in page
        assert "reset/key" not in page
        una = User.objects.get(name="Una Hale")
        assert "A new link has been made" in told(ida, "setup:person_link", una.pk)

    def test_an_address_that_is_somebodys_already_is_refused(self, ida: Client):
        said = sent(ida, "setup:person_new", **(self.NEW | {"email": "alice@example.org"}))
        assert "belongs to Alice Marsh already" in said

    def test_who_has_a_password_gets_no_link(self, ida: Client, world: World):
        assert "needs no link" in opened(ida, "setup:person_link", world.users["ivo"].pk)


class TestChanged:
    def test_is_kept_in_the_history(self, ida: Client, world: World):
        school = Organisation.objects.get(key="quay_primary")
        alice = world.users["alice"]
        new = {
            "name": "Alice Moor",
            "email": "alice.moor@example.org",
            "job_title": "Advisor",
            "organisation": str(school.pk),
        }
        page = sent(ida, "setup:person_change", alice.pk, **new, read="")
        assert "The changes have been saved." in page
        assert "Name: Alice Marsh became Alice Moor" in page
        (letter,) = mail.outbox
        assert letter.to == ["alice@example.org"], "the old address hears of it"
        assert "It is now alice.moor@example.org" in letter.body
        assert "Ida" in page

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten(self, ida: Client, world: World):
        alice = world.users["alice"]
        form = ida.get(reverse("setup:person_change", args=[alice.pk])).content.decode()
        read = re.search(r'name="read" id="id_read" value="([^"]*)"', form)
        assert read
        User.objects.get(pk=alice.pk)
        alice.job_title = "Senior"
        alice.save()
        new = {"name": "Alice Moor", "email": "alice@example.org", "job_title": "", "organisation": "", "read": read[1]}
        assert "Somebody else changed this" in sent(ida, "setup:person_change", alice.pk, **new)

    def test_another_persons_address_is_refused(self, ida: Client, world: World):
        new = {"name": "Alice", "email": "BOB@example.org", "job_title": "", "organisation": ""}
        assert "belongs to Bob Lennox" in sent(ida, "setup:person_change", world.users["alice"].pk, **new)


class TestRoles:
    def test_one_is_given_in_a_service_within_a_reach(self, ida: Client, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        step = posted(ida, "setup:grant_where", una.pk, service=SERVICE)
        assert step["Location"] == reverse("setup:grant_new", args=[una.pk, SERVICE])
        team = world.teams["tendring"]
        page = told(ida, "setup:grant_new", una.pk, SERVICE, role="supervisor", reach="team", team=str(team.pk))
        assert "Una Hale is now" in page
        given = Grant.objects.get(user=una)
        assert (given.role, given.reach, given.team, given.service) == ("supervisor", "team", team, SERVICE)
        assert "Given: " in page

    def test_a_reach_that_the_role_is_not_given_for_is_refused_in_words(self, ida: Client, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        said = turned_down(ida, "setup:grant_new", una.pk, SERVICE, role="referrer", reach="service")
        assert "is given for: own families" in said
        assert not Grant.objects.filter(user=una).exists()

    def test_a_team_or_an_area_must_be_named(self, ida: Client, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        assert "Choose the team" in turned_down(
            ida, "setup:grant_new", una.pk, SERVICE, role="caseworker", reach="team"
        )
        assert "Choose the area" in turned_down(
            ida, "setup:grant_new", una.pk, SERVICE, role="caseworker", reach="area"
        )

    def test_the_same_twice_is_one(self, ida: Client, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        for _ in range(2):
            posted(ida, "setup:grant_new", una.pk, SERVICE, role="caseworker", reach="own")
        assert Grant.objects.filter(user=una).count() == 1

    def test_administering_is_of_the_installation_and_of_no_service(self, ida: Client, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        assert "Administrator" not in opened(ida, "setup:grant_new", una.pk, SERVICE).partition("Which role?")[2]
        posted(ida, "setup:grant_new", una.pk, "installation", role="administrator", reach="platform")
        assert Grant.objects.get(user=una).key == "platform"
        assert ida.get(reverse("setup:grant_new", args=[una.pk, "nobodys"])).status_code == 404

    def test_one_is_withdrawn_with_a_reason_at_once(self, ida: Client, world: World):
        held = grant_of(world, "bob", "supervisor")
        assert "Say why" in turned_down(ida, "setup:grant_withdraw", held.pk, reason=" ")
        page = told(ida, "setup:grant_withdraw", held.pk, reason="Moved to another council")
        assert "Withdrawn: " in page
        assert "Moved to another council" in page
        assert "They have no role" in page
        assert world.actor("bob").held == ()
        assert ida.get(reverse("setup:grant_withdraw", args=[held.pk])).status_code == 404

    def test_nobody_withdraws_their_own(self, ida: Client, world: World):
        own = grant_of(world, "ida", "administrator")
        assert "a role of your own" in turned_down(ida, "setup:grant_withdraw", own.pk, reason="Enough")
        assert (
            reverse("setup:grant_withdraw", args=[own.pk])
            not in ida.get(reverse("setup:person", args=[world.users["ida"].pk])).content.decode()
        )

    def test_each_is_told_with_what_it_may(self, ida: Client):
        page = opened(ida, "setup:roles")
        assert "give families to workers" in page
        assert "add people and say what they may do" in page


class TestTakenAway:
    def test_what_they_hold_is_named_first_and_asked_for_of_the_team(self, ida: Client, world: World):
        case, _, _ = a_case(world, worker="alice", area="tendring", last_name="Quill")
        Case.objects.update(closed_at=None)
        first = opened(ida, "setup:person_remove", world.users["alice"].pk)
        assert f"1 open case, {world.teams['tendring'].name}" in first
        assert "Bob Lennox can." in first
        assert "Quill" not in first
        page = told(ida, "setup:person_remove", world.users["alice"].pk, reason="Left on 1 October")
        assert "Alice Marsh can sign in no more." in page
        assert "Left on 1 October" in page
        alice = User.objects.get(pk=world.users["alice"].pk)
        assert (alice.is_active, list(alice.held())) == (False, [])
        (task,) = Task.objects.open().filter(kind="choose_another_worker")
        assert (task.title, task.origin_ref) == ("Alice Marsh has left: choose another worker", case.row.ref)
        assert task.team == case.row.team
        row = Case.objects.get(pk=case.row.pk)
        bob = world.actor("bob")
        casework.allocate(bob, row, worker=world.users["carol"], exception_reason="Alice left", at=moment(2011, 1, 4))
        assert not Task.objects.open().filter(kind="choose_another_worker").exists()

    def test_they_are_signed_out_everywhere(self, ida: Client, world: World):
        alice = Client()
        world.users["alice"].set_password("three wet umbrellas")
        world.users["alice"].save()
        alice.post(reverse("account_login"), {"login": "alice@example.org", "password": "three wet umbrellas"})
        assert alice.get("/signed-in").status_code == 200
        posted(ida, "setup:person_remove", world.users["alice"].pk, reason="Left")
        assert alice.get("/signed-in").status_code == 302

    def test_not_oneself_and_not_the_last_who_administers(self, ida: Client, world: World):
        assert "cannot remove your own access" in turned_down(
            ida, "setup:person_remove", world.users["ida"].pk, reason="x"
        )
        posted(ida, "setup:person_remove", world.users["ivo"].pk, reason="Left")
        assert User.objects.get(pk=world.users["ida"].pk).is_active

    def test_a_reason_is_needed(self, ida: Client, world: World):
        assert "Say why" in turned_down(ida, "setup:person_remove", world.users["alice"].pk, reason="")
        assert User.objects.get(pk=world.users["alice"].pk).is_active

    def test_they_come_back_without_their_roles(self, ida: Client, world: World):
        posted(ida, "setup:person_remove", world.users["alice"].pk, reason="Left")
        page = told(ida, "setup:person_restore", world.users["alice"].pk)
        assert "can sign in again" in page
        assert "They have no role" in page


class TestReview:
    def test_lists_who_holds_what_the_longest_unlooked_at_first_and_marks_what_is_overdue(
        self, ida: Client, world: World
    ):
        Grant.objects.filter(user=world.users["bob"]).update(since=moment(2010, 4, 1))
        rows = rows_of(ida.get(reverse("setup:review") + "?rows=50"), "role")
        assert "Bob Lennox" in rows[0] or "Overdue" in rows[0]
        (bob,) = [row for row in rows if "Bob Lennox" in row]
        assert "Overdue" in bob
        assert "Overdue" not in next(row for row in rows if row.startswith("Who Ida") or "Ida" in row)

    def test_what_is_right_is_confirmed_for_a_quarter(self, ida: Client, world: World):
        Grant.objects.filter(user=world.users["alice"]).update(since=moment(2010, 4, 1))
        held = list(Grant.objects.filter(user=world.users["alice"]))
        page = told(ida, "setup:review_person", world.users["alice"].pk, grants=[str(held[0].pk)])
        assert "1 role of Alice Marsh confirmed." in page
        kept = {one.pk: one for one in Grant.objects.filter(user=world.users["alice"])}
        assert kept[held[0].pk].confirmed_by == world.users["ida"]
        assert kept[held[1].pk].confirmed_at is None
        assert "Looked at and still right" in shown_of(ida, world, "alice")

    def test_nobody_confirms_their_own(self, ida: Client, world: World):
        own = grant_of(world, "ida", "administrator")
        said = turned_down(ida, "setup:review_person", world.users["ida"].pk, grants=[str(own.pk)])
        assert "Somebody else must say" in said


class TestTeams:
    def test_one_is_added_and_called_otherwise(self, ida: Client, world: World):
        provider = Organisation.objects.get(key="essex_county_council")
        new = {"name": "Night team", "service": SERVICE, "organisation": str(provider.pk)}
        assert "Night team has been added." in sent(ida, "setup:team_new", **new)
        made = Team.objects.get(service=SERVICE, name="Night team")
        assert made.key == "night_team"
        assert "Evening team" in sent(ida, "setup:team", made.pk, name="Evening team")
        made.refresh_from_db()
        assert (made.key, made.name) == ("night_team", "Evening team")
        assert "Another team of this service" in sent(ida, "setup:team", made.pk, name=world.teams["tendring"].name)

    def test_an_organisation_is_added_and_called_otherwise(self, ida: Client, world: World):
        assert "Brook School" in sent(ida, "setup:organisation_new", name="Brook School", kind="school")
        made = Organisation.objects.get(key="brook_school")
        assert "Brook Academy" in sent(ida, "setup:organisation", made.pk, name="Brook Academy", kind="school")
        assert "stands for" in sent(ida, "setup:organisation_new", name="Brook School", kind="school")


def test_a_new_installation_says_what_is_left_to_do(ida: Client, world: World) -> None:
    page = words_of(ida.get(reverse("setup:start")))
    assert "Parent Support" in page
    assert page.count("Done") == 4
    assert "Your second step" in page
