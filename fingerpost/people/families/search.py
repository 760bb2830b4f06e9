"""Find a person from whatever is at hand: names in any order, parts of names, a misspelling, a reference, a postcode, a number.

One query. The trigram match comes first and is materialized: with ORDER BY and LIMIT beside it PostgreSQL would walk the
name index in order and filter every name of the county.
"""

import re
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.families import identity, names
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person, Restriction

MOST_WORDS = 6
NEAR_ENOUGH = 0.3
_REFERENCE = re.compile(r"^([A-Z])-?([0-9A-Z]{6})$")
_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")

_behind: dict[str, Callable[[str], QuerySet[Any]]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """One person found, with the family they belong to now. `is_near` marks a name that is only spelt alike."""

    person_id: uuid.UUID
    first_name: str
    last_name: str
    known_as: str
    born_on: date | None
    postcode: str
    family_id: uuid.UUID | None
    family_ref: str
    family_name: str
    part: str
    is_near: bool

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def references_behind(letter: str, families: Callable[[str], QuerySet[Any]]) -> None:
    """Let `find` understand another room's references: `families(ref)` gives the ids of the families behind one.

    A room above calls this once when it starts, e.g. casework for C-7K3Q2M.
    """
    _behind[letter] = families


def find(actor: Actor, words: str, limit: int = 50) -> list[Found]:
    """The people whom the words mean and whom the actor may meet, best first. One query; none for no words."""
    wanted = _Wanted.read(words)
    if wanted is None:
        return []
    people = Person.objects.visible_to(actor).filter(merged_into=None)
    exact = people.filter(wanted.condition)
    statement, parameters = _statement(actor, exact, people, wanted, limit)
    by_name = seeing_everything(why=BY_NAME) if wanted.words else nullcontext()
    with by_name, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Found(*row) for row in cursor.fetchall()]


def whom_to_ask(actor: Actor, words: str) -> list[str]:
    """Names of those who may be asked about restricted people whom the words mean and the actor may not meet. One query.

    Only where the restriction of the family says that others may learn that a record exists, in a service of the actor's; and
    only for a whole name, a number or a reference, so that nobody fishes with a letter.
    """
    wanted = _Wanted.read(words)
    if wanted is None or len(wanted.words) == 1 or not actor.has(Permission.VIEW_FAMILY):
        return []
    hidden = Person.objects.filter(wanted.condition, restricted=True, merged_into=None)
    hidden = hidden.exclude(scope_keys__overlap=sorted(actor.keys(Permission.VIEW_RESTRICTED)))
    places = Membership.objects.filter(person__in=hidden, until=None).values("family_id")
    told = Restriction.objects.filter(family__in=places, until=None, says_exists=True, service__in=actor.services)
    with seeing_everything(why="it answers with the name of a lead, and with nothing of whom they keep"):
        return sorted({name for name in told.values_list("ask__name", flat=True) if name})


@dataclass(frozen=True)
class _Wanted:
    """What the words ask for: a condition, and the plain words where a misspelling may be tried."""

    condition: Q
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, words: str) -> "_Wanted | None":
        """None when there is nothing to look for."""
        written = names.tidy(words)[:200]
        exact = _number_or_reference(written)
        if exact is not None:
            return cls(exact)
        plain = tuple(dict.fromkeys(names.plain(written).split()))[:MOST_WORDS]
        if not plain:
            return None
        condition = Q()
        for word in plain:
            condition &= _has_word(word) | _has_word(names.romanised(word))
        return cls(condition, tuple(word for word in plain if len(word) > 2))


def _has_word(word: str) -> Q:
    """A long fragment may stand anywhere; one or two letters must begin a name, else half the county has them."""
    if len(word) > 2:
        return Q(search_name__contains=word)
    return Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")


def _number_or_reference(written: str) -> Q | None:
    joined = written.replace(" ", "").upper()
    if (found := _REFERENCE.match(joined)) and (found[1] == "F" or found[1] in _behind) and "-" in joined:
        return Q(id__in=_members_behind(found[1], f"{found[1]}-{found[2]}"))
    for kind, check in (("upn", identity.upn), ("nhs", identity.nhs)):
        try:
            return Q(id__in=Identifier.objects.filter(kind=kind, value=check(joined)).values("person_id"))
        except identity.Wrong:
            continue
    try:
        return Q(
            id__in=Address.objects.filter(postcode=identity.postcode(joined), until=None, is_protected=False).values(
                "person_id"
            )
        )
    except identity.Wrong:
        return _born(joined)


def _members_behind(letter: str, ref: str) -> QuerySet[Any]:
    families = Family.objects.filter(ref=ref).values("id") if letter == "F" else _behind[letter](ref)
    return Membership.objects.filter(family_id__in=families, until=None).values("person_id")


def _born(joined: str) -> Q | None:
    if day := _DAY.match(joined):
        try:
            return Q(born_on=date(int(day[3]), int(day[2]), int(day[1])))
        except ValueError:
            return None
    return None


BY_NAME = (
    "an index of names is of no use behind row-level security; the statement itself keeps to whom the actor may meet"
)
_COLUMNS = ("id", "first_name", "last_name", "known_as", "born_on", "search_name")

_FIND = """
WITH found AS MATERIALIZED ({exact}),
{near}
shown AS (
    SELECT *, ' ' || search_name || ' ' LIKE ALL (%s::text[]) AS whole FROM {source}
    ORDER BY is_near, whole DESC, likeness DESC, last_name, first_name, born_on, id LIMIT %s
)
SELECT shown.id, shown.first_name, shown.last_name, shown.known_as, shown.born_on, coalesce(home.postcode, ''),
       place.family_id, coalesce(place.ref, ''), coalesce(place.name, ''), coalesce(place.part, ''), shown.is_near
FROM shown
LEFT JOIN LATERAL (
    SELECT membership.family_id, membership.part, family.ref, family.name
    FROM ({memberships}) AS membership JOIN families_family AS family ON family.id = membership.family_id
    WHERE membership.person_id = shown.id AND family.merged_into_id IS NULL
    ORDER BY membership.recorded_at DESC LIMIT 1
) AS place ON true
LEFT JOIN LATERAL (
    SELECT address.postcode FROM families_address AS address
    WHERE address.person_id = shown.id AND address.until IS NULL AND NOT address.is_protected LIMIT 1
) AS home ON true
ORDER BY shown.is_near, whole DESC, likeness DESC, shown.last_name, shown.first_name, shown.born_on, shown.id
"""

# The words come out of the sub-select that lowers the threshold, so it is lowered before the index is asked.
_NEAR = """
lowered AS MATERIALIZED (
    SELECT set_config('pg_trgm.word_similarity_threshold', '{threshold}', true) AS said, %s::text[] AS words
),
near AS MATERIALIZED ({people} AND NOT EXISTS (SELECT FROM found){likenesses}),
"""
_ALIKE = (
    " AND (families_person.search_name %%> (SELECT words[{place}] FROM lowered)"
    " OR families_person.search_name LIKE ANY (%s::text[]))"
)


def _with_two_letters_swapped(word: str) -> list[str]:
    """Patterns for a slip of the fingers, which leaves too few trigrams to be alike: jhon for john."""
    places = range(len(word) - 1)
    return [f"%{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}%" for i in places if word[i] != word[i + 1]]


def _statement(
    actor: Actor, exact: QuerySet[Person], people: QuerySet[Person], wanted: _Wanted, limit: int
) -> tuple[str, list[Any]]:
    exact_sql, parameters = _compiled(exact.values_list(*_COLUMNS))
    near_sql, source = "", "(SELECT *, false AS is_near, 0 AS likeness FROM found) AS people"
    words = list(wanted.words)
    if words:
        people_sql, near_parameters = _compiled(people.values_list(*_COLUMNS))
        likenesses = "".join(_ALIKE.format(place=place) for place in range(1, len(words) + 1))
        near_sql = _NEAR.format(threshold=NEAR_ENOUGH, people=people_sql, likenesses=likenesses)
        parameters += [words, *near_parameters, *map(_with_two_letters_swapped, words)]
        source = (
            "(SELECT *, false AS is_near, 0 AS likeness FROM found UNION ALL"
            " SELECT *, true, similarity(search_name, %s) FROM near) AS people"
        )
    memberships = Membership.objects.visible_to(actor).filter(until=None)
    memberships_sql, membership_parameters = _compiled(
        memberships.values_list("family_id", "person_id", "part", "recorded_at")
    )
    statement = _FIND.format(exact=exact_sql, near=near_sql, source=source, memberships=memberships_sql)
    parameters += [[f"% {word} %" for word in words]]
    parameters += [" ".join(words)] if words else []
    return statement, [*parameters, limit, *membership_parameters]


def _compiled(rows: QuerySet[Any]) -> tuple[str, list[Any]]:
    statement, parameters = rows.order_by().query.sql_with_params()
    return statement, list(parameters)
