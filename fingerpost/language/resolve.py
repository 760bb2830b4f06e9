"""From the words of an indicator and a choice of readings to one flat definition.

An answer's `where` adds to the indicator's and its other words replace them. A figure inside another names only what it
changes; naming the record set starts `where`, `when` and `count` afresh.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fingerpost.language.conditions import Bound, both
from fingerpost.language.contract import Contract
from fingerpost.language.definition import (
    Against,
    Balance,
    Baseline,
    Beside,
    Count,
    Definition,
    Each,
    Figure,
    Form,
    Mean,
    Median,
    Narrative,
    Previous,
    Ratio,
    SameRows,
    Share,
    Sum,
    Target,
    YearBefore,
)
from fingerpost.language.entry_rows import EntryRows, rows_of_kinds
from fingerpost.language.faults import PlacedError
from fingerpost.language.readings import PROPOSED, Choices, by_question, letters_of, proposed_by
from fingerpost.language.schema.base import Comparing, clauses_of
from fingerpost.language.schema.indicators import (
    FORM_WORDS,
    FigureWords,
    FixedDates,
    IndicatorWords,
    InnerFigure,
    OtherYear,
    TargetWords,
)

Layer = dict[str, Any]
"""The words that were written, by name."""

_AFRESH = ("where", "when", "count")
_NOT_INHERITED = ("target", "against", "beside", "lines")


def resolve(contract: Contract, key: str, choices: Choices = PROPOSED) -> Definition:
    """One indicator in the readings chosen; as proposed where none is. Raises KeyError, ValueError."""
    words = contract.indicators[key]
    definition = define(key, words, letters_of(key, words.readings, words.reading, choices))
    return _counting_entries(definition, rows_of_kinds(contract)) if contract.kinds else definition


def define(key: str, words: IndicatorWords, letters: Mapping[str, str]) -> Definition:
    """The definition of an indicator under these letters. Raises PlacedError where the words do not make a figure."""
    layer, labels = _chosen_layer(words, letters)
    figure = _figure(layer)
    return Definition(
        key=key,
        clauses=clauses_of(words.clause),
        title=words.title,
        letters=dict(letters),
        label="; ".join(labels) or None,
        figure=figure,
        target=_target(layer.get("target")),
        against=_against(layer),
        lines=layer.get("lines", ()),
        beside=_beside(key, words, layer, letters),
    )


def _counting_entries(definition: Definition, kinds: Mapping[str, EntryRows]) -> Definition:
    """The definition, each of its figures with the declared rows that it counts."""

    def counting(figure: Figure) -> Figure:
        form = figure.form
        if isinstance(form, Ratio | Balance):
            form = replace(form, first=counting(form.first), second=counting(form.second))
        return replace(figure, form=form, entries=kinds.get(figure.of))

    def held_against(several: tuple[Against, ...]) -> tuple[Against, ...]:
        return tuple(replace(one, figure=counting(one.figure)) if isinstance(one, SameRows) else one for one in several)

    beside = tuple(
        replace(one, figure=counting(one.figure), against=held_against(one.against)) for one in definition.beside
    )
    against = held_against(definition.against)
    return replace(definition, figure=counting(definition.figure), against=against, beside=beside)


def layer_of(words: FigureWords) -> Layer:
    """The words of a figure that were written."""
    return {name: value for name in FigureWords.model_fields if (value := getattr(words, name)) is not None}


def _chosen_layer(words: IndicatorWords, letters: Mapping[str, str]) -> tuple[Layer, list[str]]:
    layer, labels = layer_of(words), []
    for question, answers in by_question(words.readings).items():
        answer = answers[letters[question]]
        layer = _replaced(layer, layer_of(answer))
        labels.append(answer.label)
    return layer, labels


def _replaced(below: Layer, above: Layer) -> Layer:
    """Where both hold; all other words of the upper layer replace, and one form takes the place of another."""
    if any(word in above for word in FORM_WORDS):
        below = {word: value for word, value in below.items() if word not in FORM_WORDS}
    merged = {**below, **above}
    where = both(below.get("where"), above.get("where"))
    return merged if where is None else {**merged, "where": where}


def _inner_layer(outer: Layer, inner: InnerFigure, *, part_of_form: bool = False) -> Layer:
    """What a figure inside another starts from, with its changes made."""
    own = layer_of(inner)
    dropped = set(_NOT_INHERITED)
    if "of" in own:
        # The parts of a ratio are broken down alike; a figure of other rows beside it has breakdowns of its own.
        dropped.update(_AFRESH if part_of_form else (*_AFRESH, "by"))
    if part_of_form or "of" in own or "count" in own:
        dropped.update(FORM_WORDS)
    start = {word: value for word, value in outer.items() if word not in dropped}
    return _replaced(start, own)


def _figure(layer: Layer, label: str | None = None) -> Figure:
    form = _form(layer)
    if not isinstance(form, Narrative):
        for word in ("of", "each"):
            if word not in layer:
                raise PlacedError(f"{word} is missing from this figure", advice=f"Say {word} here or above.")
        if "when" not in layer and not form_has_own_dates(form):
            raise PlacedError("when is missing from this figure", advice="Name a date fact, or during, or last_day.")
    return Figure(
        of=layer.get("of", ""),
        when=layer.get("when", ""),
        each=_each(layer.get("each", "contract")),
        form=form,
        where=layer.get("where"),
        count=layer.get("count"),
        roll_up=layer.get("roll_up", "any"),
        not_known_as_no=layer.get("not_known") == "as_no",
        clock=layer.get("clock"),
        label=label,
        by=layer.get("by", ()),
    )


def form_has_own_dates(form: Form) -> bool:
    """Whether the figure is made of parts that each say when they count."""
    return isinstance(form, Ratio | Balance) and all(part.when for part in (form.first, form.second))


def _form(layer: Layer) -> Form:
    named = [word for word in FORM_WORDS if word in layer]
    if len(named) > 1:
        raise PlacedError(f"{' and '.join(named)} cannot both be the figure", (named[1],), "Keep one of them.")
    if not named:
        if "count" not in layer:
            raise PlacedError("Nothing says what the figure is", advice=f"Use count or one of {', '.join(FORM_WORDS)}.")
        return Count()
    return _form_named(named[0], layer)


def _form_named(word: str, layer: Layer) -> Form:
    content = layer[word]
    match word:
        case "share":
            return Share(content)
        case "sum":
            return Sum(content)
        case "mean":
            return Mean(content)
        case "median":
            return Median(content)
        case "ratio":
            return Ratio(*_parts(word, layer), unit=_ratio_unit(layer))
        case "balance":
            return Balance(*_parts(word, layer))
        case _:
            return Narrative(content)


def _parts(word: str, layer: Layer) -> tuple[Figure, Figure]:
    figures = []
    for number, inner in enumerate(layer[word]):
        try:
            figures.append(_figure(_inner_layer(layer, inner, part_of_form=True), inner.label))
        except PlacedError as fault:
            raise fault.under(word, number) from None
    return figures[0], figures[1]


def _ratio_unit(layer: Layer) -> str | None:
    target = layer.get("target")
    return layer.get("unit") or (target.unit if isinstance(target, TargetWords) else None)


def _each(words: Any) -> Each:
    if isinstance(words, FixedDates):
        return Each("fixed", since=words.since, until=words.until)
    if isinstance(words, OtherYear):
        return Each("year", year=words.year)
    return Each(words)


def _bounds(words: Comparing | None) -> tuple[Bound, ...]:
    return tuple(Bound(word, limit) for word, limit in words.bounds.items()) if words else ()  # type: ignore[arg-type]


def _target(words: TargetWords | None) -> Target | None:
    if words is None:
        return None
    return Target(_bounds(words), words.unit, words.better, words.since, _bounds(words.alert), words.in_each)


def _against(layer: Layer) -> tuple[Against, ...]:
    words = layer.get("against", ())
    several = words if isinstance(words, tuple) else (words,)
    return tuple(_one_against(layer, one) for one in several)


def _one_against(layer: Layer, words: str | InnerFigure) -> Against:
    if isinstance(words, str):
        fixed: dict[str, Against] = {"previous": Previous(), "year_before": YearBefore()}
        return fixed.get(words, Baseline(words))
    try:
        return SameRows(_figure(_inner_layer(layer, words), words.label))
    except PlacedError as fault:
        raise fault.under("against") from None


def _beside(key: str, words: IndicatorWords, layer: Layer, letters: Mapping[str, str]) -> tuple[Beside, ...]:
    found: list[Beside] = []
    listed, start = layer.get("beside", ()), _start_of_beside(words, layer)
    for item in listed if isinstance(listed, tuple) else (listed,):
        if isinstance(item, str):
            found.extend(_other_reading(key, words, item, letters))
        else:
            found.extend(_named_figure(start, label, inner) for label, inner in item.items())
    return tuple(found)


def _start_of_beside(words: IndicatorWords, layer: Layer) -> Layer:
    """What the indicator itself says, and of its reading only what the indicator leaves open.

    So a figure beside stays the same whichever reading is agreed. One that stands in a reading starts from that reading.
    """
    own = layer_of(words)
    if own.get("beside") != layer.get("beside"):
        return layer
    dropped = {"where", *(FORM_WORDS if any(word in own for word in FORM_WORDS) else ())}
    return {**{word: value for word, value in layer.items() if word not in dropped}, **own}


def _named_figure(layer: Layer, label: str, inner: InnerFigure) -> Beside:
    try:
        own = _inner_layer(layer, inner)
        return Beside(label, _figure(own, label), against=_against(own))
    except PlacedError as fault:
        raise fault.under("beside", label) from None


def _other_reading(key: str, words: IndicatorWords, letter: str, letters: Mapping[str, str]) -> list[Beside]:
    """Another reading as a figure. Where that one is in force itself, the one proposed takes its place."""
    questions = by_question(words.readings)
    if not questions:
        raise PlacedError(f"There is no reading {letter}", ("beside",), "Name a figure instead.")
    name, answers = next(iter(questions.items()))  # of several questions a letter alone answers the first
    if letters[name] == letter:
        letter = proposed_by(words.reading).get(name, letter)
    if letter not in answers:
        raise PlacedError(f"There is no reading {letter}", ("beside",), f"Use one of {', '.join(answers)}.")
    if letters[name] == letter:
        return []
    layer, _ = _chosen_layer(words, {**letters, name: letter})
    return [Beside(answers[letter].label, _figure(layer, answers[letter].label), letter, _against(layer))]
