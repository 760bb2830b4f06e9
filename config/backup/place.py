"""The database being saved or restored: how to reach it, and what stands in it."""

import os
import subprocess
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from config import cluster, database

TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%'
    ORDER BY 1
"""


class Cannot(Exception):
    """A program that is needed failed. The message is what it said, and what to do."""


@dataclass(frozen=True)
class Place:
    """A database on a server."""

    where: dict[str, Any]

    @classmethod
    def of_this_installation(cls) -> "Place":
        """As its owner reaches it, who alone may save and restore it."""
        return cls({**settings.DATABASES["default"], **settings.DATABASE_OWNER})

    @property
    def name(self) -> str:
        return str(self.where["NAME"])

    @property
    def url(self) -> str:
        """As DATABASE_URL, for a program that is started."""
        return database.to_url(self.where)

    def beside(self, name: str) -> "Place":
        return Place({**self.where, "NAME": name})

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(database.conninfo(self.where), connect_timeout=10, **options)

    def command(self, program: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """How to call one of PostgreSQL's programs on this database. The password goes by the environment, unseen."""
        where = {**self.where, "PASSWORD": ""}
        argv = [cluster.find_programs() / program, "--no-password", f"--dbname={database.conninfo(where)}", *arguments]
        environment = {**os.environ}
        if password := str(self.where.get("PASSWORD") or ""):
            environment["PGPASSWORD"] = password
        return argv, environment


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows in every table of the connection's snapshot."""
    names = [str(row[0]) for row in connection.execute(TABLES)]
    counted = {}
    for name in names:
        # The name was quoted by PostgreSQL itself.
        row = connection.execute(sql.SQL("SELECT count(*) FROM " + name)).fetchone()  # noqa: S608
        counted[name] = int(row[0]) if row else 0
    return counted


def finish(process: subprocess.Popen[bytes], program: str) -> None:
    """Wait for the program. Raises Cannot with what it complained of."""
    said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    if process.wait() != 0:
        advice = ""
        if "version mismatch" in said:
            advice = "\nInstall PostgreSQL's programs of the server's version, or newer."
        elif "No space left" in said:
            advice = "\nThe disk is full. Make room and run this again; nothing was changed."
        raise Cannot(f"{program} failed: {said}{advice}")
