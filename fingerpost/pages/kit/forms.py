"""`KitForm`: what every form of the product is. And how any Django form is turned into GOV.UK components."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from markupsafe import Markup, escape

from fingerpost.pages.kit import words


class KitRenderer(TemplatesSetting):
    """`{{ form }}` in any template gives the kit's fields."""

    form_template_name = "kit/form_body.html"
    field_template_name = "kit/form_field.html"


class KitForm(forms.Form):
    """A form. Fields are those of `fields`; the page shows it with `kit.form(form, request, submit="Save")`.

    `sections`   groups fields under headings: [("The child", ["name", "born_on"]), …]; fields not named follow on
    `reveals`    fields that stand under one choice of another: {"reason": {"other": ["other_reason"]}}. They are
                 asked for, and kept, only when that choice is made
    `keep`       the form's own name, such as "contact"; then what is typed stays on the device until it is saved
    """

    default_renderer = KitRenderer
    sections: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {}
    keep: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self._asked_when_shown = [n for n in self._revealed() if n in self.fields and self.fields[n].required]
        for name in self._asked_when_shown:
            self.fields[name].required = False

    def _revealed(self) -> dict[str, tuple[str, str]]:
        """Each field under a choice: its name, the field that reveals it and the choice."""
        return {n: (by, choice) for by, under in self.reveals.items() for choice, names in under.items() for n in names}

    def _clean_form(self) -> None:
        for name, (by, choice) in self._revealed().items():
            if name not in self.fields:
                continue
            chosen = str(self.data.get(self.add_prefix(by), "")) == choice
            if not chosen:
                self.errors.pop(name, None)
                self.cleaned_data[name] = self.fields[name].to_python("")
            elif name in self._asked_when_shown and name not in self.errors and self._is_empty(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        super()._clean_form()  # type: ignore[misc]

    def _is_empty(self, name: str) -> bool:
        # What was typed, not what it means: "Not known" is an answer, and means None.
        typed = self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return (typed.strip() if isinstance(typed, str) else typed) in (None, "", [])

    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The visible fields as they stand on the page: (heading or "", fields)."""
        revealed = self._revealed()
        left = [name for name, field in self.fields.items() if not field.widget.is_hidden and name not in revealed]
        for heading, names in self.sections:
            yield heading, [self[n] for n in names if n in left]
            left = [n for n in left if n not in names]
        if left:
            yield "", [self[n] for n in left]


def groups(form: forms.BaseForm) -> list[tuple[str, list[BoundField]]]:
    """The visible fields of any form, grouped where it is a KitForm."""
    return list(form.groups()) if isinstance(form, KitForm) else [("", form.visible_fields())]


def _as_on_the_page(form: forms.BaseForm) -> Iterator[BoundField]:
    """Every field in the order in which somebody reads the page: what a choice reveals follows it, hidden ones come last."""
    reveals = form.reveals if isinstance(form, KitForm) else {}
    shown = []
    for _, bounds in groups(form):
        for bound in bounds:
            revealed = [name for names in reveals.get(bound.name, {}).values() for name in names if name in form.fields]
            shown += [bound.name, *revealed]
    yield from (form[name] for name in shown)
    yield from (bound for bound in form if bound.name not in shown)


def errors(form: forms.BaseForm) -> list[dict[str, str]]:
    """What is wrong, in the order of the page: {"text", "href"}; href is the field's own."""
    found = [{"text": str(text), "href": ""} for text in form.non_field_errors()]
    for bound in _as_on_the_page(form):
        found += [{"text": str(text), "href": f"#{bound.auto_id}"} for text in bound.errors]
    return found


# Django's own widgets, for forms that a package brings.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.PasswordInput, "password"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
)


def kind(bound: BoundField) -> str:
    """Which component shows this field."""
    widget = bound.field.widget
    own = getattr(widget, "kind", "")
    return own or next((name for type_, name in _KINDS if isinstance(widget, type_)), "input")


def describe(bound: BoundField, *, heading: bool = False, reveal: Mapping[str, Markup] | None = None) -> dict[str, Any]:
    """A field as the parameters of its GOV.UK macro. `heading`: its label is the page's heading.

    `reveal`: for radios, what stands under each choice.
    """
    component = kind(bound)
    label: dict[str, Any] = {"text": bound.label}
    if heading:
        label |= {"isPageHeading": True, "classes": "govuk-label--l govuk-fieldset__legend--l"}
    elif component in ("radios", "checkboxes"):
        label |= {"classes": "govuk-fieldset__legend--s"}
    else:
        label |= {"classes": "govuk-label--s"}
    said = " ".join(str(e) for e in bound.errors)
    described = {
        "id": bound.auto_id,
        "idPrefix": bound.auto_id,
        "name": bound.html_name,
        "label": label,
        "hint": _hint(bound.help_text),
        "errorMessage": {"text": said} if said else None,
        "attributes": {},
    }
    return described | _PARTS[component](bound, label, reveal or {})


def _hint(text: Any) -> dict[str, Any] | None:
    """Words, or the list that a package made of them and marked as safe."""
    return {"html" if isinstance(text, SafeString) else "text": text} if text else None


def _value(bound: BoundField) -> str:
    value = bound.value()
    shown = bound.field.widget.format_value(value)
    return "" if shown is None else str(shown)


def _attributes(bound: BoundField, *, without: Sequence[str] = ()) -> dict[str, Any]:
    left_out = {"cols", "rows", "maxlength", "minlength", "required", "class", *without}
    return {k: v for k, v in bound.field.widget.attrs.items() if k not in left_out and v not in (None, False)}


def _input(bound: BoundField, _label: Any, _reveal: Any) -> dict[str, Any]:
    widget = bound.field.widget
    attributes = _attributes(bound, without=("type", "placeholder", "inputmode", "autocomplete"))
    return {
        "value": _value(bound),
        "type": getattr(widget, "input_type", "text"),
        "inputmode": widget.attrs.get("inputmode"),
        "autocomplete": widget.attrs.get("autocomplete"),
        "classes": f"govuk-input--width-{widget.width}" if getattr(widget, "width", 0) else "",
        "prefix": {"text": widget.prefix} if getattr(widget, "prefix", "") else None,
        "suffix": {"text": widget.suffix} if getattr(widget, "suffix", "") else None,
        "attributes": attributes,
    }


def _date(bound: BoundField, label: Any, reveal: Any) -> dict[str, Any]:
    widget = bound.field.widget
    return _input(bound, label, reveal) | {
        "classes": "moj-js-datepicker-input govuk-input--width-10",
        "min": words.typed_date(getattr(widget, "earliest", None)),
        "max": words.typed_date(getattr(widget, "latest", None)),
    }


def _password(bound: BoundField, _label: Any, _reveal: Any) -> dict[str, Any]:
    return {"autocomplete": bound.field.widget.attrs.get("autocomplete", "current-password")}


def _textarea(bound: BoundField, _label: Any, _reveal: Any) -> dict[str, Any]:
    # The macros indent what they nest. A line's end written as a character keeps a person's lines as they typed them.
    kept = escape(_value(bound).replace("\r\n", "\n")).replace("\n", Markup("&#10;"))
    return {
        "value": kept,
        "rows": getattr(bound.field.widget, "rows", 5),
        "maxlength": getattr(bound.field, "max_length", None),
        "attributes": _attributes(bound),
    }


def _options(bound: BoundField) -> Iterator[tuple[str, str, bool]]:
    """Every choice as (value, words, chosen)."""
    given = bound.value()
    chosen = {str(v) for v in given} if isinstance(given, (list, tuple, set)) else {"" if given is None else str(given)}
    for value, text in bound.field.widget.choices:  # type: ignore[attr-defined]
        for v, t in text if isinstance(text, (list, tuple)) else [(value, text)]:
            shown = "" if v is None else str(v)
            yield shown, str(t), shown in chosen


def _select(bound: BoundField, _label: Any, _reveal: Any) -> dict[str, Any]:
    items = [{"value": v, "text": t, "selected": chosen} for v, t, chosen in _options(bound)]
    searchable = getattr(bound.field.widget, "searchable", False)
    return {"items": items, "attributes": {"data-searchable": "yes"} if searchable else {}}


def _choices(bound: BoundField, label: dict[str, Any], reveal: Mapping[str, Markup]) -> dict[str, Any]:
    hints = getattr(bound.field, "hints", {})
    items = [
        {
            "value": v,
            "text": t,
            "checked": chosen,
            "hint": {"text": hints[v]} if v in hints else None,
            "conditional": {"html": reveal[v]} if v in reveal else None,
        }
        for v, t, chosen in _options(bound)
        if v or kind(bound) == "radios"
    ]
    inline = getattr(bound.field.widget, "inline", False) and not reveal
    return {
        "items": items,
        "fieldset": {"legend": label},
        "classes": f"govuk-{kind(bound)}--inline" if inline else "",
    }


def _tick(bound: BoundField, label: dict[str, Any], _reveal: Any) -> dict[str, Any]:
    hint = {"text": bound.help_text} if bound.help_text else None
    item = {"value": "on", "text": label["text"], "checked": bool(bound.value()), "hint": hint}
    return {"items": [item], "hint": None}


def _file(bound: BoundField, _label: Any, _reveal: Any) -> dict[str, Any]:
    widget = bound.field.widget
    return {
        "multiple": bool(getattr(widget, "allow_multiple_selected", False)),
        "attributes": {"accept": widget.attrs["accept"]} if widget.attrs.get("accept") else {},
    }


_PARTS = {
    "input": _input,
    "date": _date,
    "password": _password,
    "textarea": _textarea,
    "select": _select,
    "radios": _choices,
    "checkboxes": _choices,
    "tick": _tick,
    "file": _file,
}
