"""Who may do what, where; what a command tells the history; what the access log keeps."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor, Held, NotAllowed
from fingerpost.ground.access.command import command, forget_what_was_read, locked, read_once
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.page import page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import AlreadyRecorded
from fingerpost.ground.access.scope import PLATFORM, Scope, visible_in_sql
from fingerpost.ground.history.models import View
from fingerpost.ground.history.tracking import changes
from fingerpost.people.families.models import Family, Person

AT = datetime(2010, 5, 4, 9, 30, tzinfo=UTC)
SERVICE = "essex_parent_support_advisors"
MINE, ANOTHER = uuid.uuid4(), uuid.uuid4()


def advisor(**held: str) -> Actor:
    return Actor(MINE, "Alice", (Held("caseworker", held.get("key", f"user:{MINE}"), SERVICE),))


class TestScope:
    def test_reaches_a_row_that_carries_one_of_her_keys(self):
        assert advisor().can(Permission.RECORD_CONTACT, Scope.of(service=SERVICE, users=[MINE]))

    def test_does_not_reach_a_row_of_somebody_else(self):
        assert not advisor().can(Permission.RECORD_CONTACT, Scope.of(service=SERVICE, users=[ANOTHER]))

    def test_a_role_without_the_permission_reaches_nothing(self):
        assert not advisor().can(Permission.ALLOCATE_CASE, Scope.of(users=[MINE]))

    def test_a_restricted_row_needs_a_grant_that_reaches_restricted_rows(self):
        row = Scope.of(users=[MINE], restricted=True)
        trusted = Actor(MINE, "Alice", (Held("caseworker", f"user:{MINE}", SERVICE, restricted=True),))
        assert not advisor().can(Permission.RECORD_CONTACT, row)
        assert trusted.can(Permission.RECORD_CONTACT, row)

    def test_require_says_what_may_not_be_done(self):
        with pytest.raises(NotAllowed, match="may not allocate case"):
            advisor().require(Permission.ALLOCATE_CASE, Scope.of(users=[MINE]))


@pytest.fixture
def person(db: None) -> Person:
    kept = Person(first_name="Sarah", last_name="Smith", search_name="sarah smith", recorded_at=AT)
    kept.scope = Scope.of(service=SERVICE, users=[MINE])
    kept.save()
    return kept


class TestVisibleTo:
    def test_only_rows_within_reach(self, person: Person):
        assert list(Person.objects.visible_to(advisor())) == [person]
        assert not Person.objects.visible_to(advisor(key=f"user:{ANOTHER}")).exists()

    def test_restricted_rows_are_hidden(self, person: Person):
        person.restricted = True
        person.save()
        assert not Person.objects.visible_to(advisor()).exists()

    def test_nobody_sees_nothing(self, person: Person):
        assert not Person.objects.visible_to(Actor(None, "Nobody")).exists()

    @pytest.mark.parametrize("is_restricted", [False, True])
    def test_a_statement_written_by_hand_meets_the_same_rows(self, person: Person, is_restricted: bool):
        Person.objects.update(restricted=is_restricted)
        trusted = Actor(MINE, "Alice", (Held("caseworker", f"user:{MINE}", SERVICE, restricted=True),))
        elsewhere, nobody = advisor(key=f"user:{ANOTHER}"), Actor(None, "Nobody")
        met = []
        for actor in (advisor(), trusted, elsewhere, nobody, Actor.system()):
            visible, keys = visible_in_sql(actor, "p")
            with connection.cursor() as cursor:
                cursor.execute("SELECT p.id FROM families_person p WHERE " + visible, keys)  # noqa: S608
                met.append([pk for (pk,) in cursor.fetchall()])
            assert met[-1] == [one.pk for one in Person.objects.visible_to(actor)]
        assert [len(rows) for rows in met] == [0 if is_restricted else 1, 1, 0, 0, 1]


@command(allow=Permission.RECORD_CONTACT)
def rename(actor: Actor, person: Person, *, to: str, reason: str = "", at: datetime) -> Person:
    person.first_name = to
    person.save(update_fields=["first_name"])
    return person


@command(allow=Permission.CLOSE_CASE)
def rename_twice(actor: Actor, person: Person, *, at: datetime) -> Person:
    return rename(actor, rename(actor, person, to="One", at=at), to="Two", at=at)


@command(allow=Permission.CLOSE_CASE)
def rename_beside(actor: Actor, person: Person, *, other: Person, at: datetime) -> Person:
    return rename(actor, other, to="Beside", at=at)


@command(allow=Permission.APPROVE_DECISION)
def rename_with_leave(actor: Actor, person: Person, *, at: datetime) -> Person:
    return rename(actor, person, to="With leave", at=at)


@command(allow=Permission.CLOSE_CASE)
def rename_undeclared(actor: Actor, person: Person, *, at: datetime) -> Person:
    return rename_with_leave(actor, person, at=at)


@command(allow=Permission.CLOSE_CASE, includes=("test_access.rename_with_leave",))
def rename_declared(actor: Actor, person: Person, *, at: datetime) -> Person:
    return rename_with_leave(actor, person, at=at)


@command(allow=Permission.CLOSE_CASE, includes=("test_access.rename_undeclared", "test_access.rename_with_leave"))
def rename_two_deep(actor: Actor, person: Person, *, at: datetime) -> Person:
    return rename_undeclared(actor, person, at=at)


class TestWithinOneAct:
    def test_what_was_read_is_kept_for_the_act_and_no_longer(self, person: Person):
        asked = []

        @command(allow=Permission.RECORD_CONTACT)
        def act(actor: Actor, subject: Person, *, at: datetime) -> list[int]:
            def read() -> int:
                asked.append(len(asked))
                return len(asked)

            first, second = read_once("how many", read), read_once("how many", read)
            forget_what_was_read()
            return [first, second, read_once("how many", read)]

        assert act(advisor(), person, at=AT) == [1, 1, 2]
        assert act(advisor(), person, at=AT) == [3, 3, 4]
        assert [read_once("how many", lambda: 5), read_once("how many", lambda: 6)] == [5, 6]

    def test_a_locked_row_is_read_as_it_stands(self, person: Person):
        Person.objects.update(first_name="Sara", scope_keys=["user:x"])
        with transaction.atomic():
            again = locked(person)
        assert (again.pk, again.first_name, again.scope_keys, again.recorded_at) == (person.pk, "Sara", ["user:x"], AT)
        Person.objects.all().delete()
        with transaction.atomic(), pytest.raises(Person.DoesNotExist):
            locked(person)


class TestCommand:
    def test_the_history_keeps_who_which_command_why_and_when(self, person: Person):
        rename(advisor(), person, to="Sara", reason="Misspelt", at=AT)
        newest = changes(person)[0]
        assert (newest["name"], newest["actor"], newest["reason"]) == ("Alice", str(MINE), "Misspelt")
        assert newest["command"].endswith(".rename")
        assert newest["event"].first_name == "Sara"

    def test_bulk_writes_are_kept_too(self, person: Person):
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(first_name="Sally")
        assert [c["event"].first_name for c in changes(person)] == ["Sally", "Sarah"]

    def test_without_the_permission_nothing_is_written(self, person: Person):
        with pytest.raises(NotAllowed):
            rename(advisor(key=f"user:{ANOTHER}"), person, to="Sara", at=AT)
        person.refresh_from_db()
        assert person.first_name == "Sarah"

    def test_of_an_act_inside_another_the_history_names_the_outer_one(self, person: Person):
        rename_twice(advisor(), person, at=AT)
        assert changes(person)[0]["command"].endswith(".rename_twice")


@pytest.mark.case("A9")
class TestInnerCommand:
    """A command inside another asks for itself, unless the other names it as a part of its own act."""

    @pytest.fixture
    def other(self, person: Person) -> Person:
        kept = Person(first_name="Tom", last_name="Rook", search_name="tom rook", recorded_at=AT)
        kept.scope = Scope.of(service=SERVICE, users=[ANOTHER])
        kept.save()
        return kept

    def name_of(self, person: Person) -> str:
        person.refresh_from_db()
        return person.first_name

    def test_it_asks_its_own_permission(self, person: Person):
        with pytest.raises(NotAllowed, match="may not approve decision"):
            rename_undeclared(advisor(), person, at=AT)
        assert self.name_of(person) == "Sarah"
        supervisor = Actor(MINE, "Bob", (Held("supervisor", f"user:{MINE}", SERVICE),))
        rename_undeclared(supervisor, person, at=AT)
        assert self.name_of(person) == "With leave"

    def test_it_asks_on_its_own_subject(self, person: Person, other: Person):
        with pytest.raises(NotAllowed):
            rename_beside(advisor(), person, other=other, at=AT)
        assert self.name_of(other) == "Tom"
        rename_beside(advisor(), person, other=person, at=AT)
        assert self.name_of(person) == "Beside"

    def test_a_restricted_subject_needs_the_grant_for_those(self, person: Person, other: Person):
        other.scope = Scope.of(service=SERVICE, users=[MINE], restricted=True)
        other.save()
        with pytest.raises(NotAllowed):
            rename_beside(advisor(), person, other=other, at=AT)
        trusted = Actor(MINE, "Alice", (Held("caseworker", f"user:{MINE}", SERVICE, restricted=True),))
        rename_beside(trusted, person, other=other, at=AT)
        assert self.name_of(other) == "Beside"

    def test_what_is_declared_a_part_is_not_asked_again(self, person: Person):
        rename_declared(advisor(), person, at=AT)
        assert self.name_of(person) == "With leave"

    def test_an_act_declares_what_it_calls_itself_and_nothing_deeper(self, person: Person):
        with pytest.raises(NotAllowed, match="may not approve decision"):
            rename_two_deep(advisor(), person, at=AT)
        assert self.name_of(person) == "Sarah"

    def test_it_costs_no_query(self, person: Person):
        with CaptureQueriesContext(connection) as alone:
            rename(advisor(), person, to="One", at=AT)
        with CaptureQueriesContext(connection) as inside:
            rename_beside(advisor(), person, other=person, at=AT)
        assert len(inside) == len(alone)


class TestHistory:
    def test_scope_keys_alone_leave_no_history(self, person: Person):
        before = len(changes(person))
        Person.objects.filter(pk=person.pk).update(scope_keys=["service:other"])
        assert len(changes(person)) == before


class TestGrants:
    def test_a_grant_gives_keys_until_it_is_withdrawn(self, db: None):
        council = Organisation.objects.create(key="council", name="Council")
        team = Team.objects.create(organisation=council, service=SERVICE, key="north", name="North")
        bob = User.objects.create_user("bob@example.org", name="Bob", organisation=council)
        system = Actor.system()
        given = commands.grant(
            system, PLATFORM, user=bob, role="supervisor", reach=Grant.Reach.TEAM, service=SERVICE, team=team, at=AT
        )
        assert Actor.of(bob).keys(Permission.ALLOCATE_CASE) == {f"team:{team.pk}", f"named:{bob.pk}"}
        commands.withdraw(system, PLATFORM, grant=given, at=AT, reason="Left")
        assert not Actor.of(bob).has(Permission.ALLOCATE_CASE)


@pytest.mark.case("A2")
class TestToldTwice:
    """Told again by the same words nothing is added; other words are never answered as if they were kept."""

    def test_a_user(self, db: None):
        system = Actor.system()
        council = Organisation.objects.create(key="council", name="Council")
        told = {"email": "Bob@example.org", "name": "Bob Hale", "job_title": "Lead", "organisation": council, "at": AT}
        bob = commands.add_user(system, PLATFORM, **told)
        assert commands.add_user(system, PLATFORM, **told | {"email": "bob@EXAMPLE.org"}) == bob
        for other in (
            {"name": "Bob Hall"},
            {"job_title": "Head"},
            {"organisation": None},
            {"introduction": "Try this"},
        ):
            with pytest.raises(AlreadyRecorded, match="belongs to Bob Hale already"):
                commands.add_user(system, PLATFORM, **told | other)
        assert User.objects.get().job_title == "Lead"

    def test_an_organisation(self, db: None):
        told = {"key": "st_anne", "name": "St Anne's", "kind": "school", "at": AT}
        school = commands.add_organisation(Actor.system(), PLATFORM, **told)
        assert commands.add_organisation(Actor.system(), PLATFORM, **told) == school
        for other in ({"name": "St Anne"}, {"kind": "provider"}):
            with pytest.raises(AlreadyRecorded, match="st_anne stands for St Anne's already"):
                commands.add_organisation(Actor.system(), PLATFORM, **told | other)

    def test_a_team(self, db: None):
        council, other_body = (Organisation.objects.create(key=key, name=key) for key in ("council", "charity"))
        told = {"organisation": council, "service": SERVICE, "key": "north", "name": "North", "at": AT}
        team = commands.form_team(Actor.system(), PLATFORM, **told)
        assert commands.form_team(Actor.system(), PLATFORM, **told) == team
        for other in ({"name": "Northern"}, {"organisation": other_body}):
            with pytest.raises(AlreadyRecorded, match="north stands for North already"):
                commands.form_team(Actor.system(), PLATFORM, **told | other)
        assert commands.form_team(Actor.system(), PLATFORM, **told | {"service": "another"}) != team


def as_signed_in(user: User):
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.fixture
def bob(db: None) -> User:
    user = User.objects.create_user("bob@example.org", name="Bob")
    Grant.objects.create(user=user, role="supervisor", reach="service", service=SERVICE, since=AT)
    return user


class TestPage:
    def test_refuses_somebody_without_the_permission(self, bob: User):
        @page(allow=Permission.ADMINISTER_SYSTEM)
        def settings_page(request):
            return HttpResponse("in")

        with pytest.raises(PermissionDenied):
            settings_page(as_signed_in(bob))

    def test_a_page_that_shows_people_leaves_a_line_in_the_log(self, bob: User):
        family = uuid.uuid4()

        @page(allow=Permission.VIEW_FAMILY, shows="family")
        def family_page(request):
            request.saw("family", family)
            return HttpResponse("family")

        answer = family_page(as_signed_in(bob))
        kept = View.objects.get()
        assert (kept.actor_id, kept.subject_kind, kept.subject_ids) == (bob.pk, "family", [family])
        assert "no-store" in answer["Cache-Control"]

    def test_a_page_that_forgets_to_say_whom_it_showed_fails(self, bob: User):
        @page(allow=Permission.VIEW_FAMILY, shows="family")
        def forgetful(request):
            return HttpResponse("family")

        with pytest.raises(RuntimeError, match="did not say which"):
            forgetful(as_signed_in(bob))

    def test_the_log_can_be_neither_changed_nor_emptied(self, db: None):
        View.objects.create(at=AT, actor_id=MINE, actor_name="Alice", page="x", subject_kind="family", subject_ids=[])
        for act in (lambda: View.objects.update(actor_name="Eve"), lambda: View.objects.all().delete()):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                act()
        assert View.objects.get().actor_name == "Alice"


def test_every_row_about_a_family_has_a_scope(db: None):
    with connection.cursor() as cursor:
        columns = {c.name for c in connection.introspection.get_table_description(cursor, Family._meta.db_table)}
    assert {"scope_keys", "restricted"} <= columns
