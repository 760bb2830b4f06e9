"""An indicator's figure: for which service, over which period, as known when. Everything that shows a number asks here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.language import Definition
from fingerpost.language.definition import Beside as BesideWords
from fingerpost.language.definition import Figure as FigureWords
from fingerpost.language.definition import Narrative
from fingerpost.language.periods import Period, period_on
from fingerpost.language.readings import question_key
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.comparisons import compared, paired_with
from fingerpost.proof.measures.figure import Beside, Compared, Figure, Member, Numbers, ReadingUsed, fields_of
from fingerpost.proof.measures.labels import labels_of
from fingerpost.proof.measures.measuring import (
    WHOLE,
    Key,
    Measured,
    is_recorded,
    measure_several,
    nothing_of,
    offered_breakdowns,
    whole_of,
)
from fingerpost.proof.measures.reachable import reachable
from fingerpost.proof.measures.setting import Setting, set_up
from fingerpost.proof.measures.verdict import judged, target_in_words

__all__ = ["all_figures", "evaluate", "evaluate_several", "set_up"]

Together = Mapping[Wanted, Mapping[Key, Measured]]
"""Figures that were worked out in the same statement."""


def evaluate(
    service: str,
    indicator: str,
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    reading: Mapping[str, str] | None = None,
    by: tuple[str, ...] | None = None,
    rules: Rules | None = None,
) -> Figure:
    """The figure of an indicator over a period, as known at a moment.

    `reading` lays letters over the readings in force: `{"change": "B"}`, or `{"": "B"}` for a single question. `by`
    names the breakdowns, by default those of the contract. `rules` are those of another version, for a closed period.
    Raises NotAllowed without `view_figures` on the service, and Refused for an indicator, reading or breakdown that
    does not exist.
    """
    setting = set_up(
        service, indicator, actor=actor, period=period, as_known_at=as_known_at, reading=reading, rules=rules
    )
    return _worked_out([setting], by)[0]


def evaluate_several(
    indicators: Iterable[str], *, actor: Actor, period: Period, as_known_at: datetime, rules: Rules
) -> list[Figure]:
    """The figures of several indicators over one period, as `evaluate` gives them, in the order asked for.

    Those over the same records are worked out in one statement.
    """
    return _worked_out(
        [
            set_up(rules.service, key, actor=actor, period=period, as_known_at=as_known_at, rules=rules)
            for key in indicators
        ]
    )


def _worked_out(settings: Sequence[Setting], by: tuple[str, ...] | None = None) -> list[Figure]:
    """The figure of each setting; all ask of the same days."""
    wanted = [_wanted_of(setting, by) for setting in settings]
    each = list(dict.fromkeys(one for some in wanted for one in some))
    found = dict(zip(each, measure_several(each, settings[0].asked), strict=True)) if each else {}
    return [
        _of_setting(setting, {one: found[one] for one in some}) for setting, some in zip(settings, wanted, strict=True)
    ]


def _wanted_of(setting: Setting, by: tuple[str, ...] | None) -> tuple[Wanted, ...]:
    """What must be worked out for an indicator over its own days, itself first; nothing where no records are held."""
    definition = setting.definition
    if isinstance(definition.figure.form, Narrative) or not is_recorded(definition.figure):
        return ()
    own = Wanted(definition.figure, _breakdowns(definition, by), paired_with(definition.against))
    beside = [_wanted_beside(setting, one) for one in definition.beside]
    return (own, *(one for one in beside if one is not None and one.figure.each == definition.figure.each))


def _of_setting(setting: Setting, found: Together) -> Figure:
    if not found:
        return _figure(setting, {WHOLE: Measured(Numbers())}, None, recorded=False, beside={})
    own = next(iter(found))
    whole = whole_of(found[own], own.figure)
    against = compared(setting, own.figure, setting.definition.against, whole)
    return _figure(setting, _in_order(own, found[own]), against, recorded=True, beside=found)


def _in_order(wanted: Wanted, found: Mapping[Key, Measured]) -> dict[Key, Measured]:
    """Breakdowns in the order asked for; databases give them in any."""
    places = {name: place for place, name in enumerate(("", *wanted.by))}
    return dict(sorted(found.items(), key=lambda one: places[one[0][0]]))


def _breakdowns(definition: Definition, by: tuple[str, ...] | None) -> tuple[str, ...]:
    """What to break the figure down by: as asked, or as the contract says, with lines and what must hold in each."""
    in_each = (definition.target.in_each,) if definition.target and definition.target.in_each else ()
    if by is None:
        return offered_breakdowns(
            definition.figure, tuple(dict.fromkeys((*definition.by, *definition.lines, *in_each)))
        )
    offered = offered_breakdowns(definition.figure, by)
    if missing := [name for name in by if name not in offered]:
        raise Refused(f"This figure cannot be broken down by {', '.join(missing)}.", field="by")
    return tuple(dict.fromkeys((*by, *in_each)))


def _figure(
    setting: Setting, found: Mapping[Key, Measured], against: Compared | None, *, recorded: bool, beside: Together
) -> Figure:
    definition, asked, rules = setting.definition, setting.asked, setting.rules
    numbers = whole_of(found, definition.figure).numbers
    members = _members(setting, found)
    contract, target = rules.contract, definition.target
    each = {one.label: one for one in members if target and one.dimension == target.in_each}
    return Figure(
        **fields_of(numbers),
        indicator=definition.key,
        clauses=definition.clauses,
        printed=tuple(contract.clauses[key].printed for key in definition.clauses),
        title=definition.title,
        since=asked.period.start,
        until=asked.period.end,
        as_known_at=asked.known_at,
        definition_hash=setting.hash,
        readings=_readings(setting),
        target=target_in_words(target, asked),
        status=judged(contract, definition, numbers, asked, against=against, members=each),
        against=against,
        reachable=reachable(contract, definition, numbers, asked) if recorded else "",
        breakdowns=tuple(one for one in members if one.dimension not in definition.lines),
        lines=tuple(one for one in members if one.dimension in definition.lines),
        beside=tuple(_beside(setting, one, beside) for one in definition.beside),
        recorded=recorded,
        prompt=definition.figure.form.prompt if isinstance(definition.figure.form, Narrative) else "",
    )


def _readings(setting: Setting) -> tuple[ReadingUsed, ...]:
    questions, in_force = setting.rules.contract.questions, setting.rules.readings
    used = []
    for name, letter in setting.definition.letters.items():
        key = question_key(setting.definition.key, name)
        answers, standing = questions[key].answers, in_force[key]
        others = {other: label for other, label in answers.items() if other != letter}
        agreed = standing.agreed and standing.letter == letter
        used.append(ReadingUsed(name, letter, answers[letter], agreed, others))
    return tuple(used)


def _members(setting: Setting, found: Mapping[Key, Measured]) -> tuple[Member, ...]:
    """Every member found, and every area of the scheme where the breakdown is by area, found or not."""
    definition, members = setting.definition, []
    dimensions = dict.fromkeys(dimension for dimension, _ in found if dimension)
    for dimension in (*dimensions, *_in_each_unfound(definition, dimensions)):
        areas = [area.code for area in setting.rules.contract.areas_at(dimension)]
        seen = [member for key, member in found if key == dimension]
        labels = labels_of(setting.rules, dimension, [*areas, *seen])
        others = sorted((m for m in seen if m not in areas), key=lambda m: (m is None, labels[m], m or ""))
        codes = [*areas, *others]
        for code in codes:
            one = found.get((dimension, code))
            numbers = one.numbers if one else nothing_of(definition.figure)
            members.append(
                Member(
                    **fields_of(numbers),
                    dimension=dimension,
                    member=code,
                    label=labels[code],
                    status=_member_status(setting, dimension, numbers, one.beside if one else None),
                )
            )
    return tuple(members)


def _in_each_unfound(definition: Definition, found: Mapping[str, None]) -> tuple[str, ...]:
    wanted = definition.target.in_each if definition.target else None
    return (wanted,) if wanted and wanted not in found else ()


def _member_status(setting: Setting, dimension: str, numbers: Numbers, beside: Numbers | None) -> str:
    """Only a line, and a member that must hold the target by itself, has a verdict of its own."""
    definition, target = setting.definition, setting.definition.target
    if target is None or (dimension not in definition.lines and dimension != target.in_each):
        return "no_target"
    alone = replace(definition, target=replace(target, in_each=None))
    return judged(setting.rules.contract, alone, numbers, setting.asked, against=beside)


def _wanted_beside(setting: Setting, words: BesideWords) -> Wanted | None:
    """What has to be worked out for a figure beside; None where there is nothing from which it could be."""
    figure = words.figure
    if isinstance(figure.form, Narrative) or not is_recorded(figure):
        return None
    by = () if figure.by == setting.definition.figure.by else offered_breakdowns(figure, figure.by)
    return Wanted(figure, by, paired_with(words.against))


def _beside(setting: Setting, words: BesideWords, together: Together) -> Beside:
    wanted, asked = _wanted_beside(setting, words), _asked_for(setting, words.figure)
    if wanted is None:
        return Beside(label=words.label, letter=words.letter, recorded=False)
    found = together[wanted] if wanted in together else measure_several([wanted], asked)[0]
    found, figure = _in_order(wanted, found), wanted.figure
    whole = whole_of(found, figure)
    inside = replace(setting, definition=replace(setting.definition, figure=figure, target=None, lines=()), asked=asked)
    return Beside(
        **fields_of(whole.numbers),
        label=words.label,
        letter=words.letter,
        against=compared(inside, figure, words.against, whole),
        breakdowns=_members(inside, found),
    )


def _asked_for(setting: Setting, figure: FigureWords) -> Asked:
    """The same question over the figure's own kind of period, where it has another than the indicator."""
    if figure.each == setting.definition.figure.each:
        return setting.asked
    return replace(setting.asked, period=period_on(setting.rules.contract, figure.each, setting.asked.period.end))


def all_figures(
    service: str, *, actor: Actor, period: Period, as_known_at: datetime, rules: Rules | None = None
) -> list[Figure]:
    """Every indicator of the contract over one period, in the order of the file."""
    rules = rules or contracts.rules(service, period.end)
    return evaluate_several(rules.contract.indicators, actor=actor, period=period, as_known_at=as_known_at, rules=rules)
