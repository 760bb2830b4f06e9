"""From answers to one number, as the instrument's own scoring says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fingerpost.language.schema import InstrumentWords
from fingerpost.language.schema.instruments import ItemWords, ScoringWords


class NotScorable(Exception):
    """The answers do not make a score. `question` names the first one at fault, where there is one."""

    def __init__(self, message: str, question: str = "") -> None:
        super().__init__(message)
        self.message, self.question = message, question


def topics(instrument: InstrumentWords) -> tuple[str, ...]:
    """What the instrument's questions measure, in their order."""
    return tuple(dict.fromkeys(item.topic for item in instrument.item if item.topic))


def topic_of(instrument: InstrumentWords, wanted: str = "") -> str:
    """The topic wanted, or the only one there is; empty where its questions name none. Raises NotScorable."""
    measured = topics(instrument)
    if wanted and wanted not in measured:
        raise NotScorable(f"“{instrument.title}” does not measure {wanted.replace('_', ' ')}.", "topic")
    if not wanted and len(measured) > 1:
        raise NotScorable("Say which of its topics this score is for.", "topic")
    return wanted or (measured[0] if measured else "")


def score(instrument: InstrumentWords, answers: Mapping[str, Any], topic: str = "") -> Decimal:
    """The total in the instrument's points, of one topic where it is named.

    Raises NotScorable for a wrong answer or too many missing ones.
    """
    scoring = _scoring(instrument)
    scored = _scored(instrument, topic)
    unknown = set(answers) - {item.linkId for item in instrument.item}
    if unknown:
        raise NotScorable(f"There is no question called {min(unknown)}.", min(unknown))
    missing = [item for item in scored if answers.get(item.linkId) in (None, "")]
    if len(missing) > scoring.missing_allowed:
        raise NotScorable(f"Answer “{missing[0].text}”.", missing[0].linkId)
    points = [_points(item, answers[item.linkId]) for item in scored if item not in missing]
    if not points:
        raise NotScorable("Answer the questions, or enter the score.")
    mean = Decimal(sum(points)) / len(points)
    # A total over the questions answered would be too low; those left out count as the mean of the others.
    return round(mean if scoring.total == "mean" else mean * len(scored), 2)


def within_range(instrument: InstrumentWords, typed: Decimal, topic: str = "") -> Decimal:
    """A score typed from paper. Raises NotScorable when the instrument cannot give it."""
    lowest, highest = _range_of(instrument, topic) if topic else _scoring(instrument).range
    if not lowest <= typed <= highest:
        raise NotScorable(f"The score must be from {lowest} to {highest}.")
    return typed


def change(instrument: InstrumentWords, first: Decimal, last: Decimal) -> str:
    """`improved`, `same` or `worse`: a difference within the instrument's stated error is no difference."""
    scoring = _scoring(instrument)
    gain = last - first if scoring.better == "up" else first - last
    if abs(gain) <= Decimal(scoring.stated_error or 0):
        return "same"
    return "improved" if gain > 0 else "worse"


def _scored(instrument: InstrumentWords, topic: str) -> list[ItemWords]:
    """The questions that give points, those of one topic where it is named."""
    return [item for item in instrument.item if item.answerOption and (not topic or item.topic == topic)]


def _range_of(instrument: InstrumentWords, topic: str) -> tuple[int | Decimal, int | Decimal]:
    """The lowest and the highest that the questions of a topic can give."""
    offered = [[option.valueInteger or 0 for option in item.answerOption] for item in _scored(instrument, topic)]
    if _scoring(instrument).total == "mean":
        return min(map(min, offered)), max(map(max, offered))
    return sum(map(min, offered)), sum(map(max, offered))


def _scoring(instrument: InstrumentWords) -> ScoringWords:
    if instrument.scoring is None:
        raise NotScorable(f"“{instrument.title}” is not scored.")
    return instrument.scoring


def _points(item: ItemWords, answer: Any) -> int:
    offered = [option.valueInteger for option in item.answerOption if option.valueInteger is not None]
    try:
        value = int(answer)
    except (TypeError, ValueError):
        value = None  # type: ignore[assignment]
    if value not in offered:
        raise NotScorable(f"Choose one of the answers to “{item.text}”.", item.linkId)
    return max(offered) + min(offered) - value if item.reverse else value
