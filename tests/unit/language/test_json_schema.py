"""The language as JSON Schema: as committed, whole, and at one with the files that are shipped."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fingerpost.language.draft import LISTED, NAMED, WHOLE
from fingerpost.language.json_schema import TARGET, first_line, schemas
from fingerpost.language.read import Document, read, read_folder
from fingerpost.language.schema import IndicatorWords
from fingerpost.language.starter import FOLDER, starter
from fingerpost.language.vocabulary import SETS

PROJECT = Path(__file__).parents[3]
SCHEMAS = {name: json.loads(text) for name, text in schemas().items()}


def plain(value: Any) -> Any:
    """What was read, as JSON has it."""
    match value:
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case tuple():
            return [plain(inner) for inner in value]
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
    return value


def problems(name: str, text: str) -> list[str]:
    document = read(name, text)
    assert isinstance(document, Document)
    schema = SCHEMAS["instrument.json" if name.startswith("instruments/") else name.replace(".yaml", ".json")]
    return [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(plain(document.content))
    ]


def test_what_is_committed_is_up_to_date() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in TARGET.iterdir()}
    assert committed == schemas(), "Run python -m fingerpost.language.reference"


def test_each_file_of_a_contract_has_a_sound_schema() -> None:
    assert {name.replace(".json", ".yaml") for name in SCHEMAS} == {*WHOLE, *NAMED, *LISTED, "instrument.yaml"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("folder", [*sorted((PROJECT / "contracts").iterdir()), FOLDER], ids=lambda path: path.name)
def test_the_contracts_that_are_shipped_fit(folder: Path) -> None:
    for name, text in read_folder(folder).items():
        if name.endswith((".yaml", ".json")):
            assert not problems(name, text), name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "agreement.yaml",
            "key: a\nversion: 1\ntitle: A\nstart: 2010-04-01\njurisdiction: Essex\nreporting_year: financial",
        ),
        ("agreement.yaml", "key: a"),
        ("clauses.yaml", 'a: {printed: "1", gist: A., status: hoped}'),
        ("clauses.yaml", 'A: {printed: "1", gist: A., status: context}'),
        ("clocks.yaml", "a: {starts: opened_at, stps: closed_at}"),
        ("clocks.yaml", "values: {limit: [{value: 1}]}"),
        ("indicators.yaml", 'a: {clause: "1", title: A, where: {line: {at_lest: 1}}}'),
        ("examples.yaml", "- {clause: a, name: A}"),
    ],
)
def test_what_the_language_refuses_by_its_shape_the_schema_marks(name: str, text: str) -> None:
    assert problems(name, text)


def described(schema: Any) -> Iterator[tuple[str, str]]:
    """Every word with its description."""
    if isinstance(schema, dict):
        for word, inner in schema.get("properties", {}).items() if isinstance(schema.get("properties"), dict) else ():
            yield word, str(inner.get("description", ""))
        for inner in schema.values():
            yield from described(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from described(inner)


def test_words_are_explained_as_in_the_reference() -> None:
    told = set(described(SCHEMAS["indicators.json"]))
    for word, field in IndicatorWords.model_fields.items():
        assert (word, field.description) in told
    for name, schema in SCHEMAS.items():
        assert all(text for _, text in described(schema)), name


def test_what_the_product_has_is_offered() -> None:
    indicators = SCHEMAS["indicators.json"]["$defs"]
    assert indicators["offered_at_of"]["enum"] == sorted(SETS)
    assert indicators["Condition"]["properties"]["casework_sessions"]["description"]
    assert "keep_record" in SCHEMAS["roles.json"]["$defs"]["offered_at_can"]["enum"]
    assert "closed_at" in SCHEMAS["clocks.json"]["$defs"]["offered_at_stops"]["enum"]


def test_the_first_line_of_a_new_contract_leads_to_its_schema() -> None:
    for name, text in starter("small", today=date(2010, 5, 4)).items():
        assert text.startswith(f"# yaml-language-server: $schema=.schema/{name.replace('.yaml', '.json')}\n")
    assert first_line("instruments/scale.yaml") == "# yaml-language-server: $schema=../.schema/instrument.json\n"
