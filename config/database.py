"""Which PostgreSQL, as Django's DATABASES wants it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

ADVICE = "Write DATABASE_URL as postgresql://user:password@host:5432/name, with special characters percent-encoded."

AS_OWNER = "FINGERPOST_AS_OWNER"

# A statement that comes again and again is planned once a connection, which saves a third of PostgreSQL's time. Behind a
# pooler that knows no prepared statements: ?prepare_threshold=off. It must keep a connection for a session, because a
# page tells the database once who asks.
PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 3}


@dataclass(frozen=True)
class Database:
    """One database, and how its owner and the application reach it. `roles` names the application's two (see config.roles)."""

    owner: dict[str, Any]
    application: dict[str, Any]
    roles: dict[str, str]
    is_embedded: bool


def of(environment: Mapping[str, str], cluster: ModuleType) -> Database:
    """What DATABASE_URL and DATABASE_OWNER_URL say, else the embedded cluster, which is started. Raises ImproperlyConfigured.

    DATABASE_URL alone is the owner's: the application connects with it and at once takes the role that it runs under. With
    both, DATABASE_URL is the application's own, whose password opens nothing more.
    """
    if not (url := environment.get("DATABASE_URL")):
        return _embedded(environment, cluster)
    application = from_url(url)
    if not (owners := environment.get("DATABASE_OWNER_URL")):
        roles = _named_after(application["USER"])
        return Database(
            _said(environment, application), _taking(environment, application, roles), roles, is_embedded=False
        )
    owner = from_url(owners)
    if any(owner[part] != application[part] for part in ("HOST", "PORT", "NAME")):
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL must name the same database, for two users of it."
        )
    if owner["USER"] == application["USER"]:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL name the same user. Leave DATABASE_OWNER_URL out."
        )
    roles = {"application": application["USER"], "system": f"{application['USER']}_system"}
    return Database(_said(environment, owner), _said(environment, application), roles, is_embedded=False)


def settings(environment: Mapping[str, str], cluster: ModuleType) -> dict[str, Any]:
    """DATABASES["default"]: the application's, or where FINGERPOST_AS_OWNER is 1 the owner's. Raises ImproperlyConfigured."""
    known = of(environment, cluster)
    return {**known.owner, "IS_OWNER": True} if environment.get(AS_OWNER) == "1" else known.application


def _embedded(environment: Mapping[str, str], cluster: ModuleType) -> Database:
    try:
        where = cluster.ensure_running().for_django()
    except cluster.ClusterFault as fault:
        raise ImproperlyConfigured(str(fault)) from fault
    roles = _named_after(where["USER"])
    application = {**where, "USER": roles["application"]}
    return Database(_said(environment, where), _said(environment, application), roles, is_embedded=True)


def _named_after(owner: str) -> dict[str, str]:
    return {"application": f"{owner}_app", "system": f"{owner}_system"}


def _taking(environment: Mapping[str, str], where: dict[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    """The application with the owner's own address: every connection takes the application's role before anything else."""
    given = where.get("OPTIONS", {})
    options = f"{given.get('options', '')} -c role={roles['application']}".strip()
    return _said(environment, {**where, "OPTIONS": {**given, "options": options}})


def _said(environment: Mapping[str, str], where: Mapping[str, Any]) -> dict[str, Any]:
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
