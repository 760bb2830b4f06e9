"""What a figure that was sent would be today, and which records make the difference. Rule X-5.

The figure that was sent never changes. Beside it stands the same definition, in the same readings and version, over what is
known now.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.apps import apps

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.readings import question_key
from fingerpost.people.families.models import Family
from fingerpost.proof.measures.answers import Answer, fact_of
from fingerpost.proof.returns.freezing import figure_now, records_now
from fingerpost.proof.returns.models import Figure, Return
from fingerpost.proof.returns.queries import frozen, rules_for

COUNTED = ("numerator", "denominator", "value", "not_known", "pending", "outside", "population_not_known", "status")
NOT_THERE = "not there"


@dataclass(frozen=True)
class Change:
    """One record whose answer is another now. `before` or `now` is "not there" for one that came or went."""

    reference: str
    kind: str
    id: str
    family: str
    before: str
    now: str
    reason: str


@dataclass(frozen=True)
class Restatement:
    """A figure as it was sent, as it is known now, and the records between the two, which are looked up when asked for."""

    indicator: str
    title: str
    sent: Mapping[str, Any]
    now: Mapping[str, Any]
    look_up: Callable[[], tuple[Change, ...]]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The records whose answer is another now, by reference."""
        return self.look_up()

    @property
    def is_changed(self) -> bool:
        """Whether any number or the verdict differs."""
        return any(self.sent.get(name) != self.now.get(name) for name in COUNTED)


def restated(made: Return, at: datetime) -> list[Restatement]:
    """Every figure of a return that was sent, beside what is known at `at`. Empty while its figures are not fixed.

    The caller has seen that the return may be opened; records are for those who may view records counted (`as_met_by`).
    """
    if made.figures_fixed_at is None:
        return []
    held = rules_for(made)
    return [_restated(made, held, figure, at) for figure in frozen(made).values()]


def _restated(made: Return, held: Rules, figure: Figure, at: datetime) -> Restatement:
    letters = {one["question"]: one["letter"] for one in figure.numbers["readings"]}
    now = figure_now(made, held, figure.indicator, at, letters).as_dict()

    def look_up() -> tuple[Change, ...]:
        added_up = _facts_added_up(held, figure.indicator, letters)
        return _changes(figure.records, records_now(made, held, figure.indicator, at, letters), added_up)

    return Restatement(figure.indicator, figure.numbers["title"], figure.numbers, now, look_up)


def as_met_by(actor: Actor, every: Sequence[Restatement]) -> list[Restatement]:
    """The same, records and families that the actor may not meet without reference and reason.

    Who is hidden is asked once for all figures: two queries for each kind of record, two for families.
    """
    hidden = _hidden_from(actor, [change for one in every for change in one.changes])
    return [replace(one, look_up=partial(_without, hidden, one.changes)) for one in every]


def _without(hidden: Collection[Change], changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(replace(one, reference="", family="", reason="") if one in hidden else one for one in changes)


def _hidden_from(actor: Actor, changes: Sequence[Change]) -> set[Change]:
    ids = {kind: {one.id for one in changes if one.kind == kind} for kind in {one.kind for one in changes}}
    models = {kind: model for kind in ids if issubclass(model := apps.get_model(kind), Scoped)}
    not_met = {kind: _not_met(actor, model, "pk", ids[kind]) for kind, model in models.items()}
    families = _not_met(actor, Family, "ref", {one.family for one in changes if one.family})
    return {one for one in changes if one.id in not_met.get(one.kind, ()) or one.family in families}


def _facts_added_up(held: Rules, indicator: str, letters: Mapping[str, str]) -> frozenset[str]:
    """The numbers that the figure adds up: of a mean or a sum a record makes a difference without answering otherwise."""
    chosen = {question_key(indicator, name): letter for name, letter in letters.items()}
    figures = held.definition(indicator, chosen).figures
    return frozenset(fact for figure in figures if (fact := fact_of(figure)) is not None)


def _changes(before: list[dict[str, Any]], now: list[dict[str, Any]], added_up: frozenset[str]) -> tuple[Change, ...]:
    """Records that came, went, answer otherwise or give another number, by reference."""
    old, new = _by_record(before), _by_record(now)
    found = [_change(old.get(key), new.get(key), added_up) for key in {**old, **new}]
    return tuple(sorted((change for change in found if change), key=lambda change: (change.reference, change.id)))


def _not_met(actor: Actor, model: type[Scoped], by: str, words: Collection[str]) -> set[str]:
    """Those of the rows that stand and that the actor may not meet. Two queries."""
    rows = model.objects.filter(**{f"{by}__in": words})
    met = {str(one) for one in rows.visible_to(actor, Permission.VIEW_RECORDS_COUNTED).values_list(by, flat=True)}
    with seeing_everything(
        why="of a record that is gone nothing is hidden, and of one that the actor may not meet all is"
    ):
        return {str(one) for one in rows.values_list(by, flat=True)} - met


def _by_record(some: list[dict[str, Any]]) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    """The rows by the record that they open and the part they count in. One record may have several: a person in two places."""
    found: dict[tuple[str, str, str, int], dict[str, Any]] = {}
    for one in sorted(some, key=lambda one: (one["reference"], one["family"], one["unit"])):
        number = 0
        while (key := (one["kind"], one["id"], one["part"], number)) in found:
            number += 1
        found[key] = one
    return found


def _change(old: dict[str, Any] | None, new: dict[str, Any] | None, added_up: frozenset[str]) -> Change | None:
    told = new or old or {}
    was, is_ = (one["answer"].replace("_", " ") if one else NOT_THERE for one in (old, new))
    if {was, is_} == {NOT_THERE, Answer.OUTSIDE.value}:  # came or went without being what the figure is about
        return None
    alike = was == is_ and (old or {}).get("record_answer") == (new or {}).get("record_answer")
    if alike and _numbers_in(old, added_up) == _numbers_in(new, added_up):
        return None
    reason = _facts_changed(old, new) or told["reason_label"]
    return Change(told["reference"], told["kind"], told["id"], told["family"], was, is_, reason)


def _numbers_in(record: dict[str, Any] | None, added_up: frozenset[str]) -> dict[str, Any]:
    facts = (record or {}).get("facts") or {}
    return {name: value for name, value in facts.items() if name in added_up}


def _facts_changed(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    """Which facts differ: "absence rate after: 12.0, now 9.0"."""
    before, now = ((one or {}).get("facts") or {} for one in (old, new))
    if not before or not now:
        return ""
    return "; ".join(
        f"{name.replace('_', ' ')}: {_told(before.get(name))}, now {_told(value)}"
        for name, value in now.items()
        if before.get(name) != value
    )


def _told(value: object) -> str:
    return "not known" if value is None else str(value)
