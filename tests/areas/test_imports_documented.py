"""What docs/data-in.md says of lists is what the importer takes."""

from pathlib import Path

from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.kinds.base import LINE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-in.md").read_text()


def test_every_kind_and_column_is_on_the_page() -> None:
    for name, kind in KINDS.items():
        section = PAGE.partition(f"(`{name}`)")[2].partition("\n## ")[0]
        assert section, f"{name} has no section"
        for column in kind.columns:
            assert column.name in section, f"{name}: {column.name} is not described"


def test_no_two_columns_of_a_kind_share_a_heading() -> None:
    for kind in KINDS.values():
        spellings = [word for column in kind.columns for word in column.spellings]
        assert len(spellings) == len(set(spellings)), kind.name
        assert LINE not in {column.key for column in kind.columns}, (
            f"{kind.name}: rows keep the number of their line there"
        )
