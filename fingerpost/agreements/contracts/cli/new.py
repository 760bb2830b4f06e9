"""Write the folder of a new contract: small, sound, and ready to be changed.

Nothing is adopted and no database is asked. The folder must not be there yet.
"""

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from fingerpost.language.faults import Unusable
from fingerpost.language.json_schema import FOLDER, schemas
from fingerpost.language.starter import is_key, starter

DONE = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="what the service is called in files and addresses: young_carers")
    parser.add_argument(
        "--in",
        dest="parent",
        type=Path,
        default=Path("contracts"),
        metavar="FOLDER",
        help="the folder in which to make it; contracts as a rule",
    )


def run(arguments: argparse.Namespace) -> int:
    key, folder = arguments.key, arguments.parent / arguments.key
    if not is_key(key):
        raise Unusable(
            f"{key} cannot be the key of a service. Use up to forty small letters, figures and underscores, "
            "beginning with a letter: young_carers."
        )
    if folder.exists():
        raise Unusable(f"{folder} is there already. Choose another key, or change the files that are there.")
    files = starter(key, today=datetime.now(UTC).date())
    try:
        _write(folder, {**files, **{f"{FOLDER}/{name}": text for name, text in schemas().items()}})
    except OSError as fault:
        raise Unusable(f"{folder} could not be written: {fault.strerror}. Choose another place with --in.") from fault
    _say(folder, files)
    return DONE


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files or none: they are written beside, and then given their name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}_", dir=folder.parent))
    try:
        for name, text in files.items():
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text(text, encoding="utf-8")
        made.chmod(0o755)  # what is made for the time being is nobody else's to read
        made.rename(folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _say(folder: Path, files: dict[str, str]) -> None:
    lines = [line for text in files.values() for line in text.splitlines() if not line.startswith("#")]
    print(f"{folder} is written: {len(files)} files, {len(lines)} lines. Editors find the schema of each in {FOLDER}/.")
    print()
    print("What to do next:")
    print("1. Put the parties, the term and the areas into agreement.yaml and areas.yaml.")
    print(
        "2. Write each duty of your agreement into clauses.yaml, and its rule or figure into the file that it belongs to."
    )
    print(f"3. fingerpost check {folder}    names every fault and runs the examples.")
    print(f"4. fingerpost adopt {folder}    puts the contract in force.")
    print("5. Add people and give them roles: at the pages under Set up, or with fingerpost user and fingerpost grant.")
