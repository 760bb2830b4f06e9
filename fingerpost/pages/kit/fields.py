"""The fields a form may have: what a person may type in each, and what is said when it cannot be read.

Each takes `label`, and if wanted `hint` and `required=False`. `missing` is what is said when nothing was answered, such as "Enter
the day of the contact"; what cannot be read is told in the same words with an example. A label that asks has one: a test holds it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from fingerpost.pages.kit import words

Choices = Iterable[tuple[str, str]]


def lower_first(text: str) -> str:
    """The label as it stands inside a sentence: "Date of birth" becomes "date of birth", "CAF reference" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def asked(verb: str, label: str) -> str:
    """What is said where nothing was answered and nothing else was written: "Enter date of birth"."""
    return f"{verb} {lower_first(label)}"


def _noun(message: str, label: str) -> str:
    """What a message asks for, as the first words of a sentence: "Enter the day you met" speaks of "The day you met"."""
    if not label.endswith("?"):
        return label
    noun = message.removeprefix("Enter ")
    return noun[:1].upper() + noun[1:]


class Widget:
    """What the templates need beyond Django's own widget: the component, its width, what stands before and after."""

    kind = "input"
    width: int = 0
    suffix = ""
    prefix = ""


class Line(Widget, forms.TextInput):
    pass


class Area(Widget, forms.Textarea):
    kind = "textarea"
    rows = 5


class Picker(Widget, forms.TextInput):
    kind = "date"
    latest: dt.date | None = None
    earliest: dt.date | None = None

    def format_value(self, value: Any) -> str:
        return words.typed_date(value) if isinstance(value, dt.date) else str(value or "")


class Dropdown(Widget, forms.Select):
    kind = "select"
    searchable = False


class Radio(Widget, forms.RadioSelect):
    kind = "radios"
    inline = False


class Ticks(Widget, forms.CheckboxSelectMultiple):
    kind = "checkboxes"


class Tick(Widget, forms.CheckboxInput):
    kind = "tick"


class File(Widget, forms.FileInput):
    kind = "file"


def _common(label: str, hint: str, required: bool, missing: str) -> dict[str, Any]:
    return {"label": label, "help_text": hint, "required": required, "error_messages": {"required": missing}}


class Text(forms.CharField):
    """One line of words. `width` is in characters: 2, 3, 4, 5, 10, 20 or 30."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        longest: int = 200,
        width: int = 0,
        autocomplete: str = "off",
        **attrs: str,
    ) -> None:
        widget = Line(attrs={"autocomplete": autocomplete, **attrs})
        widget.width = width
        super().__init__(
            max_length=longest,
            widget=widget,
            **_common(label, hint, required, missing or asked("Enter", label)),
        )
        self.error_messages["max_length"] = f"{self.error_messages['required']}, in {longest} characters or fewer"


class LongText(forms.CharField):
    """Several lines of words, with a count of what is left when `longest` is given."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        longest: int | None = None,
        rows: int = 5,
    ) -> None:
        widget = Area()
        widget.rows = rows
        super().__init__(
            max_length=longest,
            widget=widget,
            **_common(label, hint, required, missing or asked("Enter", label)),
        )
        if longest:
            message = f"{self.error_messages['required']}, in {words.number(longest)} characters or fewer"
            self.error_messages["max_length"] = message

    def to_python(self, value: Any) -> str:
        # Browsers send a line's end as two characters and show it as one; count it as the person sees it.
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""


class Number(forms.DecimalField):
    """A number with up to `places` decimals, as people type it: 1,234.5 or £20. A whole number comes back as an int."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        least: Decimal | int | None = None,
        most: Decimal | int | None = None,
        places: int = 0,
        width: int = 5,
        suffix: str = "",
        prefix: str = "",
    ) -> None:
        widget = Line(attrs={"inputmode": "decimal" if places else "numeric", "autocomplete": "off"})
        widget.width, widget.suffix, widget.prefix = width, suffix, prefix
        self.places = places
        super().__init__(
            min_value=least,
            max_value=most,
            max_digits=15,
            decimal_places=places,
            widget=widget,
            **_common(label, hint, required, missing or asked("Enter", label)),
        )
        what = "a whole number" if not places else f"a number with at most {words.plural(places, 'decimal place')}"
        message = self.error_messages["required"]
        self.error_messages.update(invalid=f"{message} as {what}, like {'12.5' if places else '12'}")
        self._say_limits(str(message), what, least, most)

    def _say_limits(self, message: str, what: str, least: Any, most: Any) -> None:
        for validator in self.validators:
            code = getattr(validator, "code", "")
            if code == "min_value":
                validator.message = f"{message}, {least} or more"  # type: ignore[attr-defined]
            elif code == "max_value":
                validator.message = f"{message}, {most} or less"  # type: ignore[attr-defined]
            elif hasattr(validator, "messages"):
                validator.messages = dict.fromkeys(validator.messages, f"{message} as {what}")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"[,\s£%]", "", value)
        return super().to_python(value)

    def clean(self, value: Any) -> Decimal | int | None:
        number = super().clean(value)
        return number if number is None or self.places else int(number)


DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y")


class Date(forms.DateField):
    """A day: 4/5/2010, 2010-05-04 or 4 May 2010. The calendar button helps; typing always works.

    Bounds may be set when the form is made: `form.fields["seen_on"].bounds(latest=today)`.
    """

    widget: Picker

    def __init__(
        self,
        label: str,
        *,
        hint: str = "For example, 27 3 2011",
        required: bool = True,
        missing: str = "",
        earliest: dt.date | None = None,
        latest: dt.date | None = None,
    ) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=Picker(attrs={"autocomplete": "off"}),
            **_common(label, hint, required, missing or asked("Enter", label)),
        )
        self.error_messages["invalid"] = f"{self.error_messages['required']}, like 27 3 2011"
        self.bounds(earliest=earliest, latest=latest)

    def bounds(self, *, earliest: dt.date | None = None, latest: dt.date | None = None) -> None:
        """The first and last day that will be accepted; the calendar offers no other."""
        self.widget.earliest, self.widget.latest = earliest, latest

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str):
            value = re.sub(r"\b[Ss]ept\b", "Sep", re.sub(r"\s+", " ", value.strip()))
            value = re.sub(r"^(\d{1,2})(st|nd|rd|th) ", r"\1 ", value)
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value.year < 1900:
            raise ValidationError(self.error_messages["invalid"])
        if self.widget.latest and value > self.widget.latest:
            raise ValidationError(f"{self._named()} must be on or before {words.date(self.widget.latest)}")
        if self.widget.earliest and value < self.widget.earliest:
            raise ValidationError(f"{self._named()} must be on or after {words.date(self.widget.earliest)}")

    def _named(self) -> str:
        return _noun(str(self.error_messages["required"]), str(self.label))


class Time(forms.Field):
    """A time of day: 9:30, 9.30am, 0930, 2pm or 14:00."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "For example, 9:30am or 14:00",
        required: bool = True,
        missing: str = "",
    ) -> None:
        widget = Line(attrs={"autocomplete": "off"})
        widget.width = 5
        super().__init__(widget=widget, **_common(label, hint, required, missing or asked("Enter", label)))

    def prepare_value(self, value: Any) -> Any:
        return words.time(value) if isinstance(value, dt.time) else value

    def to_python(self, value: Any) -> dt.time | None:
        if value in (None, "") or isinstance(value, dt.time):
            return value or None
        typed = re.sub(r"\s", "", str(value)).lower()
        if typed in ("midday", "noon", "midnight"):
            return dt.time(0 if typed == "midnight" else 12)
        match = re.fullmatch(r"(\d{1,2}?)[:.]?(\d{2})?(am|pm)?", typed)
        try:
            if match is None or not (match[2] or match[3]):
                raise ValueError
            hour, minute = int(match[1]), int(match[2] or 0)
            if match[3]:
                if not 1 <= hour <= 12:
                    raise ValueError
                hour = hour % 12 + (12 if match[3] == "pm" else 0)
            return dt.time(hour, minute)
        except ValueError:
            raise ValidationError(f"{self.error_messages['required']}, like 9:30am or 14:00") from None


class _Chosen:
    """What fields with choices share: words for a missing or a strange answer."""

    error_messages: dict[str, Any]

    def _say(self) -> None:
        self.error_messages["invalid_choice"] = "Choose one of the answers in the list"


class Choice(_Chosen, forms.ChoiceField):
    """One of a list, in a drop-down; `searchable` lets a person type to find one in a long list."""

    def __init__(
        self,
        label: str,
        choices: Choices = (),
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        searchable: bool = False,
        blank: str = "Choose",
    ) -> None:
        widget = Dropdown()
        widget.searchable = searchable
        self.blank = ("", "" if searchable else blank)
        super().__init__(
            choices=[self.blank, *choices],
            widget=widget,
            **_common(label, hint, required, missing or asked("Choose", label)),
        )
        self._say()

    def offer(self, choices: Choices) -> None:
        """Set the choices when the form is made."""
        self.choices = [self.blank, *choices]


class Radios(_Chosen, forms.ChoiceField):
    """One of a few, all in sight. `hints` explains a choice: {value: words}."""

    def __init__(
        self,
        label: str,
        choices: Choices = (),
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        hints: Mapping[str, str] | None = None,
        inline: bool = False,
    ) -> None:
        widget = Radio()
        widget.inline = inline
        super().__init__(
            choices=list(choices),
            widget=widget,
            **_common(label, hint, required, missing or asked("Choose", label)),
        )
        self.hints = dict(hints or {})
        self._say()

    def offer(self, choices: Choices) -> None:
        """Set the choices when the form is made."""
        self.choices = list(choices)


class YesNo(Radios):
    """Yes or no; with `not_known`, also "Not known". True, False, or None for not known."""

    def __init__(self, label: str, *, not_known: bool = False, **options: Any) -> None:
        options.setdefault("missing", f"Choose yes or no: {lower_first(label)}")
        choices = [("yes", "Yes"), ("no", "No"), *([("not_known", "Not known")] if not_known else [])]
        super().__init__(label, choices, inline=not not_known, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


class Checkboxes(_Chosen, forms.MultipleChoiceField):
    """Any of a few. `hints` explains a choice: {value: words}."""

    def __init__(
        self,
        label: str,
        choices: Choices = (),
        *,
        hint: str = "Choose all that apply",
        required: bool = True,
        missing: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            choices=list(choices),
            widget=Ticks(),
            **_common(label, hint, required, missing or asked("Choose at least one:", label)),
        )
        self.hints = dict(hints or {})
        self._say()

    def offer(self, choices: Choices) -> None:
        """Set the choices when the form is made."""
        self.choices = list(choices)


class Confirm(forms.BooleanField):
    """One box to tick."""

    def __init__(self, label: str, *, hint: str = "", required: bool = True, missing: str = "") -> None:
        super().__init__(widget=Tick(), **_common(label, hint, required, missing or f"Tick to confirm: {label}"))


class Upload(forms.FileField):
    """A file. `accept` is what the file dialogue offers; the content is still the importer's to judge."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        missing: str = "",
        accept: str = "",
        largest_mb: int = 100,
    ) -> None:
        super().__init__(
            widget=File(attrs={"accept": accept} if accept else {}),
            **_common(label, hint, required, missing or "Choose a file"),
        )
        self.error_messages.update(
            invalid="The file did not arrive. Choose it again",
            empty="The file is empty. Choose another",
            missing="Choose a file",
        )
        self.largest_mb = largest_mb

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (file.size or 0) > self.largest_mb * 1_000_000:
            raise ValidationError(f"The file must be smaller than {self.largest_mb} MB")
        return file
