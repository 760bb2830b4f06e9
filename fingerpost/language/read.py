"""Reading a contract file: plain YAML 1.2, nothing clever, and every word keeps its line.

Anchors, aliases, tags, merge keys and duplicate keys are refused. A bare `yes`, `no`, `on` or `off` is refused too,
because older readers take it for true or false. Numbers are int or Decimal, never float.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fingerpost.language.faults import Fault, Severity, Unusable

READ: Final = (".yaml", ".yml", ".json", ".md")
LARGEST_FILE: Final = 400_000  # characters, ten times as many as anybody wrote: a longer one takes the reader minutes
MOST_WORDS: Final = 20_000
DEEPEST: Final = 40
LONGEST_NUMBER: Final = 30

Path_ = tuple[str | int, ...]
Mark = tuple[int, int]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$")
_TRAPS = frozenset({"yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its content in plain Python, and where each word stands."""

    file: str
    content: Any
    values: Mapping[Path_, Mark] = field(default_factory=dict)
    keys: Mapping[Path_, Mark] = field(default_factory=dict)

    def mark(self, path: Path_, *, key: bool = False) -> Mark:
        """Line and column of a value, or of its key; of the nearest word above where the path leads nowhere."""
        walked: Path_ = ()
        for step in path:
            if (*walked, step) in self.values:
                walked = (*walked, step)
        if key and walked in self.keys:
            return self.keys[walked]
        return self.values.get(walked, (0, 0))

    def find(self, under: Path_, word: str) -> Path_:
        """Where a word first stands below a place, as a key or else as a value; the place itself where it does not."""
        depth = len(under)
        for path in self.keys:
            if path[:depth] == under and len(path) > depth and path[-1] == word:
                return path
        for path in self.values:
            if path[:depth] == under and self.at(path) == word:
                return path
        return under

    def at(self, path: Path_) -> Any:
        """What stands at a place."""
        content = self.content
        for step in path:
            content = content[step]
        return content


class _Refused(Exception):
    def __init__(self, message: str, mark: Mark, advice: str) -> None:
        super().__init__(message)
        self.message, self.mark, self.advice = message, mark, advice


def read_folder(folder: Path | str) -> dict[str, str]:
    """The texts of a contract folder by file name, `instruments/…` included; what begins with a dot is left out.

    Raises FileNotFoundError, or Unusable with the name of a file that is not UTF-8.
    """
    root = Path(folder)
    if not root.is_dir():
        raise FileNotFoundError(f"There is no contract folder at {root}")
    every = [path for path in sorted(root.rglob("*")) if path.suffix in READ and path.is_file()]
    files = {path.relative_to(root): path for path in every}
    return {
        name.as_posix(): _text(path)
        for name, path in files.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unusable(f"{path} is not UTF-8 text. Save it as UTF-8 and try again.") from fault


def read(file: str, text: str) -> Document | Fault:
    """Read one file. Comes back as a Fault where it cannot be read at all."""
    if len(text) > LARGEST_FILE:
        return _fault(file, (0, 0), f"This file has {len(text):,} characters", f"Keep it under {LARGEST_FILE:,}.")
    try:
        return _Reader(file).read(text)
    except _Refused as refused:
        return _fault(file, refused.mark, refused.message, refused.advice)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return _fault(file, place, f"This cannot be read: {error.problem or error}", "Check the indent and the quotes.")
    except (YAMLError, ValueError) as error:
        return _fault(file, (0, 0), f"This cannot be read: {error}", "Save it as plain text in UTF-8.")


class _Reader:
    """Builds plain values from the reader's events, and remembers their marks."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Path_, Mark] = {}
        self.keys: dict[Path_, Mark] = {}
        self.events: list[Event] = []

    def read(self, text: str) -> Document:
        yaml = YAML(typ="safe", pure=True)
        yaml.version = (1, 2)
        self.events = list(_events(yaml.parse(text)))
        self.events.reverse()
        if not self.events:
            return Document(self.file, None)
        content = self.node(())
        if self.events:
            raise _Refused("A second document begins here", _mark(self.events[-1]), "Keep one document in a file.")
        return Document(self.file, content, self.values, self.keys)

    def node(self, path: Path_) -> Any:
        event = self.events.pop()
        self.values[path] = _mark(event)
        if isinstance(event, MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        return _scalar(cast(ScalarEvent, event))

    def mapping(self, path: Path_) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not isinstance(self.events[-1], MappingEndEvent):
            key = self.key(self.events.pop())
            mark = self.key_mark
            if key in content:
                raise _Refused(f"{key} stands here twice", mark, "Keep one of the two.")
            self.keys[(*path, key)] = mark
            content[key] = self.node((*path, key))
        self.events.pop()
        return content

    def key(self, event: Event) -> str:
        self.key_mark = _mark(event)
        if not isinstance(event, ScalarEvent):
            raise _Refused("A key must be one word", _mark(event), "Put a word before the colon.")
        if event.value == "<<":
            raise _Refused("Merge keys are not read", _mark(event), "Write the words out.")
        return str(event.value) if event.style else _plain_key(event)

    def sequence(self, path: Path_) -> tuple[Any, ...]:
        content: list[Any] = []
        while not isinstance(self.events[-1], SequenceEndEvent):
            content.append(self.node((*path, len(content))))
        self.events.pop()
        return tuple(content)


def _events(parsed: Iterable[Event]) -> Iterator[Event]:
    """The events that carry words. What is nested too deep, or refers to words elsewhere, is refused before more is read."""
    depth, documents, words = 0, 0, 0
    for event in parsed:
        if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
            depth += 1
            if depth > DEEPEST:
                raise _Refused("This is nested too deep", _mark(event), f"Keep to {DEEPEST} levels.")
        elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            depth -= 1
        elif isinstance(event, DocumentStartEvent):
            documents += 1
            continue
        elif not isinstance(event, (AliasEvent, ScalarEvent)):
            continue
        if documents > 1:
            raise _Refused("A second document begins here", _mark(event), "Keep one document in a file.")
        _refuse_tricks(event)
        words += 1
        if words > MOST_WORDS:
            raise _Refused(f"More than {MOST_WORDS:,} words and lists", _mark(event), "Lay them in several files.")
        yield event


def _plain_key(event: ScalarEvent) -> str:
    key = str(event.value)
    if key.lower() in _TRAPS:
        raise _Refused(f"A bare {key} is read as true or false by some", _mark(event), f'Write "{key}" in quotes.')
    return key


def _refuse_tricks(event: Event) -> None:
    if isinstance(event, AliasEvent):
        raise _Refused("This refers to words elsewhere", _mark(event), "Write the words out where they are meant.")
    if anchor := getattr(event, "anchor", None):
        raise _Refused(f"&{anchor} names a place", _mark(event), "Take it away and write the words out.")
    if (tag := getattr(event, "tag", None)) not in (None, "!"):
        raise _Refused(f"{tag} is a tag", _mark(event), "Take it away: the file holds plain words and numbers.")


def _scalar(event: ScalarEvent) -> Any:
    text = str(event.value)
    return text if event.style else _plain(text, _mark(event))


def _plain(text: str, mark: Mark) -> Any:
    """What a bare word means."""
    fixed = {"": None, "null": None, "~": None, "true": True, "false": False}
    if text in fixed:
        return fixed[text]
    if text.lower() in _TRAPS:
        raise _Refused(f"A bare {text} can be misread", mark, f'Write true or false, or "{text}" in quotes.')
    if len(text) > LONGEST_NUMBER and (_INTEGER.match(text) or _DECIMAL.match(text)):
        raise _Refused("This number is longer than any that is meant", mark, f"Keep to {LONGEST_NUMBER} figures.")
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return _day_or_time(text, mark)


def _day_or_time(text: str, mark: Mark) -> Any:
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
        if _TIME.match(text):
            return datetime.fromisoformat(text)
    except ValueError:
        raise _Refused(f"{text} is not a day of the calendar", mark, "Write it as 2010-05-04.") from None
    return text


def _mark(event: Event) -> Mark:
    return (event.start_mark.line + 1, event.start_mark.column + 1)


def _fault(file: str, mark: Mark, message: str, advice: str) -> Fault:
    return Fault(Severity.ERROR, file, *mark, message, advice)
