"""Which rows the database shows whom: a policy on every table about people, laid after each migration from the models.

The application's role meets a row whose keys and its own have one in common; a restricted row needs one of its keys for those.
An event of a row's history is met with the row; of a row that was removed, by the keys that the event itself carries. The system's
role meets all. Anything may be written down that the constraints
allow: a school sends a request that it may not read afterwards, and the database shows nothing by taking it.

History and the access log can be added to and read. Neither role can change or remove what stands there.
"""
# ruff: noqa: S608 - names of tables and roles come from the models and the settings

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connections, models

from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.models import View

ADDED_TO_ONLY = {View._meta.db_table, "history_seal"}
READ_ONLY = {"django_migrations"}

# Asked once a statement. `&&` with what it gives finds its rows by the index on the keys.
_KEYS = "(SELECT string_to_array(current_setting('app.{}', true), chr(31)))"
VISIBLE = (
    f"scope_keys && {_KEYS.format('keys')} AND (NOT restricted OR scope_keys && {_KEYS.format('restricted_keys')})"
)


def models_about_people() -> list[type[models.Model]]:
    """The models whose rows carry keys."""
    return [model for model in apps.get_models() if issubclass(model, Scoped) and not model._meta.proxy]


def event_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


def lay(using: str = "default") -> None:
    """Lay rights and policies on every table as it stands. For the owner; twice does the same as once."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = {name for (name,) in cursor.fetchall()}
        cursor.execute("\n".join([*_rights(), *_policies(tables)]))


def _rights() -> Iterator[str]:
    both = f"{_role('application')}, {_role('system')}"
    for what in ("ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public"):
        yield f"REVOKE ALL ON {what} FROM {both};"
    yield f"GRANT USAGE ON SCHEMA public TO {both};"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {both};"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both};"
    # For what comes after the migrations, such as the table of the cache.
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {both};"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {both};"
    # A setting of the connection must not be able to silence a trigger: history would have a hole that nobody sees.
    yield """CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
        LANGUAGE sql IMMUTABLE AS 'SELECT false';"""


def _policies(tables: set[str]) -> Iterator[str]:
    both = f"{_role('application')}, {_role('system')}"
    for model in models_about_people():
        yield from _policy(model._meta.db_table, VISIBLE)
    for model in event_models():
        table, tracked = model._meta.db_table, model.pgh_tracked_model  # type: ignore[attr-defined]
        yield f"REVOKE UPDATE, DELETE ON {_quoted(table)} FROM {both};"
        if issubclass(tracked, Scoped):
            yield _says_what_is_gone(tracked)
            key, row = tracked._meta.pk.column, tracked._meta.db_table
            stands = f"EXISTS (SELECT 1 FROM {_quoted(row)} told WHERE told.{key} = pgh_obj_id)"
            yield from _policy(table, f"{stands} OR ({VISIBLE} AND {_quoted(f'{row}_gone')}(pgh_obj_id))")
    for table in sorted(ADDED_TO_ONLY & tables):
        yield f"REVOKE UPDATE, DELETE ON {_quoted(table)} FROM {both};"
    for table in sorted(READ_ONLY & tables):
        yield f"REVOKE INSERT, UPDATE, DELETE ON {_quoted(table)} FROM {both};"


def _says_what_is_gone(tracked: type[models.Model]) -> str:
    """A function of the owner's, because to whoever asks a row that is hidden looks as if it were gone."""
    pk, row = tracked._meta.pk, tracked._meta.db_table
    return f"""CREATE OR REPLACE FUNCTION {_quoted(f"{row}_gone")}(id {pk.db_type(connections["default"])}) RETURNS BOOLEAN
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT NOT EXISTS (SELECT 1 FROM {_quoted(row)} told WHERE told.{pk.column} = $1)';"""


def _policy(table: str, visible: str) -> Iterator[str]:
    application, system, on = _role("application"), _role("system"), _quoted(table)
    yield f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY;"
    for name, policy in {
        "seen": f"FOR SELECT TO {application} USING ({visible})",
        "written": f"FOR INSERT TO {application} WITH CHECK (true)",
        "changed": f"FOR UPDATE TO {application} USING ({visible}) WITH CHECK (true)",
        "removed": f"FOR DELETE TO {application} USING ({visible})",
        "system": f"FOR ALL TO {system} USING (true) WITH CHECK (true)",
    }.items():
        yield f"DROP POLICY IF EXISTS {name} ON {on};"
        yield f"CREATE POLICY {name} ON {on} {policy};"


def _role(which: str) -> str:
    return _quoted(settings.DATABASE_ROLES[which])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
