"""From texts to models: every file read, every word checked against its shape, every fault with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from fingerpost.language.faults import Fault, PlacedError, Severity
from fingerpost.language.read import Document, Path_, read
from fingerpost.language.schema import (
    AgreementWords,
    AreaWords,
    ClauseWords,
    ClockWords,
    DecisionWords,
    ExampleWords,
    IndicatorWords,
    InstrumentWords,
    KindSpec,
    OfferWords,
    PathwayWords,
    ReadingWords,
    ReturnsWords,
    RoleWords,
    ScheduleWords,
    WorkforceWords,
)
from fingerpost.language.schema.base import SpellWords, Words
from fingerpost.language.wording import in_plain_words

Model = TypeVar("Model", bound=Words)

WHOLE: Final[dict[str, type[Words]]] = {
    "agreement.yaml": AgreementWords,
    "pathway.yaml": PathwayWords,
    "workforce.yaml": WorkforceWords,
    "returns.yaml": ReturnsWords,
}
NAMED: Final[dict[str, type[Words]]] = {
    "clauses.yaml": ClauseWords,
    "areas.yaml": AreaWords,
    "readings.yaml": ReadingWords,
    "eligibility.yaml": DecisionWords,
    "clocks.yaml": ClockWords,
    "offers.yaml": OfferWords,
    "registers.yaml": KindSpec,
    "schedules.yaml": ScheduleWords,
    "roles.yaml": RoleWords,
    "indicators.yaml": IndicatorWords,
}
LISTED: Final[dict[str, type[Words]]] = {"examples.yaml": ExampleWords}
FILES: Final = (*WHOLE, *NAMED, *LISTED)
NEEDED: Final = ("agreement.yaml", "clauses.yaml")
WITHOUT_VALUES: Final = frozenset({"agreement.yaml", "clauses.yaml", "areas.yaml", "roles.yaml"})


@dataclass
class Draft:
    """The files of one contract as models, with what was wrong with them so far."""

    documents: dict[str, Document] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: dict[str, Words] = field(default_factory=dict)
    named: dict[str, dict[str, Words]] = field(default_factory=dict)
    instruments: dict[str, InstrumentWords] = field(default_factory=dict)
    instrument_files: dict[str, str] = field(default_factory=dict)
    examples: list[tuple[int, ExampleWords]] = field(default_factory=list)
    values: dict[str, tuple[str, tuple[SpellWords, ...]]] = field(default_factory=dict)

    def fault(
        self,
        file: str,
        path: Path_,
        message: str,
        advice: str = "",
        *,
        severity: Severity = Severity.ERROR,
        key: bool = False,
    ) -> None:
        """Note a fault at a word of a file."""
        document = self.documents.get(file)
        mark = document.mark(path, key=key) if document else (0, 0)
        self.faults.append(Fault(severity, file, *mark, message, advice))

    def entries(self, file: str, kind: type[Model]) -> dict[str, Model]:
        """The named entries of a file that could be read."""
        return {name: words for name, words in self.named.get(file, {}).items() if isinstance(words, kind)}

    def one(self, file: str, kind: type[Model]) -> Model | None:
        """The content of a file that is one thing, where it could be read."""
        words = self.whole.get(file)
        return words if isinstance(words, kind) else None

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far stops the contract."""
        return any(fault.severity is Severity.ERROR for fault in self.faults)


def draft_of(sources: Mapping[str, str]) -> Draft:
    """Read every file of a contract."""
    draft = Draft()
    for file in NEEDED:
        if file not in sources:
            draft.fault(file, (), f"{file} is missing", "Every contract has an agreement and its clauses.")
    for file, text in sorted(sources.items()):
        _take(draft, file, text)
    return draft


def _take(draft: Draft, file: str, text: str) -> None:
    if file.endswith(".md") or not _is_known(file):
        return
    document = read(file, text)
    if isinstance(document, Fault):
        draft.faults.append(document)
        return
    draft.documents[file] = document
    if file in LISTED:
        _take_list(draft, document)
    elif not isinstance(document.content, dict):
        draft.fault(file, (), "This file is empty or is not a mapping", "Write words with colons.")
    elif file.startswith("instruments/"):
        _take_instrument(draft, document)
    else:
        _take_mapping(draft, document)


def _is_known(file: str) -> bool:
    return file in FILES or file.startswith("instruments/") or file.endswith(".md")


def check_files(draft: Draft, files: Iterable[str]) -> None:
    """An error for each file that a contract has no use for, with the one that was probably meant."""
    for file in sorted(files):
        if not _is_known(file):
            draft.fault(file, (), f"{file} is not a file of a contract", _likely_file(file))


def _likely_file(file: str) -> str:
    """Which file was probably meant; all of them where none is near."""
    name = file.rsplit("/", 1)[-1]
    if name in FILES:
        return f"Move it to the top of the folder, as {name}."
    close = get_close_matches(name.rsplit(".", 1)[0], [one.removesuffix(".yaml") for one in FILES], n=1)
    if close:
        return f"Did you mean {close[0]}.yaml?"
    return f"A contract has {', '.join(FILES)} and instruments/. Keep notes in a file that ends in .md."


def _take_mapping(draft: Draft, document: Document) -> None:
    file, content = document.file, dict(document.content)
    if file not in WITHOUT_VALUES:
        _take_values(draft, file, content.pop("values", {}))
    if file in WHOLE:
        words = _validated(draft, document, (), WHOLE[file], content)
        if words is not None:
            draft.whole[file] = words
        return
    taken = draft.named.setdefault(file, {})
    for name, raw in content.items():
        _check_name(draft, file, (name,), name)
        words = _validated(draft, document, (name,), NAMED[file], raw)
        if words is not None:
            taken[name] = words


def _take_values(draft: Draft, file: str, raw: Any) -> None:
    document = draft.documents[file]
    if not isinstance(raw, dict):
        draft.fault(file, ("values",), "values is a mapping of names", "Write name: [{since: 2010-04-01, value: 12}].")
        return
    for name, spells in raw.items():
        path: Path_ = ("values", name)
        _check_name(draft, file, path, name)
        if name in draft.values:
            draft.fault(file, path, f"{name} is given in {draft.values[name][0]} as well", "Keep one.", key=True)
            continue
        if not isinstance(spells, tuple) or not spells:
            draft.fault(file, path, f"{name} needs a list of dated values", "Write [{since: 2010-04-01, value: 12}].")
            continue
        read_in = [_validated(draft, document, (*path, n), SpellWords, raw) for n, raw in enumerate(spells)]
        draft.values[name] = (file, tuple(spell for spell in read_in if spell is not None))


def _take_instrument(draft: Draft, document: Document) -> None:
    words = _validated(draft, document, (), InstrumentWords, document.content)
    if words is None:
        return
    if document.file.rsplit("/", 1)[-1].rsplit(".", 1)[0] != words.key:
        draft.fault(document.file, ("key",), f"The file is not called {words.key}", "Give both the same name.")
    draft.instruments[words.key] = words
    draft.instrument_files[words.key] = document.file


def _take_list(draft: Draft, document: Document) -> None:
    if not isinstance(document.content, tuple):
        draft.fault(document.file, (), "This file is a list of examples", "Begin each with a dash.")
        return
    for number, raw in enumerate(document.content):
        words = _validated(draft, document, (number,), ExampleWords, raw)
        if words is not None:
            draft.examples.append((number, words))


def _check_name(draft: Draft, file: str, path: Path_, name: str) -> None:
    if not (name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and name[0].isalpha()):
        draft.fault(file, path, f"{name} cannot be a name", "Use small letters, figures and underscores.", key=True)


def _validated(draft: Draft, document: Document, path: Path_, model: type[Model], raw: Any) -> Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as errors:
        found = [_fault(document, path, dict(error), model) for error in errors.errors(include_url=False)]
        draft.faults.extend(dict.fromkeys(found))
        return None


def _fault(document: Document, path: Path_, error: dict[str, Any], model: type[Words]) -> Fault:
    place = (*path, *error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, PlacedError):
        return Fault(Severity.ERROR, document.file, *document.mark((*place, *cause.path)), cause.message, cause.advice)
    message, advice, at_key = in_plain_words(error, model)
    return Fault(Severity.ERROR, document.file, *document.mark(place, key=at_key), message, advice)
