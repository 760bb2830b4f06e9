"""Files made to wear a machine out are refused in words, in little time: contract files, and cells that slow patterns down."""

import re
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from fingerpost.exchange.imports import columns, spreadsheets
from fingerpost.exchange.imports.columns import Wrong
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.language import read
from fingerpost.language.faults import Fault
from fingerpost.language.read import LARGEST_FILE, MOST_WORDS, Document

HOUSE = Path(__file__).resolve().parents[2] / "fingerpost"
N = 30_000

BOMBS = {
    "nine laughs": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "names a place"),
    "an alias alone": ("a: [*nowhere]\n", "refers to words elsewhere"),
    "a merge key": ("a: {<<: {b: 1}}\n", "Merge keys"),
    "code": ("a: !!python/object/apply:os.system [true]\n", "is a tag"),
    "brackets": ("[" * N, "nested too deep"),
    "braces": ("{" * N, "nested too deep"),
    "dashes": ("- " * N, "nested too deep"),
    "keys in keys": ("\n".join(" " * n + "a:" for n in range(300)), "nested too deep"),
    "questions": ("? " * N, "nested too deep"),
    "a number without end": ("a: " + "9" * N, "longer than any"),
    "a fraction without end": ("a: 0." + "9" * N, "longer than any"),
    "documents without end": ("---\n" * N, "second document"),
    "too many words": ("a: [" + "1," * (MOST_WORDS + 1) + "]", "More than 20,000 words"),
    "too many letters": ("#" * (LARGEST_FILE + 1), "characters"),
    "a quotation mark without end": ('a: "' + "x" * N, "cannot be read"),
    "commas": ("a: [" + "," * N, "cannot be read"),
}


@pytest.mark.case("YAML bombs")
@pytest.mark.parametrize("what", BOMBS)
def test_a_contract_file_that_is_a_bomb_is_refused(what: str) -> None:
    text, why = BOMBS[what]
    began = time.process_time()
    found = read.read("pathway.yaml", text)
    assert isinstance(found, Fault)
    assert why in found.message
    assert time.process_time() - began < 10


@pytest.mark.case("YAML bombs")
def test_at_the_limit_a_file_is_read() -> None:
    deepest = read.read("a.yaml", "[" * read.DEEPEST + "]" * read.DEEPEST)
    assert isinstance(deepest, Document)
    assert isinstance(read.read("a.yaml", "[" * (read.DEEPEST + 1) + "]" * (read.DEEPEST + 1)), Fault)
    assert isinstance(read.read("a.yaml", "a: " + "9" * read.LONGEST_NUMBER), Document)


# --- Patterns ---

TO_MATCH = [
    "1" * N, "a" * N, " " * N, "a " * (N // 2), "1." * (N // 2), "(" * N, '="' * (N // 2), "@" * N, "a.b" * (N // 3), "-" * N,
    "4 May " * (N // 6), "1/" * (N // 2), "x;" * (N // 2), "\n" * N, "é" * N, "e+" * (N // 2), "a:" * (N // 2) + "!",
]  # fmt: skip


@pytest.mark.case("slow regular expressions")
def test_no_parser_of_a_cell_is_slow() -> None:
    """Longer than any cell that comes through the door, so that what would grow with the square of it is seen."""
    slow = []
    parsers = {column.parse: (name, column) for name, kind in KINDS.items() for column in kind.columns}
    for name, column in parsers.values():
        for words in TO_MATCH:
            began = time.process_time()
            with suppress(Wrong):
                column.read(words[:8000])
            if time.process_time() - began > 0.3:
                slow.append((name, column.name, words[:10]))
    assert not slow


@pytest.mark.case("slow regular expressions")
def test_no_pattern_of_the_house_is_slow() -> None:
    """Every pattern that a module keeps, tried on what makes bad ones slow."""
    slow, tried = [], 0
    for path in sorted(HOUSE.rglob("*.py")):
        source = path.read_text()
        if "re.compile(" not in source or {"migrations", "node_modules"} & set(path.parts):
            continue
        module = import_module(".".join(path.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__"))
        for name, pattern in vars(module).items():
            if not isinstance(pattern, re.Pattern) or not isinstance(pattern.pattern, str):
                continue
            tried += 1
            for words in TO_MATCH:
                began = time.process_time()
                pattern.match(words[:5000])
                pattern.search(words[:5000])
                pattern.fullmatch(words[:5000])
                if time.process_time() - began > 0.5:
                    slow.append((path.name, name, words[:10]))
    assert tried > 30
    assert not slow


def test_what_a_spreadsheet_writes_is_told_quickly() -> None:
    began = time.process_time()
    for words in TO_MATCH:
        columns.cell_text(words)
        spreadsheets.why_spoilt(words)
        spreadsheets.lost_its_zero(words)
    assert time.process_time() - began < 2
