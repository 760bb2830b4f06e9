"""What is written agrees with what there is."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from config.rooms import ROOMS
from fingerpost import __version__
from fingerpost.cli import COMMANDS
from fingerpost.language.roles import shipped

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
WRITTEN = sorted([*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])
FOLDERS = ("fingerpost", "tests", "docs", "config", "contracts")
MADE = ("docs/images/my-work.png",)  # by a browser test, see tests/browser/test_every_picture.py
LONGEST_README = 70
# Words of the field for a role whose code is another.
ROLES = {"caseworker": "Advisor"}

_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:{})/[\w./-]*)`".format("|".join(FOLDERS)))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("name", [*COMMANDS, "manage"])
def test_the_docs_name_every_command(name: str) -> None:
    assert f"fingerpost {name}" in "".join(map(text_of, WRITTEN))


@pytest.mark.parametrize("path", WRITTEN, ids=_name)
def test_links_lead_somewhere(path: Path) -> None:
    inside = [link for link in _LINK.findall(text_of(path)) if "://" not in link and not link.startswith("mailto:")]
    lost = [link for link in inside if not (path.parent / link).resolve().exists()]
    assert not lost, f"{_name(path)} leads to what is not there: {lost}"


@pytest.mark.parametrize("path", WRITTEN, ids=_name)
def test_paths_that_are_named_exist(path: Path) -> None:
    lost = [named for named in _PATH.findall(text_of(path)) if not (PROJECT / named.rstrip("/.")).exists()]
    assert not lost, f"{_name(path)} names what is not there: {lost}"


def test_the_architecture_names_every_room() -> None:
    written = text_of(DOCS / "architecture.md")
    rooms = [room.split(".")[-1] for room in ROOMS if room.startswith("fingerpost.") and room.count(".") == 2]
    assert len(rooms) > 15
    missing = [room for room in rooms if f"`{room}`" not in written]
    assert not missing, f"docs/architecture.md does not say what these are for: {missing}"


def test_the_architecture_names_every_floor() -> None:
    floors = [path.name for path in (PROJECT / "fingerpost").iterdir() if (path / "__init__.py").exists()]
    missing = [floor for floor in floors if f"`fingerpost/{floor}`" not in text_of(DOCS / "architecture.md")]
    assert not missing


@pytest.mark.parametrize("role", shipped())
def test_the_glossary_holds_every_role(role: str) -> None:
    word = ROLES.get(role) or role.replace("_", " ").capitalize()
    assert f"**{word}**" in text_of(DOCS / "glossary.md")


def test_the_readme_is_short_and_shows_a_picture() -> None:
    readme = text_of(PROJECT / "README.md")
    assert len(readme.splitlines()) < LONGEST_README
    assert all(f"]({picture})" in readme for picture in MADE)


def test_every_document_is_reached_from_another() -> None:
    """Nothing lies about that no link leads to."""
    linked = {(path.parent / link).resolve() for path in WRITTEN for link in _LINK.findall(text_of(path))}
    alone = [_name(path) for path in DOCS.rglob("*.md") if path.resolve() not in linked]
    assert not alone, f"No link leads to {alone}"


def test_what_is_made_is_kept_with_the_rest() -> None:
    kept = subprocess.run(["git", "ls-files", "docs"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if kept.returncode == 0:
        assert set(MADE) <= set(kept.stdout.split())


def test_the_changelog_opens_with_this_version() -> None:
    assert f"## {__version__}" in (PROJECT / "CHANGELOG.md").read_text()


def test_the_files_that_a_newcomer_looks_for_are_there() -> None:
    for name in ("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert (PROJECT / name).read_text().strip(), name
