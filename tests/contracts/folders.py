"""The contract folders of this repository, each loaded once."""

from functools import cache
from pathlib import Path

from fingerpost.language.compile import load
from fingerpost.language.contract import Contract
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY

CONTRACTS = Path(__file__).parents[2] / "contracts"
KEYS = sorted(folder.name for folder in CONTRACTS.iterdir() if (folder / "agreement.yaml").exists())


@cache
def contract(key: str) -> Contract:
    """The contract of this folder."""
    return load(read_folder(CONTRACTS / key), VOCABULARY)
