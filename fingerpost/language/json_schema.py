"""The language as JSON Schema, one schema a file, so that an editor completes and explains words as they are typed.

They are made of the models that read the files, with the descriptions of the reference. `fingerpost check` knows more: a
schema says which words may stand where, not whether what they name is there.

`python -m fingerpost.language.reference` writes `docs/reference/schema/` with the reference.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DecimalSchema, IsInstanceSchema, PlainValidatorFunctionSchema

from fingerpost.language.conditions.tree import COMPARISONS
from fingerpost.language.draft import LISTED, NAMED, WHOLE, WITHOUT_VALUES
from fingerpost.language.offered import FACTS_OF, offered
from fingerpost.language.schema import InstrumentWords
from fingerpost.language.schema.base import Code, Comparing, SpellWords

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "schema"
FOLDER: Final = ".schema"
INSTRUMENT: Final = "instrument.yaml"
Schema = dict[str, Any]

_PLAIN_VALUES: Final[Schema] = {"type": ["string", "number", "boolean"]}
_BOUND: Final[Schema] = {"type": ["string", "number"]}


class _Generator(GenerateJsonSchema):
    """As pydantic writes them, with numbers as YAML has them and conditions left to be filled in."""

    def decimal_schema(self, schema: DecimalSchema) -> Schema:
        return {"type": "number"}

    def is_instance_schema(self, schema: IsInstanceSchema) -> Schema:
        return {"type": "number"}

    def function_plain_schema(self, schema: PlainValidatorFunctionSchema) -> Schema:
        return {"condition": True}  # `_tidy` puts the condition in its place


def schemas() -> dict[str, str]:
    """The text of every schema by file name: `agreement.json` is that of agreement.yaml, `instrument.json` of each instrument."""
    kinds: dict[str, Any] = {
        **WHOLE,
        **{file: dict[Code, model] for file, model in NAMED.items()},  # type: ignore[valid-type]
        **{file: tuple[model, ...] for file, model in LISTED.items()},  # type: ignore[valid-type]
        INSTRUMENT: InstrumentWords,
    }
    return {
        file.replace(".yaml", ".json"): json.dumps(_schema(file, kind), indent=1, ensure_ascii=False) + "\n"
        for file, kind in kinds.items()
    }


def first_line(file: str) -> str:
    """The line at the top of a file of a contract that tells an editor which schema is its own."""
    if file.startswith("instruments/"):
        return f"# yaml-language-server: $schema=../{FOLDER}/instrument.json\n"
    return f"# yaml-language-server: $schema={FOLDER}/{file.replace('.yaml', '.json')}\n"


def write(target: Path = TARGET) -> None:
    """Write every schema into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (target / name).write_text(text, encoding="utf-8")


def _schema(file: str, kind: Any) -> Schema:
    made = TypeAdapter(kind).json_schema(schema_generator=_Generator)
    inner = made.pop("$defs", {})
    if file not in WITHOUT_VALUES | LISTED.keys() | {INSTRUMENT}:
        made.setdefault("properties", {})["values"] = _values()
        inner["SpellWords"] = TypeAdapter(SpellWords).json_schema(schema_generator=_Generator)
    of = "instruments/" if file == INSTRUMENT else file
    words = offered(of)
    whole = _tidy({**made, "$defs": inner}, words)
    whole["$defs"] |= {_offered(word): {"enum": list(names)} for word, names in words.items()}
    if "#/$defs/Condition" in json.dumps(whole):
        whole["$defs"] |= _conditions(FACTS_OF.get(of, {}))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": of, **whole}


def _values() -> Schema:
    spells = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/SpellWords"}}
    said = "Dated values by name: thresholds, lengths and baselines, each a list of spells."
    return {"type": "object", "description": said, "additionalProperties": spells}


def _conditions(facts: Mapping[str, tuple[str, frozenset[str]]]) -> Schema:
    """What a condition may be: tests of facts by name, and those that hold others. The contract's own facts may stand too."""
    condition = {"$ref": "#/$defs/Condition"}
    several = {"type": "array", "minItems": 1, "items": condition}
    joined = {
        "all": {**several, "description": "Every one holds."},
        "any": {**several, "description": "At least one holds."},
        "not": {**condition, "description": "It does not hold."},
    }
    named = {name: _test(label, codes) for name, (label, codes) in facts.items()}
    bounds = {word: {**_BOUND, "description": Comparing.model_fields[word].description} for word in COMPARISONS}
    compared = {"type": "object", "minProperties": 1, "properties": bounds, "additionalProperties": False}
    one_of = {"type": "array", "minItems": 1, "items": _PLAIN_VALUES}
    return {
        "Condition": {
            "type": "object",
            "minProperties": 1,
            "description": "A condition: tests of facts, all of which must hold.",
            "properties": {**named, **joined},
            "additionalProperties": {"$ref": "#/$defs/Test"},
        },
        "Test": {"anyOf": [{"enum": ["known"]}, _PLAIN_VALUES, one_of, compared]},
    }


def _test(label: str, codes: Iterable[str]) -> Schema:
    test = {"$ref": "#/$defs/Test"}
    return {"description": label, "anyOf": [{"enum": sorted(codes)}, test]} if codes else {"description": label, **test}


def _tidy(schema: Any, words: Mapping[str, tuple[str, ...]]) -> Any:
    """Without what only Python needs, with the words that an editor may offer."""
    if isinstance(schema, list):
        return [_tidy(one, words) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _tidy(value, words) for key, value in schema.items() if not _is_for_python(key, value)}
    if kept.get("condition") is True:
        kept.pop("condition")
        kept["$ref"] = "#/$defs/Condition"
    _join(kept)
    _by_name(kept)
    for name in kept.get("properties", {}).keys() & words.keys():
        kept["properties"][name] = _offer(kept["properties"][name], name)
    return kept


def _is_for_python(key: str, value: Any) -> bool:
    """Titles and defaults of the models; but not the words title and default, which have a schema."""
    return key in ("title", "default", "discriminator") and not (isinstance(value, dict) and "description" in value)


def _join(schema: Schema) -> None:
    """Several shapes in one list, without the one for nothing: a word is left out instead."""
    shapes = [one for one in schema.pop("anyOf", schema.pop("oneOf", [])) if one != {"type": "null"}]
    if {"type": "number"} in shapes:
        shapes = [one for one in shapes if one != {"type": "integer"}]
    if len(shapes) == 1:
        schema |= {**shapes[0], **schema}
    elif shapes:
        schema["anyOf"] = shapes


def _by_name(schema: Schema) -> None:
    """Entries by name, beside which other words may stand: `values` is not an entry."""
    for pattern, entry in schema.pop("patternProperties", {}).items():
        schema["propertyNames"], schema["additionalProperties"] = {"pattern": pattern}, entry


def _offer(schema: Schema, word: str) -> Schema:
    """The schema of a word, with what may be chosen where it is one name or a list of them; other names stay allowed."""
    if schema.get("type") == "string":
        named = {key: schema.pop(key) for key in ("type", "pattern", "minLength") if key in schema}
        return {**schema, "anyOf": [{"$ref": f"#/$defs/{_offered(word)}"}, named]}
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": _offer(schema["items"], word)}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_offer(one, word) for one in schema["anyOf"]]}
    return schema


def _offered(word: str) -> str:
    return f"offered_at_{word}"
