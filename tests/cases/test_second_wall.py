"""What the database itself refuses: rows that nobody may meet who acts, and a history that is written anew."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from config import database, roles
from fingerpost.cli import main
from fingerpost.ground.access import policies
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import MEETS_ROWS, Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history import sealing, sight
from fingerpost.ground.history.models import Seal, View
from fingerpost.ground.history.tracking import event_model_of
from fingerpost.ground.places.models import area_key
from fingerpost.people.families.models import Family, Person
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Contact
from fingerpost.work.referrals import restricting
from tests.fixtures.browsing import Browser
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.world import PEOPLE, SERVICE, World, moment

pytestmark = pytest.mark.case("A9")
AT = moment(2010, 10, 4)


@pytest.fixture
def county(world: World) -> World:
    """Families of two teams, one of them restricted, with cases, contacts, a concern, a group's place and a message."""
    for name, locality, worker in (
        ("Quill", "tendring", "alice"),
        ("Rowe", "colchester", "carol"),
        ("Hyde", "tendring", "alice"),
    ):
        home = household(name, locality=locality)
        case = allocated(world, home=home, worker=worker)
        casework.record_contact(
            world.actor(worker), case, kind="casework_session", happened_at=AT, minutes=30, topics=[], note=name, at=AT
        )
    families = {family.name: family for family in Family.objects.all()}
    restricting.restrict(
        world.actor("fay"),
        families["Hyde family"],
        service=SERVICE,
        reason="Hidden",
        named=[world.users["alice"]],
        at=AT,
    )
    return world


@contextmanager
def as_told(actor: Actor) -> Iterator[None]:
    with sight.seeing(actor.sight):
        yield


def refused() -> pytest.RaisesExc[ProgrammingError]:
    return pytest.raises(ProgrammingError, match=r"permission denied|must be owner|row-level security")


# --- Rows about people ---


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_table_shows_each_role_what_its_keys_give(county: World, who: str) -> None:
    actor = county.actor(who)
    met = frozenset().union(*(actor.keys(one) for one in MEETS_ROWS))
    restricted = actor.keys(Permission.VIEW_RESTRICTED)
    for model in policies.models_about_people():
        rows = model._default_manager.values_list("pk", "scope_keys", "restricted")
        wanted = {pk for pk, keys, hidden in rows if met & set(keys) and (not hidden or restricted & set(keys))}
        with as_told(actor):
            assert set(model._default_manager.values_list("pk", flat=True)) == wanted, model._meta.label


def test_the_roles_of_the_small_world_tell_rows_apart(county: World) -> None:
    seen = {}
    for who in PEOPLE:
        with as_told(county.actor(who)):
            seen[who] = set(Family.objects.values_list("name", flat=True))
    quill, rowe, hyde = "Quill family", "Rowe family", "Hyde family"
    assert seen["alice"] == {quill, hyde}
    assert seen["bob"] == {quill}
    assert seen["carol"] == {rowe}
    assert seen["fay"] == {quill, rowe, hyde}
    assert seen["sam"] == {quill, rowe}
    assert seen["dave"] == seen["erin"] == set()


def test_where_nobody_is_told_nothing_is_shown(county: World) -> None:
    assert Person.objects.count() == 6
    with sight.seeing(sight.NOTHING):
        for model in policies.models_about_people():
            assert not model._default_manager.exists(), model._meta.label
        assert not event_model_of(Person)._default_manager.exists()


def test_a_history_is_met_with_the_row_it_is_of(county: World) -> None:
    events = event_model_of(Contact)._default_manager
    for who, notes in (("alice", {"Quill", "Hyde"}), ("bob", {"Quill"}), ("carol", {"Rowe"}), ("dave", set())):
        with as_told(county.actor(who)):
            assert set(events.values_list("note", flat=True)) == notes, who


@command(allow=Permission.VIEW_FAMILY)
def forgetful_act(actor: Actor, subject: Scope, *, at: object) -> list[str]:
    return sorted(Family.objects.all().values_list("name", flat=True))


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("alice", ["Hyde family", "Quill family"]),
        ("bob", ["Quill family"]),
        ("carol", ["Rowe family"]),
        ("sam", ["Quill family", "Rowe family"]),
    ],
)
def test_one_forgotten_filter_shows_nobody_out_of_scope(county: World, who: str, names: list[str], rf: object) -> None:
    actor, asked = county.actor(who), rf.get("/")  # type: ignore[attr-defined]
    asked.user = county.users[who]
    answered: list[list[str]] = []

    @page(allow=None)
    def forgets(request: PageRequest) -> object:  # type: ignore[misc]
        answered.append(sorted(Family.objects.values_list("name", flat=True)))
        from django.http import HttpResponse

        return HttpResponse()

    forgets(asked)
    assert answered == [names]
    own = Scope(frozenset(next(iter(actor.keys(Permission.VIEW_FAMILY))).splitlines()))
    assert forgetful_act(actor, own, at=AT) == names
    assert Family.objects.count() == 3, "and what was seen before is seen again"


def test_a_statement_by_hand_changes_nothing_out_of_sight(county: World) -> None:
    with as_told(county.actor("carol")), connection.cursor() as cursor:
        cursor.execute("UPDATE families_family SET name = 'Mine'")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM casework_contact WHERE note = 'Quill'")
        assert cursor.rowcount == 0
    assert Family.objects.filter(name="Mine").count() == 1
    assert Contact.objects.count() == 3


def test_who_may_write_something_down_need_not_be_able_to_read_it(county: World) -> None:
    with as_told(county.actor("erin")):
        family = Family(ref="F-SENT", name="Sent family", recorded_at=AT)
        family.scope = Scope.of(area=area_key(SERVICE, "tendring"))
        family.save(force_insert=True)
        assert not Family.objects.exists()
    assert Family.objects.filter(ref="F-SENT").exists()


def test_nothing_is_left_from_one_page_to_the_next(county: World, browser: Browser) -> None:
    """After a page that worked, one that was refused, and one that failed."""
    family = Family.objects.get(name="Quill family")
    alice = browser("alice")
    for address in (f"/families/{family.ref}", "/figures", "/families/F-NONE"):
        alice.get(address)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.keys', true), current_user")
            assert cursor.fetchone() == ("", settings.DATABASE_ROLES["system"]), address
        assert sight.current() == sight.EVERYTHING


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_takes_back_what_it_was_shown(county: World) -> None:
    carol = county.actor("carol")

    @command(allow=Permission.VIEW_FAMILY)
    def fails(actor: Actor, subject: Scope, *, at: object) -> None:
        assert Family.objects.count() == 1
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM families_family")
        assert Family.objects.count() == 1
        raise ValueError

    where = Family.objects.get(name="Rowe family").scope
    with sight.seeing(sight.NOTHING):
        with pytest.raises(ValueError):
            fails(carol, where, at=AT)
        assert not Family.objects.exists()
        with pytest.raises(ValueError), as_told(carol), transaction.atomic():
            raise ValueError(Family.objects.get())
        assert not Family.objects.exists()
        connection.close()
        assert not Family.objects.exists()
        with as_told(carol):
            connection.close()
            assert Family.objects.count() == 1, "a connection made anew is told what the lost one knew"
    assert Family.objects.count() == 3


def test_nobody_meets_rows_by_a_permission_that_the_database_does_not_know_of(county: World) -> None:
    with pytest.raises(ValueError, match="nobody meets rows"):
        Family.objects.visible_to(county.actor("dave"), Permission.VIEW_FIGURES)


# --- Tables ---


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE casework_contact",
        "ALTER TABLE casework_contact DISABLE TRIGGER ALL",
        "ALTER TABLE casework_contact DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE casework_contact ADD COLUMN mine text",
        "DROP TABLE casework_contact",
        "DROP POLICY seen ON casework_contact",
        "CREATE TABLE mine (id int)",
        "SET ROLE postgres",
        "SET session_replication_role = replica",
        "UPDATE casework_contactevent SET note = 'Nothing'",
        "DELETE FROM casework_contactevent",
        "TRUNCATE casework_contactevent",
        "UPDATE history_view SET actor_name = 'Nobody'",
        "DELETE FROM history_view",
        "TRUNCATE history_view",
        "UPDATE history_seal SET hash = ''",
        "DELETE FROM history_seal",
        "DELETE FROM django_migrations",
    ],
)
def test_no_role_of_the_application_may(county: World, statement: str) -> None:
    for shown in (sight.EVERYTHING, county.actor("alice").sight, sight.NOTHING):
        with sight.seeing(shown), refused(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_setting_does_not_silence_history(county: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger")
        cursor.execute("UPDATE casework_contact SET note = 'Changed' WHERE note = 'Quill'")
    assert event_model_of(Contact)._default_manager.filter(note="Changed").exists()


def test_the_application_owns_nothing_and_passes_no_policy(db: None) -> None:
    """Read from the server's own books."""
    owner = settings.DATABASE_OWNER["USER"]
    with psycopg.connect(database.conninfo({**connection.settings_dict, **settings.DATABASE_OWNER})) as asked:
        found = asked.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY(%s)",
            [list(settings.DATABASE_ROLES.values())],
        ).fetchall()
        assert sorted(found) == [
            (name, False, False, False, False) for name in sorted(settings.DATABASE_ROLES.values())
        ]
        owners = asked.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [(owner,)]


def test_every_model_about_people_has_its_policies(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, array_agg(policyname::text) FROM pg_policies GROUP BY 1")
        laid = {table: set(names) for table, names in cursor.fetchall()}
    wanted = {model._meta.db_table for model in policies.models_about_people()}
    wanted |= {
        event._meta.db_table for event in policies.event_models() if event.pgh_tracked_model._meta.db_table in wanted
    }
    assert len(wanted) > 60
    for table in wanted:
        assert laid.get(table) == {"seen", "written", "changed", "removed", "system"}, table


# --- History, sealed ---


def verified(*arguments: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(["verify", *arguments])
    return code, said.getvalue()


@pytest.fixture
def history(county: World) -> World:
    for number in range(3):
        View.objects.create(
            at=AT,
            actor_id=county.users["alice"].pk,
            actor_name="Alice",
            page=f"page {number}",
            subject_kind="family",
            subject_ids=[],
        )
    assert sealing.seal(AT) > 100
    return county


def test_history_as_it_was_written_is_found_whole(history: World) -> None:
    code, said = verified()
    assert code == 0, said
    assert "are as they were written" in said
    assert sealing.seal(AT) == 0, "nothing is sealed twice"


def test_seals_stand_on_each_other(history: World) -> None:
    View.objects.create(
        at=AT, actor_id=history.users["bob"].pk, actor_name="Bob", page="x", subject_kind="", subject_ids=[]
    )
    assert sealing.seal(AT) == 1
    seals = list(Seal.objects.order_by("number"))
    assert [one.number for one in seals] == list(range(1, len(seals) + 1))
    assert [one.before for one in seals] == ["", *(one.hash for one in seals[:-1])]


def test_a_hash_written_down_elsewhere_anchors_the_end(history: World) -> None:
    last = sealing.sealed().last
    assert verified("--anchor", last)[0] == 0
    code, said = verified("--anchor", "0" * 64)
    assert code == 1
    assert "cut short" in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE casework_contactevent SET note = 'Nothing' WHERE note = 'Rowe'",
            "casework_contactevent, line {rowe}: was changed",
        ),
        ("DELETE FROM casework_contactevent WHERE note = 'Rowe'", "casework_contactevent, line {rowe}: was removed"),
        (
            "UPDATE casework_contactevent SET pgh_id = pgh_id - 1000 WHERE note = 'Rowe'",
            "line {moved}: was put in between lines that were sealed",
        ),
        ("UPDATE history_view SET actor_name = 'Eve' WHERE page = 'page 1'", "history_view, line {view}: was changed"),
        (
            "UPDATE history_view SET subject_ids = ARRAY[gen_random_uuid()] WHERE page = 'page 1'",
            "history_view, line {view}: was",
        ),
        ("TRUNCATE history_view", "history_view, line {view}: was removed"),
        ("UPDATE history_seal SET sealed_at = now() WHERE number = 2", "Seal 2 was changed"),
        ("DELETE FROM history_seal WHERE number = 2", "Seal 2 was removed"),
    ],
)
def test_whatever_was_rewritten_is_named(history: World, statement: str, named: str) -> None:
    rowe = event_model_of(Contact)._default_manager.get(note="Rowe").pgh_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM history_view WHERE page = 'page 1'")
        view = cursor.fetchone()[0]
    connection.close()
    with psycopg.connect(database.conninfo({**connection.settings_dict, **settings.DATABASE_OWNER})) as owner:
        owner.execute("ALTER TABLE history_view DISABLE TRIGGER USER; ALTER TABLE history_seal DISABLE TRIGGER USER")
        owner.execute(statement.encode())
        owner.execute("ALTER TABLE history_view ENABLE TRIGGER USER; ALTER TABLE history_seal ENABLE TRIGGER USER")
    code, said = verified()
    assert code == 1
    assert named.format(rowe=rowe, moved=rowe - 1000, view=view) in said


@pytest.mark.django_db(transaction=True)
def test_a_line_of_an_act_under_way_is_sealed_after_it_and_accuses_nobody(world: World) -> None:
    """It has a lower number than one that is committed before it."""
    with psycopg.connect(database.conninfo({**connection.settings_dict, **settings.DATABASE_OWNER})) as slow:
        columns = "(id, at, actor_id, actor_name, page, subject_kind, subject_ids, why)"
        row = f"INSERT INTO history_view {columns} VALUES (gen_random_uuid(), now(), gen_random_uuid(), 'x', '%s', '', '{{}}', '')"  # noqa: S608 - no person's words
        slow.execute((row % "slow").encode())
        with connection.cursor() as cursor:
            cursor.execute(row % "quick")
        assert sealing.seal(AT, patience=0.2) == 0
        assert sealing.sealed().lines == 0
    assert sealing.seal(AT) > 0
    assert list(sealing.faults()) == []
    assert sealing.sealed().waiting == 0


# --- Where the roles come from ---


def test_two_addresses_are_two_users_of_one_database() -> None:
    known = database.of(
        {"DATABASE_URL": "postgresql://app:a@db/county", "DATABASE_OWNER_URL": "postgresql://own:o@db/county"},
        None,  # type: ignore[arg-type]
    )
    assert (known.application["USER"], known.owner["USER"]) == ("app", "own")
    assert known.roles == {"application": "app", "system": "app_system"}
    assert "options" not in known.application["OPTIONS"]


def test_one_address_is_the_owners_and_the_application_takes_its_role_at_once() -> None:
    known = database.of({"DATABASE_URL": "postgresql://own:o@db/county?sslmode=require"}, None)  # type: ignore[arg-type]
    assert known.owner["USER"] == known.application["USER"] == "own"
    assert known.application["OPTIONS"]["options"] == "-c role=own_app"
    assert "options" not in known.owner["OPTIONS"]
    assert known.application["OPTIONS"]["sslmode"] == "require"


def test_who_may_make_no_roles_is_told_what_to_run() -> None:
    owner = {**connection.settings_dict, **settings.DATABASE_OWNER, "NAME": "postgres"}
    named = {"application": "nobody_made_this_app", "system": "nobody_made_this_system"}
    with pytest.raises(Exception, match="CREATE ROLE") as told:
        roles.ensure(owner, named, is_embedded=False)
    assert '"nobody_made_this_app"' in str(told.value)
    assert "start again" in str(told.value)
