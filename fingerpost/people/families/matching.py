"""Is this somebody we know? Candidates come by number, by birth date and by name; a score says how alike they are.

Nothing is merged here: a person always decides.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from rapidfuzz import fuzz

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families import identity, names
from fingerpost.people.families.models import Address, Identifier, Person

# How much each likeness weighs, of 100. A birth date or postcode that either side lacks weighs half.
NAME, BIRTH, POSTCODE = 60, 30, 10
POSSIBLE = 75
FEWEST_NAME_POINTS = 45


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody known who may be the one described. `score` is of 100; `why` names what agrees."""

    person: Person
    score: int
    kind: Literal["exact", "possible"]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """Whom we look for, in the forms that comparisons need."""

    name: str
    born_on: date | None = None
    postcode: str = ""


def matches(
    actor: Actor,
    *,
    first_name: str,
    last_name: str,
    born_on: date | None = None,
    postcode: str = "",
    upn: str = "",
    nhs: str = "",
    limit: int = 10,
) -> list[Match]:
    """People known who may be this one, the likeliest first. One query.

    `exact`: the same number, or the same name and birth date. `possible`: alike enough that somebody should look.
    """
    name = names.plain(f"{first_name} {last_name}")
    described = Described(name, born_on, _or_nothing(identity.postcode, postcode))
    numbers = {"upn": _or_nothing(identity.upn, upn), "nhs": _or_nothing(identity.nhs, nhs)}
    found = [match for person in _candidates(actor, described, numbers) if (match := judge(described, person, numbers))]
    return sorted(found, key=lambda m: (m.kind != "exact", -m.score, m.person.search_name))[:limit]


def judge(described: Described, person: Person, numbers: dict[str, str] | None = None) -> Match | None:
    """How alike the person is to the one described; None when not alike enough.

    `person.numbers` (kind and number) and `person.postcode` must have been read with the person.
    """
    known: Any = person  # read by `with_numbers`
    shared = [kind for kind, value in (numbers or {}).items() if value and f"{kind} {value}" in known.numbers]
    parts = score(described, person.search_name, person.born_on, known.postcode)
    name_points, birth_points, postcode_points = parts
    why = [f"same {'NHS number' if kind == 'nhs' else 'unique pupil number'}" for kind in shared]
    why += ["same name"] if name_points == NAME else ["similar name"] if name_points >= FEWEST_NAME_POINTS else []
    why += ["same date of birth"] if birth_points == BIRTH else []
    why += ["same postcode"] if postcode_points == POSTCODE else []
    total = 100 if shared else round(sum(parts))
    if shared or (name_points == NAME and birth_points == BIRTH):
        return Match(person, total, "exact", tuple(why))
    if name_points >= FEWEST_NAME_POINTS and total >= POSSIBLE:
        return Match(person, total, "possible", tuple(why))
    return None


def score(described: Described, search_name: str, born_on: date | None, postcode: str) -> tuple[float, float, float]:
    """Points for name, birth date and postcode."""
    likeness = max(fuzz.token_sort_ratio(described.name, search_name), _without_known_name(described.name, search_name))
    birth = 0.5 if described.born_on is None or born_on is None else likeness_of_days(described.born_on, born_on)
    same_place = 0.5 if not (described.postcode and postcode) else float(described.postcode == postcode)
    return NAME * likeness / 100, BIRTH * birth, POSTCODE * same_place


def _without_known_name(name: str, search_name: str) -> float:
    """`search_name` may end with the name a person is known by, or replace the first name by it."""
    words, wanted = search_name.split(), len(name.split())
    if len(words) <= wanted:
        return 0
    return max(fuzz.token_sort_ratio(name, " ".join(words[:wanted])), fuzz.token_sort_ratio(name, " ".join(words[1:])))


def likeness_of_days(one: date, other: date) -> float:
    """1 for the same day; less for day and month swapped, or one part that differs; 0 otherwise."""
    if one == other:
        return 1
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return 0.85
    same = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return 0.6 if same == 2 else 0


def near_days(day: date) -> Iterator[date]:
    """The day itself and those that a slip of the pen makes of it: day and month swapped, the year beside."""
    yield day
    for year, month, dom in (
        (day.year, day.day, day.month),
        (day.year - 1, day.month, day.day),
        (day.year + 1, day.month, day.day),
    ):
        try:
            yield date(year, month, dom)
        except ValueError:
            continue


def with_numbers(people: QuerySet[Person]) -> QuerySet[Person]:
    """The people with `numbers` (kind and number, a list) and `postcode` read along in the same query."""
    owned = (
        Identifier.objects.filter(person=OuterRef("pk"))
        .annotate(both=Concat("kind", Value(" "), "value"))
        .values("both")
    )
    home = Address.objects.filter(person=OuterRef("pk"), until=None).values("postcode")[:1]
    return people.annotate(numbers=ArraySubquery(owned), postcode=Coalesce(Subquery(home), Value("")))


def _candidates(actor: Actor, described: Described, numbers: dict[str, str]) -> QuerySet[Person]:
    people = Person.objects.visible_to(actor).current()
    ways = [
        Identifier.objects.filter(kind=kind, value=value).values_list("person_id")
        for kind, value in numbers.items()
        if value
    ]
    if described.born_on:
        ways.append(people.filter(born_on__in=list(near_days(described.born_on))).values_list("id"))
    by_name = people
    for word in described.name.split():
        by_name = by_name.filter(search_name__contains=word)
    ways.append(by_name.values_list("id"))
    ids: set[uuid.UUID] | QuerySet[Person] = ways[0].union(*ways[1:]) if len(ways) > 1 else ways[0]
    return with_numbers(people.filter(id__in=ids))


def _or_nothing(check: object, words: str) -> str:
    try:
        return str(check(words)) if callable(check) else ""
    except identity.Wrong:
        return ""
