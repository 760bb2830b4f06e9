"""A contract that has passed its checks: what the rest of the house works from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fingerpost.language.dated import Dated
from fingerpost.language.readings import Question
from fingerpost.language.schema import (
    AgreementWords,
    ClockWords,
    DecisionWords,
    ExampleWords,
    IndicatorWords,
    InstrumentWords,
    KindSpec,
    OfferWords,
    PathwayWords,
    ReadingWords,
    RoleWords,
    WorkforceWords,
)
from fingerpost.language.schema.agreement import ClauseStatus
from fingerpost.language.schema.returns import MeetingWords, ReturnWords
from fingerpost.language.wording import in_a_sentence


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the contract that serves a clause: `indicator attendance_improved`."""

    kind: str
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One obligation. `order` counts from 1; `printed` may repeat; `cited_by` says what in the contract serves it."""

    key: str
    printed: str
    order: int
    gist: str
    status: ClauseStatus
    title: str = ""
    served_by: tuple[str, ...] = ()
    cited_by: tuple[Citation, ...] = ()
    row: str | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the scheme."""

    code: str
    name: str
    level: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of one contract, checked. Entries keep the words of their schema; see each model there."""

    agreement: AgreementWords
    clauses: Mapping[str, Clause]
    values: Mapping[str, Dated] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    indicators: Mapping[str, IndicatorWords] = field(default_factory=dict)
    clocks: Mapping[str, ClockWords] = field(default_factory=dict)
    decisions: Mapping[str, DecisionWords] = field(default_factory=dict)
    readings: Mapping[str, ReadingWords] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    pathway: PathwayWords = field(default_factory=PathwayWords)
    workforce: WorkforceWords = field(default_factory=WorkforceWords)
    offers: Mapping[str, OfferWords] = field(default_factory=dict)
    roles: Mapping[str, RoleWords] = field(default_factory=dict)
    returns: Mapping[str, ReturnWords] = field(default_factory=dict)
    meetings: Mapping[str, MeetingWords] = field(default_factory=dict)
    instruments: Mapping[str, InstrumentWords] = field(default_factory=dict)
    kinds: Mapping[str, KindSpec] = field(default_factory=dict)
    examples: tuple[ExampleWords, ...] = ()
    hash: str = ""

    @property
    def key(self) -> str:
        """The contract's own key."""
        return self.agreement.key

    @property
    def version(self) -> int:
        """The version that the files state."""
        return self.agreement.version

    @property
    def decision_on_requests(self) -> str:
        """The decision that is put to requests: the first whose subject is a referral, else the first; empty for none."""
        of_requests = [key for key, words in self.decisions.items() if words.subject == "referral"]
        return next(iter([*of_requests, *self.decisions]), "")

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of the area scheme, the widest first; none where the contract has no areas."""
        return self.agreement.areas.levels if self.agreement.areas else ()

    @property
    def responsible_level(self) -> str:
        """The level at which somebody is responsible for an area: the smallest, unless the contract says another."""
        scheme = self.agreement.areas
        return (scheme.responsibility or scheme.levels[-1]) if scheme else ""

    def level_label(self, level: str) -> str:
        """What people call a level of the scheme, as it stands at the head of a column."""
        words = self.agreement.labels.get(level) or level.replace("_", " ")
        return words[:1].upper() + words[1:]

    def level_in_words(self, level: str) -> str:
        """The same inside a sentence."""
        return in_a_sentence(self.level_label(level))

    def areas_at(self, level: str) -> tuple[Area, ...]:
        """The areas of one level, in the order of the file."""
        return tuple(area for area in self.areas.values() if area.level == level)

    def is_running_on(self, day: date) -> bool:
        """Whether the term covers the day."""
        end = self.agreement.end
        return self.agreement.start <= day and (end is None or day <= end)

    def label(self, term: str) -> str:
        """What this contract calls a term; the term itself where it is not renamed."""
        return self.agreement.labels.get(term, term.replace("_", " "))
