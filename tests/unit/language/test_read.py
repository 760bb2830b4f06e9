"""Files are read plainly, and every fault has its place."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fingerpost.language import contract_hash, read_folder
from fingerpost.language.faults import Fault
from fingerpost.language.read import LARGEST_FILE, Document, read


def document(text: str) -> Document:
    found = read("a.yaml", text)
    assert isinstance(found, Document), found
    return found


def test_words_numbers_days_and_times_are_what_they_look_like() -> None:
    found = document('{a: 12, b: 1.50, c: 2010-04-01, d: 2016-03-24T10:00, e: "2.10", f: two words, g: true, h: }')
    assert found.content == {
        "a": 12,
        "b": Decimal("1.50"),
        "c": date(2010, 4, 1),
        "d": datetime(2016, 3, 24, 10, 0),
        "e": "2.10",
        "f": "two words",
        "g": True,
        "h": None,
    }


def test_every_word_keeps_its_line() -> None:
    found = document("first:\n  second:\n    - third: 4\n")
    assert found.mark(("first", "second", 0, "third")) == (3, 14)
    assert found.mark(("first", "second", 0, "third"), key=True) == (3, 7)
    assert found.mark(("first", "nowhere")) == (2, 3)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\na: 2", 2, "a stands here twice"),
        ("a: yes", 1, "A bare yes can be misread"),
        ("on: 1", 1, "A bare on is read as true or false"),
        ("a: &x 1\nb: *x", 1, "&x names a place"),
        ("a: 1\nb: *x", 2, "refers to words elsewhere"),
        ("a: !!str 1", 1, "is a tag"),
        ("a: !python/object:os.system x", 1, "is a tag"),
        ("<<: {a: 1}", 1, "Merge keys are not read"),
        ("a: [1", 1, "cannot be read"),
        ("a: 2010-02-30", 1, "not a day of the calendar"),
        ("a: 1\n---\nb: 2", 3, "A second document"),
        ("? [a]\n: 1", 1, "A key must be one word"),
        ("a: '\x07'", 0, "cannot be read"),
        ("[" * 60 + "]" * 60, 1, "nested too deep"),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, line: int, said: str) -> None:
    found = read("a.yaml", text)
    assert isinstance(found, Fault)
    assert (found.file, found.line) == ("a.yaml", line)
    assert said in found.message
    assert found.advice


def test_a_file_that_is_too_large_is_refused() -> None:
    found = read("a.yaml", "a: " + "x" * LARGEST_FILE)
    assert isinstance(found, Fault)
    assert "characters" in found.message


def test_quoted_traps_are_plain_words() -> None:
    assert document('{a: "yes", "on": 1}').content == {"a": "yes", "on": 1}


def test_json_is_read_too_and_a_double_key_refused() -> None:
    assert document('{"a": [1, 2]}').content == {"a": (1, 2)}
    assert isinstance(read("a.json", '{"a": 1, "a": 2}'), Fault)


def test_a_folder_is_read_by_name_and_hashed_whatever_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "agreement.yaml").write_bytes(b"a: 1\r\nb: 2\r\n")
    (tmp_path / "instruments" / "scale.yaml").write_text("key: scale\n")
    (tmp_path / "notes.txt").write_text("not read")
    (tmp_path / ".schema").mkdir()
    (tmp_path / ".schema" / "agreement.json").write_text("{}")
    sources = read_folder(tmp_path)
    assert sorted(sources) == ["agreement.yaml", "instruments/scale.yaml"]
    unix = {name: text.replace("\r\n", "\n") for name, text in sources.items()}
    assert contract_hash(sources) == contract_hash(unix)
    assert contract_hash(sources) != contract_hash({**sources, "agreement.yaml": "a: 1\nb: 3\n"})


def test_names_and_texts_cannot_be_taken_for_each_other() -> None:
    assert contract_hash({"a": "bc"}) != contract_hash({"ab": "c"})
