"""What happened to a family, as lines of a page: in the words of the contract, each with the way to its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.pages.practice.contract_words import case_words
from fingerpost.pages.practice.lists import where_ref
from fingerpost.proof.chronology.events import Event
from fingerpost.proof.chronology.wording import TOLD_IN_THE_TITLE, Labels, titled


@dataclass(frozen=True)
class Entry:
    """One line of the story: an event, or a silence (then `days` is how long it was)."""

    at: datetime | date
    title: str
    by: str = ""
    text: str = ""
    href: str = ""
    days: int = 0

    @property
    def day(self) -> date:
        return timezone.localdate(self.at) if isinstance(self.at, datetime) else self.at


def told(events: Iterable[Event], held: Rules, actor: Actor) -> list[Entry]:
    """Events as lines of the story, in the words of the contract, each with the way to its record if the reader may open it."""
    labels = {code: label for words in case_words(held).values() for code, label in words.items()}
    return [_entry(event, labels, actor) for event in events]


def _entry(event: Event, labels: Labels, actor: Actor) -> Entry:
    return Entry(
        at=event.at if event.has_time else timezone.localdate(event.at),
        title=titled(event, labels),
        by=event.by,
        text="" if event.what in TOLD_IN_THE_TITLE else event.text,
        href=where_ref(actor, event.ref),
    )
