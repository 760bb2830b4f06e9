"""The questions of a questionnaire as fields of a form: the same for a screen at home and for paper typed in."""

from typing import Any

from fingerpost.language.schema import InstrumentWords
from fingerpost.language.schema.instruments import ItemWords
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm

LONGEST_LINE, LONGEST_TEXT = 200, 4000


class Questionnaire(KitForm):
    """A form to which `ask` adds the questions. None has to be answered."""

    def ask(self, instrument: InstrumentWords) -> None:
        """Add a field for each question, named by its linkId."""
        for item in instrument.item:
            if item.type not in ("display", "group"):
                self.fields[item.linkId] = _field(item)

    def answers(self, instrument: InstrumentWords) -> dict[str, Any]:
        """What was answered, by linkId."""
        told = {item.linkId: self.cleaned_data.get(item.linkId) for item in instrument.item}
        return {question: answer for question, answer in told.items() if answer not in (None, "")}


def _field(item: ItemWords) -> Any:
    if item.type == "boolean":
        return fields.Radios(item.text, [("yes", "Yes"), ("no", "No")], required=False, inline=True)
    if item.answerOption:
        return fields.Radios(item.text, [_option(one) for one in item.answerOption], required=False)
    if item.type == "text":
        return fields.LongText(item.text, required=False, longest=LONGEST_TEXT, rows=4)
    return fields.Text(item.text, required=False, longest=LONGEST_LINE)


def _option(option: Any) -> tuple[str, str]:
    key = str(option.valueInteger) if option.valueInteger is not None else str(option.valueString)
    return key, option.text or key
