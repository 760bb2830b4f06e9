"""Stories without names, and what an assurer found: no two of a return alike. Nobody here is anybody."""

from pathlib import Path

from ruamel.yaml import YAML

_PARTS = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))
FINDINGS: list[dict[str, str]] = _PARTS["findings"]


def story(number: int) -> tuple[str, str]:
    """A title and three paragraphs. Numbers of two returns that follow each other give stories that all differ."""
    told = _PARTS["stories"][number % len(_PARTS["stories"])]
    return told["title"], "\n\n".join(told["paragraphs"])
