"""What a version of a contract changes when it is adopted, and the rehearsal that shows it beforehand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from fingerpost.agreements.contracts import commands
from fingerpost.agreements.contracts.compiled import compiled
from fingerpost.agreements.contracts.models import Version
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.roles import Role, ServiceRoles, roles_in_force
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, code_in
from fingerpost.language.compile import contract_hash
from fingerpost.language.contract import Contract
from fingerpost.language.differences import counted_otherwise
from fingerpost.language.faults import ContractFaulty
from fingerpost.language.periods import returns_due
from fingerpost.people.families.models import Address, Membership


@dataclass(frozen=True)
class Part:
    """What was added, changed and ended of one part of a contract, by key: figures, clocks, kinds of record."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """Everything that a version changes. Empty parts are left out.

    `areas_closed` says of each area how many families live there; `wider` and `narrower` name permissions by role; `locked_out`
    says of each person who could do nothing any more why. `before` is the number of the version it follows.
    """

    before: int | None
    areas_added: tuple[str, ...] = ()
    areas_closed: Mapping[str, int] = field(default_factory=dict)
    areas_renamed: tuple[str, ...] = ()
    wider: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    narrower: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    locked_out: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Adopted:
    """A version with what it changes; None where these files had been adopted before."""

    version: Version
    changes: Changes | None


def adopt(
    actor: Actor, subject: Scope, *, sources: Mapping[str, str], in_force_from: date | None, at: datetime
) -> Adopted:
    """Adopt as the command does, and compare what was with what is. Raises what the command raises."""
    with transaction.atomic():
        before = _standing(sources, in_force_from)
        version = commands.adopt(actor, subject, sources=sources, in_force_from=in_force_from, at=at)
        return Adopted(version, None if version.pk in before.versions else _changes(before, version, at))


def rehearse(
    actor: Actor, subject: Scope, *, sources: Mapping[str, str], in_force_from: date | None, at: datetime
) -> Adopted:
    """What adopting would change: it is done and taken back, so nothing is written. Raises what the command raises."""
    with transaction.atomic():
        adopted = adopt(actor, subject, sources=sources, in_force_from=in_force_from, at=at)
        transaction.set_rollback(True)
    return adopted


@dataclass(frozen=True)
class _Standing:
    """What stands before a version is adopted: the last one, the areas that are open by code, and who may do what."""

    service: str = ""
    versions: frozenset[Any] = frozenset()
    number: int | None = None
    contract: Contract | None = None
    areas: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)


def _standing(sources: Mapping[str, str], in_force_from: date | None) -> _Standing:
    try:
        new = compiled(contract_hash(sources), lambda: sources, is_new=True)
    except ContractFaulty:
        return _Standing()  # the command says what is wrong with the files
    adopted = Version.objects.filter(agreement__key=new.key).order_by("-number")
    last = adopted.first()
    return _Standing(
        service=new.key,
        versions=frozenset(adopted.values_list("pk", flat=True)),
        number=last.number if last else None,
        contract=compiled(last.hash, lambda: last.sources) if last else None,
        areas=_open_areas(new.key),
        roles=roles_in_force(new.key, in_force_from or new.agreement.start),
    )


def _changes(before: _Standing, version: Version, at: datetime) -> Changes:
    service, since = before.service, version.in_force_from
    now, after = _open_areas(service), roles_in_force(service, since)
    grants = list(Grant.objects.in_force(at).filter(service=service).select_related("user").order_by("user__name"))
    held = sorted({grant.role for grant in grants} & before.roles.keys())
    closed = [code for code in before.areas if code not in now]
    waiting = ServiceRoles.objects.filter(service=service, number=version.number).values_list("waiting", flat=True)
    narrower = {key: _lost(before.roles[key], after.get(key)) for key in held if key in after}
    return Changes(
        before=before.number,
        areas_added=tuple(name for code, name in now.items() if code not in before.areas),
        areas_closed={before.areas[code]: _families_in(service, code) for code in closed},
        areas_renamed=tuple(
            f"{name}, now {now[code]}" for code, name in before.areas.items() if code in now and now[code] != name
        ),
        wider={key: tuple(more) for one in waiting for key, more in one.items()},
        narrower={key: lost for key, lost in narrower.items() if lost},
        locked_out=tuple(_locked_out(grants, after, before.areas, closed, since)),
        parts=_parts(before.contract, compiled(version.hash, lambda: version.sources)),
    )


def _open_areas(service: str) -> dict[str, str]:
    """The areas that are offered, by code, the widest first."""
    found = Area.objects.filter(scheme=service, closed_on=None).order_by("depth", "name")
    return dict(found.values_list("code", "name"))


def _families_in(service: str, code: str) -> int:
    living = Address.objects.filter(area__scheme=service, area__code=code, until=None).values("person")
    return Membership.objects.filter(person__in=living, until=None).values("family").distinct().count()


def _lost(before: Role, after: Role | None) -> tuple[str, ...]:
    return tuple(sorted(str(one) for one in before.can - (after.can if after else frozenset())))


def _locked_out(
    grants: Iterable[Grant], roles: Mapping[str, Role], areas: Mapping[str, str], closed: list[str], since: date
) -> Iterator[str]:
    """Each grant that gives nothing any more: its role is gone or over, or its area is closed."""
    for grant in grants:
        role = roles.get(grant.role)
        if role is None or not role.is_held_on(since):
            yield f"{grant.user.name}: there is no role {grant.role} any more"
        elif code_in(grant.area) in closed:
            yield f"{grant.user.name}: {role.label} in {areas[code_in(grant.area)]}, which is closed"


_PARTS = ("decisions", "clocks", "indicators", "kinds", "instruments", "offers", "values")


def _parts(before: Contract | None, after: Contract) -> dict[str, Part]:
    pairs: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        name: (getattr(before, name) if before else {}, getattr(after, name)) for name in _PARTS
    }
    pairs["clauses"] = (_asked(before) if before else {}, _asked(after))
    for name in ("gates", "tasks", "closure_reasons"):
        pairs[name] = (getattr(before.pathway, name) if before else {}, getattr(after.pathway, name))
    pairs["returns"] = (_due(before) if before else {}, _due(after))
    parts = {name: _part(*pair) for name, pair in pairs.items()}
    if before:
        parts["indicators"] = replace(parts["indicators"], changed=counted_otherwise(before, after))
    return {name: part for name, part in parts.items() if part != Part()}


def _part(before: Mapping[str, Any], after: Mapping[str, Any]) -> Part:
    return Part(
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key in after if key in before and before[key] != after[key]),
        ended=tuple(key for key in before if key not in after),
    )


def _asked(contract: Contract) -> dict[str, Any]:
    """What each clause asks and how it is held, whatever serves it."""
    return {key: replace(clause, order=0, cited_by=()) for key, clause in contract.clauses.items()}


def _due(contract: Contract) -> dict[str, date]:
    """The calendar of returns: series and day."""
    return {
        f"{contract.returns[one.series].title}, due {day_in_words(one.due)}": one.due for one in returns_due(contract)
    }
