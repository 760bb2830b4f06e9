"""From the answers on a feedback form to what is kept of them."""

from collections.abc import Mapping
from typing import Any

from fingerpost.ground.access.command import Refused
from fingerpost.language.schema import InstrumentWords
from fingerpost.language.schema.instruments import ItemWords

RATING, POSITIVE, COMMENT, WORRIED, AGE_BAND, WHO_HELPED = (
    "rating",
    "positive_comment",
    "comment",
    "worried",
    "age_band",
    "who_helped",
)
LONGEST, LONGEST_LINE = 4000, 200


def read(form: InstrumentWords, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a reply. Raises Refused for an answer that the form does not offer, and for none at all."""
    items = {item.linkId: item for item in form.item}
    unknown = set(answers) - set(items)
    if unknown:
        raise Refused(f"The form has no question {min(unknown)}.")
    told = {key: _told(items[key], answer) for key, answer in answers.items() if answer not in (None, "")}
    if not told:
        raise Refused("Answer at least one question, or leave the page.")
    return {
        "answers": told,
        "rating": told.get(RATING),
        "comment": told.get(COMMENT, ""),
        "positive_comment": told.get(POSITIVE),
        "age_band": told.get(AGE_BAND, ""),
        "who_helped": told.get(WHO_HELPED, ""),
        "is_worried": told.get(WORRIED),
    }


def options(item: ItemWords) -> list[tuple[str, str]]:
    """The answers to choose from: what is kept, and its words."""
    if item.type == "boolean":
        return [("yes", "Yes"), ("no", "No")]
    return [(_key(one), one.text or _key(one)) for one in item.answerOption]


def _key(option: Any) -> str:
    return str(option.valueInteger) if option.valueInteger is not None else str(option.valueString)


def _told(item: ItemWords, answer: Any) -> Any:
    if item.type == "boolean":
        if answer in (True, False):
            return bool(answer)
        return _one_of(item, {"yes": True, "no": False}, answer)
    if item.answerOption:
        offered = {
            _key(one): one.valueInteger if one.valueInteger is not None else one.valueString
            for one in item.answerOption
        }
        return _one_of(item, offered, answer)
    text, longest = str(answer).strip(), LONGEST if item.type == "text" else LONGEST_LINE
    if len(text) > longest:
        raise Refused(f"Use {longest} letters or fewer.", field=item.linkId)
    return text


def _one_of(item: ItemWords, offered: Mapping[str, Any], answer: Any) -> Any:
    if str(answer) not in offered:
        raise Refused(f"Choose one of the answers to “{item.text}”", field=item.linkId)
    return offered[str(answer)]
