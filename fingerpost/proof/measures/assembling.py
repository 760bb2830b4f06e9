"""From numbers to a figure as it is shown: with its readings, breakdowns, comparison, verdict and the figures beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from fingerpost.ground.access.command import Refused
from fingerpost.language import Definition
from fingerpost.language.definition import Beside as BesideWords
from fingerpost.language.definition import Count, Mean, Narrative, Share
from fingerpost.language.definition import Figure as FigureWords
from fingerpost.language.periods import period_on
from fingerpost.language.readings import question_key
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.comparisons import compared, needed_for, paired_with
from fingerpost.proof.measures.figure import Beside, Compared, Figure, Member, Numbers, ReadingUsed, fields_of
from fingerpost.proof.measures.labels import labels_of
from fingerpost.proof.measures.measuring import (
    WHOLE,
    Key,
    Measured,
    is_recorded,
    nothing_of,
    offered_breakdowns,
    whole_of,
)
from fingerpost.proof.measures.reachable import needed_to_reach, reachable
from fingerpost.proof.measures.sets import record_set_of
from fingerpost.proof.measures.setting import Setting
from fingerpost.proof.measures.together import Answers, Needed
from fingerpost.proof.measures.verdict import judged, target_in_words


def needs_of(setting: Setting, by: tuple[str, ...] | None) -> list[Needed]:
    """All that has to be worked out for a figure and what it is shown with; nothing where there is nothing from which it could be.

    Raises Refused for a breakdown that the figure does not have.
    """
    own, definition, needed = own_of(setting, by), setting.definition, list[Needed]()
    if own is not None:
        needed += [
            (setting.asked, own),
            *needed_for(setting, own.figure, definition.against),
            *needed_to_reach(setting),
        ]
    for words in definition.beside:
        if wanted := _wanted_beside(setting, words):
            inside = _inside(setting, wanted.figure)
            needed += [(inside.asked, wanted), *needed_for(inside, wanted.figure, words.against)]
    return needed


def own_of(setting: Setting, by: tuple[str, ...] | None) -> Wanted | None:
    """What has to be worked out for the figure itself."""
    definition = setting.definition
    if isinstance(definition.figure.form, Narrative) or not is_recorded(definition.figure):
        return None
    return Wanted(_plainly(definition.figure), _breakdowns(setting, by), paired_with(definition.against))


def _plainly(figure: FigureWords) -> FigureWords:
    """The figure without a roll-up that decides nothing: only a share asks whether all or any of a unit's rows are in.

    Readings that differ in nothing else are then worked out once.
    """
    decides = isinstance(figure.form, Share) or figure.roll_up == "latest"
    return figure if decides or not figure.count else replace(figure, roll_up="any")


def _breakdowns(setting: Setting, by: tuple[str, ...] | None) -> tuple[str, ...]:
    """What to break the figure down by: as asked, or as the contract says, with lines and what must hold in each."""
    definition, levels = setting.definition, setting.asked.levels
    in_each = (definition.target.in_each,) if definition.target and definition.target.in_each else ()
    if by is None:
        every = tuple(dict.fromkeys((*definition.by, *definition.lines, *in_each)))
        return offered_breakdowns(definition.figure, every, levels)
    offered = offered_breakdowns(definition.figure, by, levels)
    if missing := [name for name in by if name not in offered]:
        raise Refused(f"This figure cannot be broken down by {', '.join(missing)}.", field="by")
    return tuple(dict.fromkeys((*by, *in_each)))


def figure_of(setting: Setting, by: tuple[str, ...] | None, answers: Answers) -> Figure:
    """The figure with all that it is shown with. `answers` has what it needs."""
    own = own_of(setting, by)
    if own is None:
        return _figure(setting, {WHOLE: Measured(Numbers())}, None, answers, recorded=False)
    found = _in_order(own, answers.of(setting.asked, own))
    against = compared(setting, own.figure, setting.definition.against, whole_of(found, own.figure), answers)
    return _figure(setting, found, against, answers, recorded=True)


def _in_order(wanted: Wanted, found: Mapping[Key, Measured]) -> dict[Key, Measured]:
    """Breakdowns in the order asked for; databases give them in any."""
    places = {name: place for place, name in enumerate(("", *wanted.by))}
    return dict(sorted(found.items(), key=lambda one: places[one[0][0]]))


def _figure(
    setting: Setting, found: Mapping[Key, Measured], against: Compared | None, answers: Answers, *, recorded: bool
) -> Figure:
    definition, asked, rules = setting.definition, setting.asked, setting.rules
    numbers = whole_of(found, definition.figure).numbers
    members = _members(setting, found)
    contract, target = rules.contract, definition.target
    each = {one.member: one for one in members if target and one.dimension == target.in_each and one.member}
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
        reachable=reachable(setting, numbers, answers) if recorded else "",
        breakdowns=tuple(one for one in members if one.dimension not in definition.lines),
        lines=tuple(one for one in members if one.dimension in definition.lines),
        beside=tuple(_beside(setting, one, answers) for one in definition.beside),
        recorded=recorded,
        prompt=definition.figure.form.prompt if isinstance(definition.figure.form, Narrative) else "",
        population=population_of(definition.figure),
    )


def population_of(figure: FigureWords) -> str:
    """Names the records a figure is about and what is counted of them; empty for one that adds something else up."""
    if not isinstance(figure.form, Count | Share | Mean):
        return ""
    records = record_set_of(figure)
    unit = None if records is None or figure.count in records.single else figure.count
    return hashlib.sha256(repr((figure.of, figure.when, figure.each, figure.where, unit)).encode()).hexdigest()[:12]


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
        labels = labels_of(setting.rules, definition.figure, dimension, [*areas, *seen])
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
    by = (
        () if figure.by == setting.definition.figure.by else offered_breakdowns(figure, figure.by, setting.asked.levels)
    )
    return Wanted(figure, by, paired_with(words.against))


def _beside(setting: Setting, words: BesideWords, answers: Answers) -> Beside:
    wanted = _wanted_beside(setting, words)
    if wanted is None:
        return Beside(label=words.label, letter=words.letter, recorded=False)
    inside, figure = _inside(setting, words.figure), words.figure
    found = _in_order(wanted, answers.of(inside.asked, wanted))
    whole = whole_of(found, figure)
    return Beside(
        **fields_of(whole.numbers),
        label=words.label,
        letter=words.letter,
        against=compared(inside, figure, words.against, whole, answers),
        breakdowns=_members(inside, found),
    )


def _inside(setting: Setting, figure: FigureWords) -> Setting:
    """The setting of a figure beside the indicator's own: over its own kind of period, without target."""
    definition = replace(setting.definition, figure=figure, target=None, lines=())
    return replace(setting, definition=definition, asked=_asked_for(setting, figure))


def _asked_for(setting: Setting, figure: FigureWords) -> Asked:
    """The same question over the figure's own kind of period, where it has another than the indicator."""
    if figure.each == setting.definition.figure.each:
        return setting.asked
    return replace(setting.asked, period=period_on(setting.rules.contract, figure.each, setting.asked.period.end))
