"""What the house asks of its files: short, plainly named, and speaking of itself alone."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LONGEST = 500
# Files longer than that, and how long they are at most. This list only shrinks.
STILL_LONG: dict[str, int] = {}

BANNED = {"utils", "helpers", "common", "misc", "manager", "handler", "processor", "data", "info", "client"}
BANNED_ENDINGS = ("Utils", "Helper", "Helpers", "Manager", "Handler", "Processor", "Info")
# Words that another library obliges us to use.
OBLIGED = {"UserManager"}

# Written in pieces, so that this file does not find itself.
_ROOTS = "|".join(["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/[a-z]", r"\.py" + "env", "C:\\\\Us" + "ers"])
PATHS_OF_A_MACHINE = re.compile(rf"(?<![\w.])(?:{_ROOTS})")
HOSTS_OF_REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "yarn" + r"pkg\."])
)
THREE_LETTERS = re.compile(r"\bF" + "TEs?\\b")


def tracked(*endings: str) -> list[Path]:
    """Every file of the repository that is text, or ends so."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = [PROJECT / name for name in listed.split("\0") if name and name.endswith(endings or ("",))]
    return [path for path in found if path.is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        try:
            yield path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a test file that is in the wrong encoding on purpose


def python() -> list[Path]:
    return [path for path in tracked(".py") if "migrations" not in path.parts]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {}
    for path in python():
        lines = len(path.read_text().splitlines())
        if lines > LONGEST:
            long[path.relative_to(PROJECT).as_posix()] = lines
    grown = {name: lines for name, lines in long.items() if lines > STILL_LONG.get(name, LONGEST)}
    assert not grown, f"split these: {grown}"
    assert set(STILL_LONG) <= set(long), f"short now, take them off the list: {set(STILL_LONG) - set(long)}"


def names_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_nothing_has_a_name_that_says_nothing() -> None:
    found = []
    for path in python():
        where = path.relative_to(PROJECT).as_posix()
        if where.startswith("tests/"):
            continue
        names = {path.stem, *names_in(ast.parse(path.read_text()))} - OBLIGED
        found += [f"{where}: {name}" for name in sorted(names) if name in BANNED or name.endswith(BANNED_ENDINGS)]
    assert not found, found


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(PATHS_OF_A_MACHINE, id="the path of somebody's machine"),
        pytest.param(HOSTS_OF_REGISTRIES, id="the host of a package registry"),
        pytest.param(THREE_LETTERS, id="full-time equivalents by three letters"),
    ],
)
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {match.group()}" for name, text in texts() for match in pattern.finditer(text)]
    assert not found, found[:20]


def test_templates_bring_no_style_and_no_script_of_their_own() -> None:
    inline = re.compile(r"""\s(style|on[a-z]+)\s*=\s*["']|<script(?![^>]*\b(src|nonce|type)=)""", re.IGNORECASE)
    found = [
        f"{path.relative_to(PROJECT)}: {match.group().strip()}"
        for path in tracked(".html")
        if "templates" in path.parts
        for match in inline.finditer(path.read_text())
    ]
    assert not found, found


def test_the_lock_pins_every_requirement_by_hash() -> None:
    lock = (PROJECT / "requirements.lock").read_text()
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    wanted = re.findall(r"^([A-Za-z0-9_.-]+)", (PROJECT / "requirements.in").read_text(), re.MULTILINE)
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in wanted} <= pinned
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert not [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


def test_the_front_end_is_pinned_and_names_no_host() -> None:
    kit = PROJECT / "fingerpost" / "pages" / "kit"
    assert '"integrity": "sha512-' in (kit / "package-lock.json").read_text()
    assert "omit-lockfile-registry-resolved=true" in (kit / ".npmrc").read_text()
