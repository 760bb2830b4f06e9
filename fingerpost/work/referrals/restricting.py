"""A family whom only a few may see: its rows are laid under `restricted`, with the names of those few, and laid open again.

The safeguarding lead does it. Every row about the family is found as `rescoping` finds it, whatever room it stands in.
"""
# ruff: noqa: S608 - names of tables and columns come from the models; whatever a person gave is a parameter

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from django.apps import apps
from django.db import connection

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import both_words
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.people.families.models import Address, Family, Membership, Restriction
from fingerpost.work.referrals import receipts
from fingerpost.work.referrals.rescoping import THE_WHOLE_FAMILY, rows_of_family


@command(allow=Permission.DECIDE_CONCERN)
def restrict(
    actor: Actor,
    subject: Family,
    *,
    service: str,
    reason: str,
    named: Iterable[User] = (),
    alias: str = "",
    protects_address: bool = False,
    says_exists: bool = False,
    at: datetime,
) -> Restriction:
    """Hide a family from everybody but the safeguarding lead and those named. Returns the restriction. Raises Refused.

    `alias` takes the place of the family's name. With `protects_address` those named do not see where it lives. With
    `says_exists` somebody who looks for it is told to ask the lead.
    """
    family = locked(subject)
    if not reason.strip():
        raise Refused("Write why this family is restricted.", field="reason")
    if Restriction.objects.filter(family=family, until=None).exists():
        raise Refused("This family is restricted already.")
    kept = Restriction(
        service=service,
        family=family,
        reason=reason.strip(),
        since=at,
        by_id=actor.id,
        named=sorted({user.pk for user in named}),
        alias=alias.strip(),
        name_before=family.name,
        protects_address=protects_address,
        says_exists=says_exists,
        ask_id=actor.id,
        recorded_at=at,
    )
    kept.scope = Scope.of(service=service, restricted=True)
    kept.save(force_insert=True)
    if kept.alias:
        family.name = kept.alias
        family.save(update_fields=["name"])
    if protects_address:
        _addresses(family).update(is_protected=True)
    receipts.keep_as_read(family.pk)
    hold(family.pk)
    return kept


@command(allow=Permission.IMPORT_LIST)
def restrict_many(
    actor: Actor,
    subject: Scope,
    *,
    families: Iterable[Family],
    service: str,
    reason: str,
    batch: uuid.UUID,
    at: datetime,
) -> list[Restriction]:
    """Hold families from everybody but the safeguarding lead, because a list says so. Returns the restrictions.

    Nobody is named: the lead says who may see them. One that is restricted already stays as it is.
    """
    kept = []
    for family in families:
        if Restriction.objects.filter(family=family, until=None).exists():
            continue
        row = Restriction(
            service=service, family=family, reason=reason, since=at, by_id=actor.id, name_before=family.name,
            recorded_at=at, batch=batch,
        )  # fmt: skip
        row.scope = Scope.of(service=service, restricted=True)
        row.save(force_insert=True)
        receipts.keep_as_read(family.pk)
        hold(family.pk)
        kept.append(row)
    return kept


@command(allow=Permission.IMPORT_LIST)
def lift_many(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the restrictions that a list brought. Returns how many. Raises Refused where the lead dealt with one since."""
    standing = list(Restriction.objects.filter(batch=batch, until=None))
    for kept in standing:
        if kept.named or kept.alias:
            raise Refused(
                "The safeguarding lead has dealt with one of these families since. The list cannot be undone."
            )
        with seeing_everything(why=THE_WHOLE_FAMILY), connection.cursor() as cursor:
            cursor.execute(_statement(is_lifted=True), {"family": kept.family_id, "named": []})
        receipts.read_again(kept.family_id)
    about = Task.objects.filter(origin_kind=Restriction._meta.label_lower, origin_id__in=[kept.pk for kept in standing])
    about.open().update(done_at=at, outcome="The list was undone")
    Restriction.objects.filter(batch=batch, until=None).delete()
    return len(standing)


@command(allow=Permission.DECIDE_CONCERN)
def name(actor: Actor, subject: Family, *, named: Iterable[User], reason: str = "", at: datetime) -> Restriction:
    """Say anew who may see a restricted family besides the lead; a reason stands below the first. Raises Refused."""
    kept = _standing(locked(subject))
    kept.named = sorted({user.pk for user in named})
    kept.reason = both_words(kept.reason, reason)
    kept.save(update_fields=["named", "reason"])
    hold(subject.pk)
    return kept


@command(allow=Permission.DECIDE_CONCERN)
def lift(actor: Actor, subject: Family, *, reason: str, at: datetime) -> Restriction:
    """Let the family be seen again by everybody whose work it is. Returns the restriction, ended. Raises Refused.

    Somebody who lives in another restricted family as well stays hidden. Addresses are protected no longer.
    """
    family = locked(subject)
    kept = _standing(family)
    if not reason.strip():
        raise Refused("Write why the restriction is lifted.", field="reason")
    kept.until, kept.lifted_reason, kept.lifted_by_id = at, reason.strip(), actor.id
    kept.save(update_fields=["until", "lifted_reason", "lifted_by"])
    if kept.alias and family.name == kept.alias:
        family.name = kept.name_before
        family.save(update_fields=["name"])
    if kept.protects_address:
        _addresses(family).update(is_protected=False)
    with seeing_everything(why=THE_WHOLE_FAMILY), connection.cursor() as cursor:
        cursor.execute(_statement(is_lifted=True), {"family": family.pk, "named": []})
    receipts.read_again(family.pk)
    return kept


def hand_over(family_id: uuid.UUID, *, leaves: uuid.UUID | None, comes: uuid.UUID) -> None:
    """A restricted family's new worker is named in the place of the one before. Its rows are laid anew by whoever calls."""
    with seeing_everything(why="whoever hands a family over need not know that it is restricted, or why"):
        kept = Restriction.objects.select_for_update().filter(family_id=family_id, until=None).first()
        if kept is not None:
            kept.named = sorted((set(kept.named) - {leaves}) | {comes})
            kept.save(update_fields=["named"])


def hold(family_id: uuid.UUID) -> frozenset[str]:
    """Lay every row of the family under its restriction as it stands. Returns the keys of those named. Two statements.

    Rows are laid under the keys of their team and worker by others; this adds who is named and takes nobody else's key away.
    """
    with seeing_everything(why=THE_WHOLE_FAMILY), connection.cursor() as cursor:
        found = Restriction.objects.filter(family_id=family_id, until=None).values_list("named", flat=True).first()
        keys = sorted(f"named:{user}" for user in found or [])
        cursor.execute(_statement(is_lifted=False), {"family": family_id, "named": keys})
    return frozenset(keys)


def restriction_of(actor: Actor, family: Family) -> Restriction | None:
    """The restriction of a family as it stands, for the safeguarding lead alone. One query."""
    seen = Restriction.objects.visible_to(actor, Permission.DECIDE_CONCERN).filter(family=family, until=None)
    return seen.select_related("by").first()


def _standing(family: Family) -> Restriction:
    kept = Restriction.objects.select_for_update(of=("self",)).filter(family=family, until=None).first()
    if kept is None:
        raise Refused("This family is not restricted.")
    return kept


def _addresses(family: Family):  # type: ignore[no-untyped-def]
    people = Membership.objects.filter(family=family, until=None).values("person_id")
    return Address.objects.filter(person__in=people)


_PEOPLE = """
people AS MATERIALIZED (
    SELECT m.person_id AS id FROM families_membership m
    WHERE m.family_id = %(family)s AND m.until IS NULL {but}
)"""
# Whoever lives in another restricted family as well is not laid open with this one.
_BUT = """
    AND NOT EXISTS (
        SELECT 1 FROM families_membership o JOIN families_restriction r ON r.family_id = o.family_id
        WHERE o.person_id = m.person_id AND o.until IS NULL AND r.until IS NULL AND o.family_id <> m.family_id
    )"""
# A record that names for itself who may know of it (a concern) keeps as `told:…` those it had named, which nobody holds; the
# bare `told:` says that it does. Lifting gives them their names back.
_KEPT_TOLD = """CASE WHEN 'told:' = ANY(scope_keys) THEN '{}'::text[] ELSE ARRAY['told:'] || ARRAY(
    SELECT 'told:' || substr(key, 7) FROM unnest(scope_keys) AS key WHERE key LIKE 'named:%%') END"""
_NAMED_AGAIN = """CASE WHEN 'told:' = ANY(scope_keys) THEN
    ARRAY(SELECT key FROM unnest(scope_keys) AS key WHERE key NOT LIKE 'named:%%' AND key NOT LIKE 'told:%%')
    || ARRAY(SELECT 'named:' || substr(key, 6) FROM unnest(scope_keys) AS key WHERE key LIKE 'told:_%%') ELSE scope_keys END"""
_OTHERS = "ARRAY(SELECT key FROM unnest(scope_keys) AS key WHERE key NOT LIKE 'named:%%')"


@lru_cache(maxsize=2)
def _statement(*, is_lifted: bool) -> str:
    parts = [_PEOPLE.format(but=_BUT if is_lifted else "")]
    for number, model in enumerate(apps.get_models()):
        rows = rows_of_family(model) if issubclass(model, Scoped) and not model._meta.proxy else ""
        if rows:
            table = model._meta.db_table
            keys = _OTHERS if is_lifted else f"{_OTHERS} || %(named)s::text[]"
            if model is Address and not is_lifted:
                keys = f"CASE WHEN is_protected THEN {_OTHERS} ELSE {keys} END"
            change = f"restricted = {'false' if is_lifted else 'true'}, scope_keys = {keys}"
            parts.append(f"u{number} AS (UPDATE {table} SET {change} WHERE {rows})")
    keys = _NAMED_AGAIN if is_lifted else f"{_OTHERS} || {_KEPT_TOLD} || %(named)s::text[]"
    for number, (table, rows) in enumerate(_that_name_for_themselves()):
        parts.append(f"k{number} AS (UPDATE {table} SET scope_keys = {keys} WHERE {rows})")
    return f"WITH {', '.join(parts)} SELECT 1"


def _that_name_for_themselves() -> Iterator[tuple[str, str]]:
    """Tables whose rows keep who may know of them, with what hangs on those rows, and the condition by which they are the
    family's: who may know is for the lead to say anew."""
    for model in apps.get_models():
        if not getattr(model, "keeps_own_scope", False) or model is Restriction:
            continue
        own = {field.column for field in model._meta.concrete_fields}
        if "family_id" not in own:
            continue
        table, theirs = model._meta.db_table, "family_id = %(family)s"
        yield table, theirs
        ids = f"(SELECT id FROM {table} WHERE {theirs})"
        for other in apps.get_models():
            if getattr(other, "keeps_own_scope", False):
                for field in other._meta.concrete_fields:
                    if field.related_model is model and other is not model:
                        yield other._meta.db_table, f"{field.column} IN {ids}"
        kind = model._meta.label_lower
        yield Task._meta.db_table, f"family_id IS NULL AND origin_kind = '{kind}' AND origin_id IN {ids}"
        yield Clock._meta.db_table, f"family_id IS NULL AND subject_kind = '{kind}' AND subject_id IN {ids}"
