"""Write the schemas of a contract's files beside them, so that an editor completes and explains words as they are typed.

They lie in `.schema/`, which is no part of the contract: adopting leaves it out. Run it again after an upgrade.
"""

import argparse
from pathlib import Path

from fingerpost.agreements.contracts.cli.folder import sources_of
from fingerpost.language.faults import Unusable
from fingerpost.language.json_schema import FOLDER, first_line, schemas, write

DONE = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", nargs="?", default=Path(), help="the contract's folder; where you are"
    )


def run(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    sources = sources_of(folder)
    try:
        write(folder / FOLDER)
    except OSError as fault:
        raise Unusable(
            f"{folder / FOLDER} could not be written: {fault.strerror}. Make the folder writable."
        ) from fault
    print(f"{len(schemas())} schemas are written to {folder / FOLDER}.")
    for name, text in sources.items():
        if name.endswith(".yaml") and not text.startswith(first_line(name)):
            print(f"Put this first in {name}: {first_line(name).strip()}")
    return DONE
