"""What a kind of list declares: its columns, and what its rows do. Reading and checking cells is done for it.

To add a kind: a module here with a `Kind` (name, title, columns, layouts) and a `Load` that takes rows in blocks, says what is
wrong with them, and writes them when told to; then its line in `kinds/__init__.py` and its table in docs/data-in.md.
"""

import hashlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Version
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.exchange.imports.columns import Column
from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.on_record import OnRecord
from fingerpost.exchange.imports.models import List
from fingerpost.exchange.imports.references import References, folded
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Identifier
from fingerpost.people.schooling.superseding import Written

MATCHING, MEET = Actor.system("Matching"), Permission.VIEW_FAMILY
KNOWN_ANYWHERE = "somebody on a list may be known in another team, or be restricted: nobody must be written down twice"
"""Who looks people up for a list: rows of restricted families are loaded like others, and shown to nobody who may not see."""

PARTS_OF_A_LIST = (
    "organisations.add_organisation",
    "organisations.form_team",
    "directory.add",
    "intake.refer",
    "places.assign_patch",
    "planning.define",
    "referrals.decide",
    "referrals.withdraw",
    "tasks.raise_task",
    "terms.load_terms",
)
"""What loading a list or taking it back is made of, besides commands of lists: whoever may load lists may do it by a list."""


@dataclass(frozen=True)
class Context:
    """Who loads what, for which service, and when. `batch` goes on every row that is written."""

    actor: Actor
    service: str
    batch: uuid.UUID
    at: datetime
    today: date
    file_name: str = ""
    is_history: bool = False  # whether the list came in a folder, as the past of a service that comes over
    covers: str = (
        ""  # what was confirmed of the schools and days for which the list is complete; empty before anybody was asked
    )
    closings: Mapping[str, dict[str, Any]] = field(default_factory=dict)  # by case, those of another list of the folder
    aside_of: uuid.UUID | None = None  # the list whose rows about hidden people are written here, told to nobody
    hidden: set[str] = field(
        default_factory=set
    )  # words of the list that name somebody whom whoever loads it may not meet

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)

    @property
    def list_id(self) -> uuid.UUID:
        """The list itself, which its batch names but for rows that are written aside."""
        return self.aside_of or self.batch

    def aside(self) -> "Context":
        """The same for rows about hidden people: they meet whom they name, and lie in a batch of their own."""
        return replace(self, aside_of=self.batch, batch=uuid.uuid5(self.batch, "aside"))

    def meets(self, scope: Scope) -> bool:
        """Whether rows may name what lies there: all but what is restricted from whoever loads the list."""
        return bool(self.aside_of) or not scope.restricted or self.actor.can(MEET, scope)

    def hides(self, words: Mapping[str, Scope]) -> set[str]:
        """Those of the words, each with where what it names lies, that must read as if they named nobody.

        They name somebody restricted whom whoever loads the list may not meet, and no list of the service brought them.
        """
        hidden = {word for word, scope in words.items() if not self.meets(scope)}
        if not hidden:
            return set()
        lists = List.objects.filter(service=self.service).values("pk")
        brought = Identifier.objects.filter(value__in=hidden, batch__in=lists).values_list("value", flat=True)
        hidden -= set(brought)
        self.hidden.update(folded(word) for word in hidden)
        return hidden

    def names_hidden(self, row: Mapping[str, Any]) -> bool:
        """Whether a cell of the row is one of those words."""
        cells = [word for word in row.values() if isinstance(word, str)]
        return any(folded(word) in self.hidden or folded(self.own_number(word)) in self.hidden for word in cells)

    def own_number(self, number: str) -> str:
        """A number that the provider gave, told apart from those of other services."""
        whole = f"{self.service}/{number}"
        if len(whole) <= LONGEST_NUMBER:
            return whole
        return f"{self.service[:27]}/{hashlib.sha256(number.encode()).hexdigest()[:32]}"

    @cached_property
    def references(self) -> References:
        """What the provider's own references stand for."""
        return References(self.service, None if self.aside_of else self.batch)

    @cached_property
    def rules(self) -> Rules:
        """The contract today. Raises Faulty where none was adopted."""
        return self.rules_on(self.today)

    def rules_on(self, day: date) -> Rules:
        """The contract on a day; before the first one began, the first. Raises Faulty where none was adopted."""
        if day not in self._rules:
            try:
                self._rules[day] = contracts.rules(self.service, day)
            except contracts.NothingInForce as nothing:
                self._rules[day] = contracts.rules(self.service, self._start(nothing))
        return self._rules[day]

    @cached_property
    def _rules(self) -> dict[date, Rules]:
        return {}

    def _start(self, nothing: contracts.NothingInForce) -> date:
        found = Version.objects.filter(agreement__key=self.service).order_by("in_force_from").first()
        if found is None:
            raise Faulty(nothing.message) from nothing
        return found.in_force_from

    def moment(self, given: date | datetime, hour: int = 12) -> datetime:
        """A day as a moment: at this hour where the list gives no time, and never after now."""
        if not isinstance(given, datetime):
            given = timezone.make_aware(datetime.combine(given, time(hour)))
        return min(given, self.at)

    def recorded(self, happened: date | datetime | None, given: date | datetime | None = None) -> datetime:
        """When a row counts as known: when the list says it was recorded, else when it happened.

        What has no day of its own counts as known from the first day of the agreement.
        """
        if happened is None:
            return self.moment(given or self._began, 0)
        known = self.moment(given or happened, 18)
        if isinstance(happened, datetime):
            return max(known, self.moment(happened))
        return known if timezone.localdate(known) >= happened else self.moment(happened)

    @cached_property
    def _began(self) -> date:
        return min(self.rules.contract.agreement.start, self.today)


LONGEST_NUMBER = 60
Row = Mapping[str, Any]
LINE = "line"


class Load(ABC):
    """One run over one list."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.on_record = OnRecord(context.actor, context.list_id)

    def begin(self, given: Mapping[str, Any]) -> Iterable[Fault]:
        """What is said of the whole list, beside its rows: a value by column key. Says what is wrong with it."""
        return ()

    @abstractmethod
    def take(self, rows: list[dict[str, Any]]) -> Iterable[Fault]:
        """Look at a block of rows whose cells are right by themselves, keep the good ones, and say what is wrong with others."""

    def finish(self) -> Iterable[Fault]:
        """What can only be said when the last row has been seen: first of all what differs from records that are known."""
        return self.on_record.named()

    def coverage(self) -> dict[str, Any]:
        """For which schools and days the list says that it is complete, or seems so; empty for a list that is no such thing.

        `said`: rows of `school, name, since, until` that the file states. `likely`: `schools, since, until` of its rows.
        """
        return {}

    @abstractmethod
    def write(self) -> Written:
        """Write what was kept, through commands. Returns how many records are new, changed and as they were."""


class Kind(ABC):
    """One kind of list."""

    name: ClassVar[str]
    title: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    layouts: ClassVar[tuple[frozenset[str], ...]]  # a file needs all columns of one of these
    load: ClassVar[type[Load]]
    turn: ClassVar[int]  # in a folder, lists are read in this order
    file_names: ClassVar[tuple[str, ...]] = ()  # what a file of this kind may be called

    @classmethod
    @abstractmethod
    def undo(cls, context: Context) -> int:
        """Take the batch back. Returns how many records went. Raises Refused when later work stands on it."""

    @classmethod
    def column(cls, key: str) -> Column:
        return next(column for column in cls.columns if column.key == key)

    @classmethod
    def missing(cls, found: Iterable[str]) -> str:
        """Empty when the columns found make one of the layouts; else what is missing, in words."""
        present = frozenset(found)
        if any(layout <= present for layout in cls.layouts):
            return ""
        nearest = min(cls.layouts, key=lambda layout: len(layout - present))
        lacking = [column.name for column in cls.columns if column.key in nearest - present]
        return f"There is no column {' and none '.join(lacking)}. Name the columns in the first line."
