"""Targets in words, and the verdict on a figure: the language judges, here it is only asked."""

from collections.abc import Iterable, Mapping

from fingerpost.language.conditions import Bound
from fingerpost.language.contract import Contract
from fingerpost.language.dated import NoValue, number_named
from fingerpost.language.definition import Definition, Target
from fingerpost.language.verdicts import verdict
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.figure import Numbers

WORDS = {"at_least": "at least", "at_most": "at most", "more_than": "more than", "less_than": "less than"}
UNIT_SIGNS = {"percent": "%", "per_100": "per 100", "per_100000": "per 100,000"}


def judged(
    contract: Contract,
    definition: Definition,
    numbers: Numbers,
    asked: Asked,
    *,
    against: Numbers | None = None,
    members: Mapping[str, Numbers] | None = None,
) -> str:
    """met, not_met, alert, improved, same, worse, so_far, no_data, no_target or written. Compared unrounded."""
    return verdict(
        contract,
        definition,
        numbers.exact,
        period=asked.period,
        as_of=asked.today,
        against=against.exact if against else None,
        members={name: one.exact for name, one in (members or {}).items()},
        values=asked.values,
    ).value


def target_in_words(target: Target | None, asked: Asked) -> str:
    """At least 80 %, in each district; empty where there is no target."""
    if target is None:
        return ""
    if not target.bounds:
        return {"up": "Higher is better", "down": "Lower is better"}.get(target.better or "", "")
    limits = " and ".join(_limits(target.bounds, target.unit, asked))
    since = f" from {target.since.day} {target.since:%B %Y}" if target.since else ""
    each = f", in each {target.in_each.replace('_', ' ')}" if target.in_each else ""
    return f"{limits[0].upper()}{limits[1:]}{since}{each}"


def _limits(bounds: Iterable[Bound], unit: str | None, asked: Asked) -> Iterable[str]:
    sign = f" {UNIT_SIGNS.get(unit, unit.replace('_', ' '))}" if unit else ""
    for bound in bounds:
        try:
            limit = str(number_named(bound.limit, asked.values, asked.on))  # type: ignore[arg-type]
        except NoValue:
            yield f"{WORDS[bound.comparison]} a level still to be entered"
        else:
            yield f"{WORDS[bound.comparison]} {limit}{sign}"
