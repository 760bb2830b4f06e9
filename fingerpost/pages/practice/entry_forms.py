"""Forms of the records that a contract declares: each question becomes the field of its type, with the ways of no answer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fingerpost.agreements.registers.reading import Moment
from fingerpost.language.answering import NoAnswer, Value
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import TimeSpec
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.fields import lower_first
from fingerpost.pages.kit.forms import KitForm

CHOSEN = ("choice", "yes_no")
OFFERED = [(one.value, one.label) for one in (NoAnswer.NOT_KNOWN, NoAnswer.DECLINED)]
WHY, CLOCK = "-why", "-time"
"""What stands behind a question's key in the names of further fields; no key of a contract has a hyphen."""


class EntryForm(KitForm):
    """The times first, then the questions. `answers` and `moments` hold what was written, once it is valid.

    `standing` is what is written already, in a form that corrects it: what is emptied there is taken away.
    """

    def __init__(
        self,
        data: Any,
        *,
        times: Mapping[str, TimeSpec],
        items: Mapping[str, ItemSpec],
        on: date,
        links: Mapping[str, list[tuple[str, str]]],
        initial: Mapping[str, Any],
        needed: Collection[str] = (),
        standing: Collection[str] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self._items, self._times, self._standing = items, times, standing
        for key, time in times.items():
            self._add_time(key, time, needed=key in needed)
        for key, item in items.items():
            self.fields[key] = _field(item, key, _offered(item, on, initial.get(key)), links.get(key, []))
            if item.type == "moment":
                self.fields[key + CLOCK] = fields.Time(f"{item.label_of(key)} At what time?", required=False)
            if item.required and item.type not in CHOSEN:
                # A choice that can be taken back: somebody may find the answer after all.
                self.fields[key + WHY] = fields.Choice(
                    f"Or, if there is no answer to “{item.label_of(key)}”, why?", OFFERED, required=False,
                    blank="There is an answer", missing="Choose why there is no answer",
                )  # fmt: skip

    def _add_time(self, key: str, time: TimeSpec, *, needed: bool) -> None:
        label, is_moment = time.label_of(key), time.type == "moment"
        missing = f"Enter the day: {lower_first(label)}"
        self.fields[key] = fields.Date(
            f"{label}: on which day?", hint=time.hint or "", required=needed, missing=missing
        )
        if is_moment:
            missing = f"Enter the time: {lower_first(label)}"
            self.fields[key + CLOCK] = fields.Time(f"{label}: at what time?", required=needed, missing=missing)

    def clean(self) -> dict[str, Any]:
        """A day and its time are given together or not at all; and an answer, or a reason for none."""
        asked: dict[str, ItemSpec | TimeSpec] = {**self._times, **self._items}
        moments = [key for key, one in asked.items() if one.type == "moment"]
        for key in moments:
            given = [bool(self.cleaned_data.get(name)) for name in (key, key + CLOCK)]
            if any(given) and not all(given) and not {key, key + CLOCK} & self.errors.keys():
                missing = key + CLOCK if given[0] else key
                self.add_error(missing, "Enter the day and the time, or neither")
        for key in self._items:
            if self.cleaned_data.get(key) not in (None, "", []) and self.cleaned_data.get(key + WHY):
                self.add_error(key, "Give the answer, or the reason why there is none, not both")
        return dict(self.cleaned_data)

    @property
    def answers(self) -> dict[str, Value | None]:
        """What was answered: value or reason for none, by question; None for what stood and was emptied."""
        given = {key: self._answer(key, item) for key, item in self._items.items()}
        return {key: value for key, value in given.items() if value is not None or key in self._standing}

    def _answer(self, key: str, item: ItemSpec) -> Value | None:
        typed: Any = self.cleaned_data.get(key)
        if typed in (None, "", []):
            why = self.cleaned_data.get(key + WHY)
            return NoAnswer(why) if why else None
        if item.type in CHOSEN and typed in dict(OFFERED):
            return NoAnswer(typed)
        match item.type:
            case "yes_no":
                return bool(typed == "yes")
            case "several":
                return tuple(typed)
            case "moment":
                return at_time(typed, self.cleaned_data[key + CLOCK])
        answer: Value = typed
        return answer

    @property
    def moments(self) -> dict[str, Moment | None]:
        """The times that were entered; None for one that stood and was emptied."""
        given = {key: self._moment(key, time) for key, time in self._times.items()}
        return {key: value for key, value in given.items() if value is not None or key in self._standing}

    def _moment(self, key: str, time: TimeSpec) -> Moment | None:
        day = self.cleaned_data.get(key)
        return at_time(day, self.cleaned_data[key + CLOCK]) if day and time.type == "moment" else day


def _offered(item: ItemSpec, on: date, standing: Any) -> list[tuple[str, str]]:
    """The answers to choose from: those of the day, and what was chosen when it was offered."""
    chosen = standing if isinstance(standing, list) else [standing]
    before = {code: item.answer_label(code) for code in chosen if code in item.answers}
    return list((before | item.offered_on(on)).items())


def _field(item: ItemSpec, key: str, offered: list[tuple[str, str]], links: list[tuple[str, str]]) -> Any:
    """The kit's field for a question. Whether an answer is needed, the record's own write says, in one place."""
    label, hint = item.label_of(key), item.hint or ""
    words: dict[str, Any] = {"hint": hint, "required": False}
    match item.type:
        case "note":
            return fields.LongText(label, longest=10_000, missing=f"Enter this: {lower_first(label)}", **words)
        case "yes_no":
            return fields.Radios(
                label,
                [("yes", "Yes"), ("no", "No"), *OFFERED],
                missing=f"Choose yes or no: {lower_first(label)}",
                **words,
            )
        case "choice":
            return fields.Radios(label, [*offered, *OFFERED], missing=f"Choose one: {lower_first(label)}", **words)
        case "several":
            words["hint"] = hint or "Choose all that apply"
            return fields.Checkboxes(label, offered, missing=f"Choose at least one: {lower_first(label)}", **words)
        case "number":
            prefix = "£" if item.unit == "pounds" else ""
            return fields.Number(
                label, places=2, suffix="" if prefix else item.unit or "", prefix=prefix,
                missing=f"Enter a number: {lower_first(label)}", **words,
            )  # fmt: skip
        case "day" | "moment":
            return fields.Date(label, missing=f"Enter the day: {lower_first(label)}", **words)
        case "link":
            return fields.Choice(
                label, links, searchable=len(links) > 12, missing=f"Choose one: {lower_first(label)}", **words
            )
    return fields.Text(label, longest=300, missing=f"Enter this: {lower_first(label)}", **words)


def typed_before(
    answers: Mapping[str, Value], times: Mapping[str, Moment], items: Mapping[str, ItemSpec], shown: Iterable[str]
) -> dict[str, Any]:
    """What a form of corrections begins with: the answers and times as they stand."""
    found: dict[str, Any] = {}
    for key in shown:
        value = times.get(key, answers.get(key))
        if isinstance(value, datetime):
            local = timezone.localtime(value)
            found |= {key: local.date(), key + CLOCK: local.time()}
        elif isinstance(value, NoAnswer) and items[key].type not in CHOSEN:
            found[key + WHY] = value.value
        elif value is not None:
            found[key] = _shown(value)
    return found


def _shown(value: Value) -> Any:
    if isinstance(value, NoAnswer):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value
