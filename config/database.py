"""Which PostgreSQL, as Django's DATABASES wants it said."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

ADVICE = "Write DATABASE_URL as postgresql://user:password@host:5432/name, with special characters percent-encoded."

# A statement that comes again and again is planned once a connection, which saves a third of PostgreSQL's time. Behind a
# pooler that gives each transaction another connection and knows no prepared statements: ?prepare_threshold=off
PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 3}


def settings(environment: Mapping[str, str], cluster: ModuleType) -> dict[str, Any]:
    """DATABASES["default"]. Starts the embedded cluster unless DATABASE_URL is set. Raises ImproperlyConfigured."""
    if url := environment.get("DATABASE_URL"):
        where = from_url(url)
    else:
        try:
            where = cluster.ensure_running().for_django()
        except cluster.ClusterFault as fault:
            raise ImproperlyConfigured(str(fault)) from fault
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": test_database(environment, where["NAME"])},
        **where,
        "OPTIONS": {**PREPARED, **where.get("OPTIONS", {})},
    }


def from_url(url: str) -> dict[str, Any]:
    """The parts of a PostgreSQL address. Query parameters (sslmode, …) go to the driver."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {fault}. {ADVICE}") from fault
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if threshold := options.pop("prepare_threshold", ""):
        options["prepare_threshold"] = int(threshold) if threshold.isdecimal() else None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ImproperlyConfigured(f"DATABASE_URL does not name a PostgreSQL database. {ADVICE}")
    return {
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": name,
        "OPTIONS": options,
    }


def to_url(where: Mapping[str, Any]) -> str:
    """The other way round: what `from_url` reads."""
    options = {**_of_libpq(where), "host": where.get("HOST", ""), "port": where.get("PORT", "")}
    query = urlencode({name: value for name, value in options.items() if value}, quote_via=quote)
    who = quote(str(where.get("USER", "")), safe="")
    if where.get("PASSWORD"):
        who += ":" + quote(str(where["PASSWORD"]), safe="")
    return f"postgresql://{who}@/{quote(str(where['NAME']), safe='')}?{query}"


def conninfo(where: Mapping[str, Any]) -> str:
    """The same place in libpq's words, for what does not go through Django."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    given = {key: where[name] for key, name in names.items() if where.get(name)}
    return make_conninfo(**given, **_of_libpq(where))


def _of_libpq(where: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in where.get("OPTIONS", {}).items() if name not in PREPARED}


def test_database(environment: Mapping[str, str], name: str) -> str:
    own = environment.get("FINGERPOST_TEST_DB", "")
    return f"test_{own or name}"
