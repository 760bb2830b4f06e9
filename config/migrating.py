"""All migrations on an empty database in seconds, where Django by itself takes half a minute.

After each step Django draws anew every model that hangs together with the one it touched, and here nearly all hang together. On
an empty database nothing needs that: a step looks at its own table only. `tests/startup/test_migrating.py` holds that the
tables come out the same. A database that has tables already is migrated as Django does it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState
from psycopg import Connection


def is_empty(connection: Connection[Any]) -> bool:
    """Whether no migration was ever run in this database."""
    row = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    return row is None or row[0] is None


@contextmanager
def each_model_alone() -> Iterator[None]:
    """While this lasts, a step of a migration draws the model anew that it touches, and no other."""
    hangs_together = ProjectState._find_reload_model  # type: ignore[attr-defined] # noqa: SLF001 - there is no other way in

    def alone(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        return {(app_label, model_name)}

    ProjectState._find_reload_model = alone  # type: ignore[attr-defined] # noqa: SLF001
    try:
        yield
    finally:
        ProjectState._find_reload_model = hangs_together  # type: ignore[attr-defined] # noqa: SLF001
