"""All migrations on an empty database in seconds, where Django by itself takes half a minute.

After each step Django draws anew every model that hangs together with the one it touched, and here nearly all hang together. On
an empty database nothing needs that: a step looks at its own table only. `tests/startup/test_migrating.py` holds that the
tables come out the same. A database that has tables already is migrated as Django does it.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.migrations.state import ProjectState
from psycopg import Connection


def is_empty(connection: Connection[Any]) -> bool:
    """Whether no migration was ever run in this database."""
    row = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    return row is None or row[0] is None


def written_by_an_earlier_version(connection: Connection[Any], rooms: Path) -> bool:
    """Whether a migration was run in this database that no file of the rooms names: they were put together since.

    `rooms` is the folder of the product. Django would take such a database for one that has its tables already.
    """
    if is_empty(connection):
        return False
    named = {(path.parts[-3], path.stem) for path in rooms.glob("*/*/migrations/0*.py")}
    ours = {room for room, _ in named}
    run = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    taken_over = {name for path in rooms.glob("*/*/migrations/0*.py") for name in _replaced(path)}
    return any(app in ours and (app, name) not in named | taken_over for app, name in run)


def _replaced(path: Path) -> set[tuple[str, str]]:
    """The earlier migrations in whose place this one stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "replaces" for one in node.targets):
            return {tuple(pair) for pair in ast.literal_eval(node.value)}
    return set()


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
