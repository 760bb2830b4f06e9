"""Forms of the records that a contract declares: each question becomes the field of its type, with the ways of no answer."""

from collections.abc import Iterable, Mapping
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
WHY = "_why"
CLOCK = "_time"


class EntryForm(KitForm):
    """The times first, then the questions. `given` holds what was answered, once it is valid."""

    def __init__(
        self,
        data: Any,
        *,
        times: Mapping[str, TimeSpec],
        items: Mapping[str, ItemSpec],
        on: date,
        links: Mapping[str, list[tuple[str, str]]],
        initial: Mapping[str, Any] | None = None,
        all_needed: bool = True,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._items, self._times = items, times
        for key, time in times.items():
            self._add_time(key, time, needed=all_needed)
        for key, item in items.items():
            self.fields[key] = _field(key, item, on, links.get(key, []))
            if item.required and item.type not in CHOSEN:
                self.fields[key + WHY] = fields.Radios(
                    f"Or, if there is no answer to “{item.label_of(key)}”, why?", OFFERED, required=False, inline=True,
                    missing="Choose why there is no answer",
                )  # fmt: skip

    def _add_time(self, key: str, time: TimeSpec, *, needed: bool) -> None:
        label = time.label_of(key)
        missing = f"Enter the day: {lower_first(label)}"
        self.fields[key] = fields.Date(
            f"{label}: on which day?", hint=time.hint or "", required=needed, missing=missing
        )
        if time.type == "moment":
            self.fields[key + CLOCK] = fields.Time(
                f"{label}: at what time?", required=needed, missing=f"Enter the time: {lower_first(label)}"
            )

    @property
    def answers(self) -> dict[str, Value]:
        """What was answered: value or reason for none, by question. What was left empty is not there."""
        found: dict[str, Value] = {}
        for key, item in self._items.items():
            value = _value(item, self.cleaned_data.get(key))
            if value is None and (why := self.cleaned_data.get(key + WHY)):
                value = NoAnswer(why)
            if value is not None:
                found[key] = value
        return found

    @property
    def moments(self) -> dict[str, Moment]:
        """The times that were entered."""
        found: dict[str, Moment] = {}
        for key, time in self._times.items():
            day = self.cleaned_data.get(key)
            if day is None:
                continue
            clock = self.cleaned_data.get(key + CLOCK)
            found[key] = at_time(day, clock) if time.type == "moment" and clock else day
        return found


def _field(key: str, item: ItemSpec, on: date, links: list[tuple[str, str]]) -> Any:
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
            return fields.Radios(
                label, [*item.offered_on(on).items(), *OFFERED], missing=f"Choose one: {lower_first(label)}", **words
            )
        case "several":
            words["hint"] = hint or "Choose all that apply"
            return fields.Checkboxes(
                label, list(item.offered_on(on).items()), missing=f"Choose at least one: {lower_first(label)}", **words
            )
        case "number":
            prefix = "£" if item.unit == "pounds" else ""
            return fields.Number(
                label, places=2, suffix="" if prefix else item.unit or "", prefix=prefix,
                missing=f"Enter a number: {lower_first(label)}", **words,
            )  # fmt: skip
        case "day":
            return fields.Date(label, missing=f"Enter the day: {lower_first(label)}", **words)
        case "link":
            return fields.Choice(
                label, links, searchable=len(links) > 12, missing=f"Choose one: {lower_first(label)}", **words
            )
    return fields.Text(label, longest=300, missing=f"Enter this: {lower_first(label)}", **words)


def _value(item: ItemSpec, typed: Any) -> Value | None:
    """What was typed, in the kind that the question keeps; None where nothing was."""
    if typed in (None, "", []):
        return None
    if item.type in CHOSEN and typed in dict(OFFERED):
        return NoAnswer(typed)
    if item.type == "yes_no":
        return bool(typed == "yes")
    if item.type == "several":
        return tuple(typed)
    if item.type == "moment":
        return timezone.make_aware(datetime.combine(typed, datetime.min.time()))
    value: Value = typed
    return value


def typed_before(
    answers: Mapping[str, Value], times: Mapping[str, Moment], items: Mapping[str, ItemSpec], shown: Iterable[str]
) -> dict[str, Any]:
    """What a form of corrections begins with: the answers and times as they stand."""
    found: dict[str, Any] = {}
    for key in shown:
        if key in times:
            moment = times[key]
            local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
            found[key] = local.date() if isinstance(local, datetime) else local
            if isinstance(local, datetime):
                found[key + CLOCK] = local.time()
        elif key in answers:
            value, item = answers[key], items[key]
            if isinstance(value, NoAnswer) and item.type not in CHOSEN:
                found[key + WHY] = value.value
            else:
                found[key] = _shown(value)
    return found


def _shown(value: Value) -> Any:
    if isinstance(value, NoAnswer):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value
