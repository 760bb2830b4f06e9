"""Which rows the database shows whom: a policy on every table about people, laid after each migration from the models.

The application's role meets a row whose keys and its own have one in common; a restricted row needs one of its keys for those.
An event of a row's history is met with the row; of a row that was removed, by the keys that the event itself carries, unless what
it belonged to has been restricted since. The system's role meets all. Anything may be written down that the constraints
allow: a school sends a request that it may not read afterwards, and the database shows nothing by taking it.

History and the access log can be added to and read. Neither role can change or remove what stands there.
"""
# ruff: noqa: S608 - names of tables and roles come from the models and the settings

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connections, models

from fingerpost.ground.access.scope import Scoped, Walled
from fingerpost.ground.history.models import View

ADDED_TO_ONLY = {View._meta.db_table, "history_seal"}
READ_ONLY = {"django_migrations"}

# Asked once a statement. `&&` with what it gives finds its rows by the index on the keys.
_KEYS = "(SELECT string_to_array(current_setting('app.{}', true), chr(31)))"
_MAY_MEET_RESTRICTED = f"scope_keys && {_KEYS.format('restricted_keys')}"
VISIBLE = f"scope_keys && {_KEYS.format('keys')} AND (NOT restricted OR {_MAY_MEET_RESTRICTED})"
VISIBLE_IN_ROLES = f"""keys_in_roles(seen_by, scope_keys) && {_KEYS.format("keys")}
    AND (NOT (restricted OR is_sealed) OR {_MAY_MEET_RESTRICTED})"""


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
    # The keys by which a row is met that may name roles: `supervisor@team:…` for each of both.
    yield """CREATE OR REPLACE FUNCTION keys_in_roles(roles TEXT[], keys TEXT[]) RETURNS TEXT[] LANGUAGE sql IMMUTABLE
        PARALLEL SAFE AS $keys$SELECT CASE WHEN roles = '{}' THEN keys ELSE
        ARRAY(SELECT role || '@' || key FROM unnest(roles) AS role CROSS JOIN unnest(keys) AS key) END$keys$;"""
    yield """CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
        LANGUAGE sql IMMUTABLE AS 'SELECT false';"""


def _policies(tables: set[str]) -> Iterator[str]:
    both = f"{_role('application')}, {_role('system')}"
    events = {model.pgh_tracked_model: model for model in event_models()}  # type: ignore[attr-defined]
    yield "SET LOCAL check_function_bodies = off;"  # they call each other
    for model in models_about_people():
        yield from _policy(model._meta.db_table, _visible(model))
    for tracked, model in events.items():
        table = model._meta.db_table
        yield f"REVOKE UPDATE, DELETE ON {_quoted(table)} FROM {both};"
        if issubclass(tracked, Scoped):
            yield _says_what_is_gone(tracked)
            yield _says_what_is_hidden(tracked, events)
            key, row = tracked._meta.pk.column, tracked._meta.db_table
            stands = f"EXISTS (SELECT 1 FROM {_quoted(row)} told WHERE told.{key} = pgh_obj_id)"
            gone = f"{_quoted(f'{row}_gone')}(pgh_obj_id) AND NOT {_quoted(f'{row}_hidden')}(pgh_obj_id)"
            yield from _policy(table, f"{stands} OR ({_visible(tracked)} AND {gone})")
    for table in sorted(ADDED_TO_ONLY & tables):
        yield f"REVOKE UPDATE, DELETE ON {_quoted(table)} FROM {both};"
    for table in sorted(READ_ONLY & tables):
        yield f"REVOKE INSERT, UPDATE, DELETE ON {_quoted(table)} FROM {both};"


def _visible(model: type[models.Model]) -> str:
    return VISIBLE_IN_ROLES if issubclass(model, Walled) else VISIBLE


def _says_what_is_gone(tracked: type[models.Model]) -> str:
    """A function of the owner's, because to whoever asks a row that is hidden looks as if it were gone."""
    row = tracked._meta.db_table
    return _function(tracked, "gone", f"NOT EXISTS (SELECT 1 FROM {_quoted(row)} WHERE {_pk(tracked)} = $1)")


def _says_what_is_hidden(tracked: type[Scoped], events: dict[type[models.Model], type[models.Model]]) -> str:
    """Whether a row is restricted and not for whoever asks; of one that is gone, whether anything it belonged to is."""
    row, event = _quoted(tracked._meta.db_table), _quoted(events[tracked]._meta.db_table)
    itself = f"SELECT 1 FROM {row} WHERE {_pk(tracked)} = $1"
    theirs = [
        f"{_quoted(f'{field.related_model._meta.db_table}_hidden')}({field.column})"  # type: ignore[union-attr]
        for field in tracked._meta.concrete_fields
        if field.related_model in events
        and issubclass(field.related_model, Scoped)  # type: ignore[arg-type]
        and field.related_model is not tracked
    ]
    found = [f"EXISTS (SELECT 1 FROM {event} WHERE pgh_obj_id = $1 AND ({' OR '.join(theirs)}))"] if theirs else []
    if tracked.belongs_through:
        label, own, to = tracked.belongs_through
        through = apps.get_model(label)
        whose, into = through._meta.get_field(own).column, through._meta.get_field(to)  # type: ignore[union-attr]
        hidden = f"{_quoted(f'{into.related_model._meta.db_table}_hidden')}({into.column})"  # type: ignore[union-attr]
        found.append(
            f"EXISTS (SELECT 1 FROM {_quoted(events[through]._meta.db_table)} WHERE {whose} = $1 AND {hidden})"
        )
    restricted = "(restricted OR is_sealed)" if issubclass(tracked, Walled) else "restricted"
    return _function(
        tracked,
        "hidden",
        f"CASE WHEN EXISTS ({itself}) THEN EXISTS ({itself} AND {restricted} AND NOT {_MAY_MEET_RESTRICTED}) "
        f"ELSE {' OR '.join(found) or 'false'} END",
    )


def _pk(model: type[models.Model]) -> str:
    return _quoted(model._meta.pk.column)


def _function(tracked: type[models.Model], what: str, answer: str) -> str:
    pk = tracked._meta.pk
    return f"""CREATE OR REPLACE FUNCTION {_quoted(f"{tracked._meta.db_table}_{what}")}(id {pk.db_type(connections["default"])})
        RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $answer$SELECT {answer};$answer$;"""


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
