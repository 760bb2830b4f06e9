"""What members of a breakdown are called."""

import uuid
from collections.abc import Iterable, Mapping

from django.apps import apps

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.subjects import LINKED
from fingerpost.ground.access.models import User
from fingerpost.language.definition import Figure
from fingerpost.language.schema.items import ItemSpec
from fingerpost.people.schooling.models import School
from fingerpost.work.directory.models import Entry
from fingerpost.work.groups.models import Programme

NOT_KNOWN = "Not known"


def labels_of(rules: Rules, figure: Figure, dimension: str, members: Iterable[str | None]) -> Mapping[str | None, str]:
    """The label of each member of a breakdown of the figure. At most one query."""
    wanted = [member for member in members if member]
    item = _asked(rules, figure, dimension)
    named = _named(rules, dimension, wanted) if item is None else _answers(rules, item, wanted)
    return {None: NOT_KNOWN, **{member: named.get(member) or _in_words(member) for member in wanted}}


def _asked(rules: Rules, figure: Figure, dimension: str) -> ItemSpec | None:
    """The question of a declared kind that the breakdown goes by."""
    kinds = (rules.contract.kinds.get(one.of) for one in (figure, *figure.inner))
    return next((kind.items[dimension] for kind in kinds if kind and dimension in kind.items), None)


def _answers(rules: Rules, item: ItemSpec, members: list[str]) -> Mapping[str, str]:
    match item.of:
        case None:
            return {member: item.answer_label(member) for member in members}
        case "area":
            return {code: area.name for code, area in rules.contract.areas.items()}
        case of:
            rows = apps.get_model(LINKED[of])._default_manager.filter(pk__in=members)
            return {str(row.pk): str(row) for row in rows}


def _named(rules: Rules, dimension: str, members: list[str]) -> Mapping[str, str]:
    contract = rules.contract
    match dimension:
        case "school":
            return dict(School.objects.filter(code__in=members).values_list("code", "name"))
        case "programme":
            ids = [uuid.UUID(member) for member in members]
            titles = Programme.objects.filter(pk__in=ids).values_list("pk", "title")
            return {str(pk): title for pk, title in titles}
        case "destination":
            ids = [uuid.UUID(member) for member in members]
            return {str(pk): name for pk, name in Entry.objects.filter(pk__in=ids).values_list("pk", "name")}
        case "worker":
            ids = [uuid.UUID(member) for member in members]
            return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}
        case "closure_reason":
            return {key: reason.label for key, reason in contract.pathway.closure_reasons.items()}
        case "line":
            return {key: line.label for key, line in contract.agreement.service_lines.items()}
        case "vulnerable_group" if contract.pathway.priority:
            return {key: group.label for key, group in contract.pathway.priority.groups.items()}
        case _:
            return {code: area.name for code, area in contract.areas.items()}


def _in_words(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
