"""What is wrong with a list, said so that whoever made it can put it right."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "match"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing about one row. An `error` keeps the row out; a `warning` and a `match` only ask somebody to look.

    `line` counts lines of the file, its header being line 1; 0 stands for the whole file.
    """

    line: int
    column: str
    message: str
    severity: Severity = "error"
    person_id: uuid.UUID | None = None  # who it may be, for a match

    @property
    def where(self) -> str:
        """`Line 12, UPN`, or `The file`."""
        if not self.line:
            return "The file"
        return f"Line {self.line}, {self.column}" if self.column else f"Line {self.line}"


class Faulty(Exception):
    """The file cannot be read at all. Carries why."""

    def __init__(self, message: str, *, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(line, column, message)


class Faults:
    """The faults of one list: all are counted, the first few thousand are kept in words."""

    MOST = 5000

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.errors = 0
        self.warnings = 0

    def add(self, fault: Fault) -> None:
        if fault.severity == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.kept) < self.MOST:
            self.kept.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.add(fault)
