"""What is wrong with a contract, and what to do about it."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """An error stops adoption; a warning should be settled before signing; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding, with its place in the files. Lines and columns count from 1; 0 means the whole file."""

    severity: Severity
    file: str
    line: int
    column: int
    message: str
    advice: str = ""

    @property
    def place(self) -> str:
        """`indicators.yaml:12`, or the file alone."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        said = " ".join(words if words[-1] in ".?" else f"{words}." for words in (self.message, self.advice) if words)
        return f"{self.place}: {self.severity.value}: {said}"

    @property
    def sort_key(self) -> tuple[int, str, int, int]:
        """Errors first, then by place."""
        return (list(Severity).index(self.severity), self.file, self.line, self.column)


class ContractFaulty(ValueError):
    """The files cannot be loaded. `faults` says where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class Unusable(ValueError):
    """A folder that cannot be read or written at all. The message is for the person: plain words, and what to do."""


class PlacedError(ValueError):
    """A fault found below the word being read: `path` leads from that word to the place."""

    def __init__(self, message: str, path: tuple[str | int, ...] = (), advice: str = "") -> None:
        super().__init__(message)
        self.message, self.path, self.advice = message, path, advice

    def under(self, *above: str | int) -> "PlacedError":
        """The same fault seen from further up."""
        return PlacedError(self.message, (*above, *self.path), self.advice)
