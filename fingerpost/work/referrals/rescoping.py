"""A family's rows follow the family: when a request or case brings it under another team, every row about it goes along.

Rows are found by their foreign keys, so that floors above and below need no import. It is one statement: an UPDATE a table.
"""
# ruff: noqa: S608 - names of tables and columns come from the models; whatever a person gave is a parameter

import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.apps import apps
from django.db import connection, models

from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.families.models import Family, Membership, Person

THE_WHOLE_FAMILY = "every row about a family goes along with it, those too that whoever moves it may not meet"

# Who lives in the family now, each with the keys of every family they live in.
_PEOPLE = """
people AS (
    SELECT m.person_id AS id, (
        SELECT array_agg(DISTINCT key ORDER BY key)
        FROM families_membership o
        JOIN families_family f ON f.id = o.family_id
        CROSS JOIN LATERAL unnest(CASE WHEN f.id = %(family)s THEN %(keys)s::text[] ELSE f.scope_keys END) AS key
        WHERE o.person_id = m.person_id AND o.until IS NULL
    ) AS keys
    FROM families_membership m
    WHERE m.family_id = %(family)s AND m.until IS NULL
)"""

# Whoever made a request, and their organisation, may follow it, and see nothing else of the family.
_KEYS_OF_A_REQUEST = """
    %(keys)s::text[]
    || ARRAY(SELECT key FROM unnest(scope_keys) AS key WHERE key LIKE 'organisation:%%')
    || CASE WHEN made_by_id IS NULL THEN '{}'::text[] ELSE ARRAY['user:' || made_by_id] END
"""


# The run of a group and its keys, as `Run.scope` gives them: whoever runs it still sees who has a place and what changed. What
# the row held besides came from the team that the family has left, and goes.
_RUN_OF_EPISODE = (
    "CASE t.episode_kind WHEN 'run' THEN {episode} "
    "WHEN 'session' THEN (SELECT s.run_id FROM groups_session s WHERE s.id = {episode}) END"
)
_KEYS_OF_RUN = """coalesce((
    SELECT array_remove(
        ARRAY['service:' || r.service, 'team:' || r.team_id, 'area:' || r.area_id, 'user:' || r.leader_id], NULL
    ) FROM groups_run r WHERE r.id = {run}
), '{{}}')"""
_BOTH = "(SELECT array_agg(DISTINCT key ORDER BY key) FROM unnest({first} || {second}) AS key)"

_SCORES = """
    UPDATE {table} t SET scope_keys = CASE t.episode_kind WHEN 'case' THEN held.keys ELSE {both} END
    FROM (
        SELECT s.id, coalesce(people.keys, %(keys)s::text[]) AS keys
        FROM {table} s LEFT JOIN people ON people.id = s.person_id AND s.family_id IS NULL
        WHERE s.family_id = %(family)s OR people.id IS NOT NULL
    ) AS held
    WHERE held.id = t.id
"""


def rescope(family_id: uuid.UUID, keys: Iterable[str]) -> None:
    """Lay the family's rows under these keys and no others. Whoever made a request keeps sight of it. One statement.

    A person of two families lies under the keys of both.
    """
    with seeing_everything(why=THE_WHOLE_FAMILY), connection.cursor() as cursor:
        cursor.execute(_statement(), {"family": family_id, "keys": sorted(set(keys))})


def rescope_many(keys_of: Mapping[uuid.UUID, Iterable[str]]) -> None:
    """`rescope` for many families, each under keys of its own: one statement for however many a list brings.

    Tables whose rows lie with something besides the family are left to `rescope`, for the families that have such rows.
    """
    if not keys_of:
        return
    packed = [_BETWEEN.join(sorted(set(keys))) for keys in keys_of.values()]
    with seeing_everything(why=THE_WHOLE_FAMILY), connection.cursor() as cursor:
        cursor.execute(_statement_for_many(), {"families": list(keys_of), "packed": packed})
        apart = _with_rows_apart(list(keys_of))
    for family in apart:
        rescope(family, keys_of[family])


def _with_rows_apart(families: list[uuid.UUID]) -> set[uuid.UUID]:
    """The families with rows in tables that `rescope_many` cannot lay under their keys. Two queries for such a table."""
    members = dict(Membership.objects.filter(family__in=families, until=None).values_list("person_id", "family_id"))
    found: set[uuid.UUID] = set()
    for model in _scoped_models():
        if _update(model) and not _update_many(model):
            names = {field.attname for field in model._meta.concrete_fields}
            rows = model._default_manager
            if "family_id" in names:
                found |= set(rows.filter(family_id__in=families).values_list("family_id", flat=True).distinct())
            if "person_id" in names:
                people = rows.filter(person_id__in=members).values_list("person_id", flat=True).distinct()
                found |= {members[person] for person in people}
    return found


_BETWEEN = "\x1f"
_GIVEN = """
given AS MATERIALIZED (
    SELECT family, string_to_array(packed, chr(31)) AS keys
    FROM unnest(%(families)s::uuid[], %(packed)s::text[]) AS g (family, packed)
),
people AS MATERIALIZED (
    SELECT m.person_id AS id, array_agg(DISTINCT key ORDER BY key) AS keys
    FROM families_membership m
    JOIN families_membership o ON o.person_id = m.person_id AND o.until IS NULL
    JOIN families_family f ON f.id = o.family_id
    LEFT JOIN given ON given.family = f.id
    CROSS JOIN LATERAL unnest(coalesce(given.keys, f.scope_keys)) AS key
    WHERE m.until IS NULL AND m.family_id IN (SELECT family FROM given)
    GROUP BY m.person_id
)"""


@lru_cache(maxsize=1)
def _statement_for_many() -> str:
    updates = [update for model in _scoped_models() if (update := _update_many(model))]
    parts = [_GIVEN, *(f"u{number} AS ({update})" for number, update in enumerate(updates))]
    return f"WITH {', '.join(parts)} SELECT 1"


def _update_many(model: type[models.Model]) -> str:
    """The update of one table for many families: the same rows and keys as `_update` gives for one; empty where it cannot."""
    table, columns = model._meta.db_table, {field.column for field in model._meta.concrete_fields}
    one = _update(model)
    if "%(" not in one:
        return one
    keys = "given.keys"
    if model._meta.label_lower == "referrals.request":
        keys = _KEYS_OF_A_REQUEST.replace("%(keys)s::text[]", keys).replace("scope_keys", "t.scope_keys")
    elif one != _plain(table, _where(model, columns)):
        return ""
    source = _joined(model, columns)
    return f"UPDATE {table} t SET scope_keys = {keys} FROM {source} AND t.scope_keys IS DISTINCT FROM given.keys"


def _joined(model: type[models.Model], columns: set[str]) -> str:
    """What a table is joined with to find the families of its rows, as far as the condition."""
    if model is Family:
        return "given WHERE t.id = given.family"
    if "family_id" in columns:
        return "given WHERE t.family_id = given.family"
    if "case_id" in columns:
        return "given JOIN casework_case c ON c.family_id = given.family WHERE t.case_id = c.id"
    if "request_id" in columns:
        return "given JOIN referrals_request r ON r.family_id = given.family WHERE t.request_id = r.id"
    return (
        "given JOIN referrals_request r ON r.family_id = given.family "
        "JOIN referrals_requestchild c ON c.request_id = r.id "
        "WHERE t.subject_kind = 'referrals.requestchild' AND t.subject_id = c.id"
    )


@lru_cache(maxsize=1)
def _statement() -> str:
    parts = [_PEOPLE]
    for number, model in enumerate(_scoped_models()):
        update = _update(model)
        if update:
            parts.append(f"u{number} AS ({update})")
    return f"WITH {', '.join(parts)} SELECT 1"


def _scoped_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if issubclass(m, Scoped) and not m._meta.proxy]


def _update(model: type[models.Model]) -> str:
    """The update of one table; empty for a table that says nothing of a family. Table names come from the models alone."""
    table, columns = model._meta.db_table, {field.column for field in model._meta.concrete_fields}
    if model._meta.label_lower == "referrals.request":
        return f"UPDATE {table} SET scope_keys = {_KEYS_OF_A_REQUEST} WHERE family_id = %(family)s"
    if model._meta.label_lower == "outcomes.administration":
        return _SCORES.format(table=table, both=_with_the_run(_run_of_episode(columns), "held.keys"))
    if model is Person:
        return _by_person(table, "id")
    if getattr(model, "keeps_own_scope", False):
        return ""
    if "episode_kind" in columns:
        return _by_episode(table, columns)
    if columns & {"run_id", "session_id"}:
        return _besides_the_group(table, columns)
    where = _where(model, columns)
    if where:
        return _plain(table, where)
    return _by_person(table, "person_id") if "person_id" in columns else ""


def rows_of_family(model: type[models.Model]) -> str:
    """The condition by which a table's rows belong to the family, its people among them; empty where none do.

    `%(family)s` is the family, and `people` a relation of the ids of its people.
    """
    columns = {field.column for field in model._meta.concrete_fields}
    if getattr(model, "keeps_own_scope", False):
        return ""
    if model is Person:
        return "id IN (SELECT id FROM people)"
    theirs = [f"{column} IN (SELECT id FROM people)" for column in ("person_id", "other_id") if column in columns]
    return " OR ".join(filter(None, (_where(model, columns), *theirs)))


def _plain(table: str, where: str) -> str:
    return f"UPDATE {table} SET scope_keys = %(keys)s WHERE {where} AND scope_keys IS DISTINCT FROM %(keys)s::text[]"


def _by_person(table: str, column: str) -> str:
    return (
        f"UPDATE {table} t SET scope_keys = people.keys FROM people "
        f"WHERE t.{column} = people.id AND t.scope_keys IS DISTINCT FROM people.keys"
    )


def _besides_the_group(table: str, columns: set[str]) -> str:
    """A place in a group lies with the group as well; the keys of the person's families come on top."""
    run = "t.run_id" if "run_id" in columns else "(SELECT s.run_id FROM groups_session s WHERE s.id = t.session_id)"
    both = _with_the_run(run, "people.keys")
    return f"UPDATE {table} t SET scope_keys = {both} FROM people WHERE t.person_id = people.id"


def _by_episode(table: str, columns: set[str]) -> str:
    """What was taken on a group's run or session lies with the group as well; what was taken on a case lies with the family."""
    both = _with_the_run(_run_of_episode(columns), "%(keys)s::text[]")
    theirs = "t.family_id = %(family)s OR (t.family_id IS NULL AND t.person_id IN (SELECT id FROM people))"
    changes = "t.scope_keys IS DISTINCT FROM %(keys)s::text[]"
    return (
        f"UPDATE {table} t SET scope_keys = CASE t.episode_kind WHEN 'case' THEN %(keys)s::text[] ELSE {both} END "
        f"WHERE ({theirs}) AND {changes}"
    )


def _run_of_episode(columns: set[str]) -> str:
    """The run on which a row was taken; NULL for a case. A reply finds it through what it answers."""
    asked = "(SELECT i.episode_id FROM outcomes_invitation i WHERE i.id = t.invitation_id)"
    return _RUN_OF_EPISODE.format(episode="t.episode_id" if "episode_id" in columns else asked)


def _with_the_run(run: str, keys: str) -> str:
    return _BOTH.format(first=_KEYS_OF_RUN.format(run=run), second=keys)


def _where(model: type[models.Model], columns: set[str]) -> str:
    if model is Family:
        return "id = %(family)s"
    if "family_id" in columns:
        return "family_id = %(family)s"
    if "case_id" in columns:
        return "case_id IN (SELECT id FROM casework_case WHERE family_id = %(family)s)"
    if "request_id" in columns:
        return "request_id IN (SELECT id FROM referrals_request WHERE family_id = %(family)s)"
    if model._meta.label_lower == "contracts.decision":
        return (
            "subject_kind = 'referrals.requestchild' AND subject_id IN (SELECT c.id FROM referrals_requestchild c "
            "JOIN referrals_request r ON r.id = c.request_id WHERE r.family_id = %(family)s)"
        )
    return ""
