"""Stories without names, and what an assurer found: put together so that no two of a return are alike. Nobody here is anybody."""

from pathlib import Path

from ruamel.yaml import YAML

_PARTS = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))
FINDINGS: list[dict[str, str]] = _PARTS["findings"]


def story(number: int) -> tuple[str, str]:
    """A title and three paragraphs. Numbers that are near each other give stories that differ in every part."""
    beginnings, middles, endings = _PARTS["beginnings"], _PARTS["middles"], _PARTS["endings"]
    beginning = beginnings[number % len(beginnings)]
    middle = middles[(number + number // len(beginnings)) % len(middles)]
    ending = endings[(number * 2 + number // len(middles)) % len(endings)]
    return beginning["title"], "\n\n".join((beginning["text"], middle, ending))
