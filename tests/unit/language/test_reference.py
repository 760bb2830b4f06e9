"""The reference of the language is what the models say."""

from fingerpost.language.reference import TARGET, reference
from fingerpost.language.schema.indicators import IndicatorWords


def test_the_reference_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "Run python -m fingerpost.language.reference"


def test_the_reference_names_every_word_of_an_indicator() -> None:
    page = reference()
    for name, field in IndicatorWords.model_fields.items():
        assert f"| `{name}` |" in page
        assert field.description
