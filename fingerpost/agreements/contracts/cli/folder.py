"""Reading a contract's folder for the command line."""

from pathlib import Path

from fingerpost.language.faults import Unusable
from fingerpost.language.read import read_folder


def sources_of(folder: Path) -> dict[str, str]:
    """The folder's texts by file name. Raises Unusable where there is none, or a file is not UTF-8."""
    try:
        sources = read_folder(folder)
    except FileNotFoundError as fault:
        raise Unusable(f"{fault}. Give the folder that holds agreement.yaml.") from fault
    if "agreement.yaml" not in sources:
        raise Unusable(f"{folder} holds no agreement.yaml, so it is not a contract's folder.")
    return sources
