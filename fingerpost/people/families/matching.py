"""People we know who may be the one described, found by number, by birth date and by name, and weighed by `recognition`.

Nothing is merged here: a person always decides.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families import identity, names, recognition
from fingerpost.people.families.models import Address, Identifier, Person
from fingerpost.people.families.recognition import Candidate, Described, Verdict


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody known who may be the one described. `score` is of 100; `why` names what agrees, `why_not` what does not."""

    person: Person
    score: int
    verdict: Verdict
    why: tuple[str, ...]
    why_not: tuple[str, ...] = ()


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
    """People known who may be this one, the likeliest first, those the actor may meet. One query."""
    numbers = {"upn": _or_nothing(identity.upn, upn), "nhs": _or_nothing(identity.nhs, nhs)}
    described = Described(
        first_name,
        last_name,
        born_on=born_on,
        postcode=_or_nothing(identity.postcode, postcode),
        numbers={kind: value for kind, value in numbers.items() if value},
    )
    people = {person.pk: person for person in likely(actor, described)}
    answer = recognition.recognise(described, [as_candidate(person) for person in people.values()])
    return [Match(people[f.candidate.id], f.score, f.verdict, f.agrees, f.contradicts) for f in answer.findings[:limit]]


def likely(actor: Actor, described: Described) -> QuerySet[Person]:
    """Those among whom somebody described would be found, with what is held of each. One query."""
    people = Person.objects.visible_to(actor).current()
    owners = Q()
    for kind, value in described.numbers.items():
        owners |= Q(kind=kind, value=value)
    owner = Coalesce("person__merged_into", "person")
    ways = [Identifier.objects.filter(owners).annotate(owner=owner).values_list("owner")] if owners else []
    if described.born_on:
        ways.append(people.filter(born_on__in=list(near_days(described.born_on))).values_list("id"))
    words = described.name.split()
    if words:
        ways.append(
            people.filter(_has_all(words) | _has_all(names.romanised(described.name).split())).values_list("id")
        )
    if not ways:
        return people.none()
    ids: set[uuid.UUID] | QuerySet[Any] = ways[0].union(*ways[1:]) if len(ways) > 1 else ways[0]
    return with_numbers(people.filter(id__in=ids))


def _has_all(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(search_name__contains=word)
    return condition


def as_candidate(person: Person, part: str = "") -> Candidate:
    """The person as recognition weighs them. They must have been read by `with_numbers`."""
    known: Any = person
    numbers: dict[str, list[str]] = defaultdict(list)
    for both in known.numbers:
        kind, _, value = both.partition(" ")
        numbers[kind].append(value)
    return Candidate(
        person.pk,
        person.first_name,
        person.last_name,
        person.known_as,
        person.born_on,
        known.postcode,
        known.lines,
        numbers,
        part,
        person.restricted,
    )


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
    """The people with `numbers` (kind and number, a list), `postcode` and `lines` of their home read along in the same query."""
    entries = Person.objects.filter(Q(pk=OuterRef(OuterRef("pk"))) | Q(merged_into=OuterRef(OuterRef("pk"))))
    owned = (
        Identifier.objects.filter(person__in=entries.values("pk"))
        .annotate(both=Concat("kind", Value(" "), "value"))
        .values("both")
    )
    home = Address.objects.filter(person=OuterRef("pk"), until=None)
    return people.annotate(
        numbers=ArraySubquery(owned),
        postcode=Coalesce(Subquery(home.values("postcode")[:1]), Value("")),
        lines=Coalesce(Subquery(home.values("lines")[:1]), Value("")),
    )


def _or_nothing(check: object, words: str) -> str:
    try:
        return str(check(words)) if callable(check) else ""
    except identity.Wrong:
        return ""
