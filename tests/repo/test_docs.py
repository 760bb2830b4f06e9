"""What is written agrees with what there is."""

from pathlib import Path

import pytest

from fingerpost import __version__
from fingerpost.cli import COMMANDS

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"


@pytest.mark.skipif(not (DOCS / "reference").exists(), reason="The reference is not written yet.")
@pytest.mark.parametrize("name", [*COMMANDS, "manage"])
def test_the_docs_name_every_command(name: str) -> None:
    written = "".join(path.read_text() for path in [*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])
    assert f"fingerpost {name}" in written


def test_the_changelog_opens_with_this_version() -> None:
    assert f"## {__version__}" in (PROJECT / "CHANGELOG.md").read_text()


def test_the_files_that_a_newcomer_looks_for_are_there() -> None:
    for name in ("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert (PROJECT / name).read_text().strip(), name
