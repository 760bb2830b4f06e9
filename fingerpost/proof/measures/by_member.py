"""Every figure that can be told apart by one fact, such as the worker, over the same days: the parts alone, without comparisons,
other readings and verdicts. Figures over the same records are worked out in one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.language.definition import Narrative
from fingerpost.language.periods import Period
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.comparisons import paired_with
from fingerpost.proof.measures.figure import Numbers
from fingerpost.proof.measures.measuring import is_recorded, measure_several, offered_breakdowns
from fingerpost.proof.measures.setting import Setting, set_up_several


@dataclass(frozen=True)
class Parts:
    """One figure's numbers for each member of the breakdown; None is the member that is not known."""

    indicator: str
    title: str
    members: Mapping[str | None, Numbers]


def by_member(rules: Rules, dimension: str, *, actor: Actor, period: Period, as_known_at: datetime) -> list[Parts]:
    """The figures that offer the breakdown, in the order of the contract. Raises NotAllowed without `view_figures`."""
    every: list[tuple[str, dict[str, str]]] = [(key, {}) for key in rules.contract.indicators]
    settings = set_up_several(rules, every, actor=actor, period=period, as_known_at=as_known_at)
    wanted = [(setting, _wanted(setting, dimension)) for setting in settings if _offers(setting, dimension)]
    if not wanted:
        return []
    found = measure_several([one for _, one in wanted], wanted[0][0].asked)
    return [
        Parts(
            setting.definition.key,
            setting.definition.title,
            {member: one.numbers for (name, member), one in measured.items() if name == dimension},
        )
        for (setting, _), measured in zip(wanted, found, strict=True)
    ]


def _offers(setting: Setting, dimension: str) -> bool:
    figure = setting.definition.figure
    if isinstance(figure.form, Narrative) or not is_recorded(figure):
        return False
    return dimension in offered_breakdowns(figure, (dimension,), setting.asked.levels)


def _wanted(setting: Setting, dimension: str) -> Wanted:
    return Wanted(setting.definition.figure, (dimension,), paired_with(setting.definition.against))
