"""Pin a contract's folder as a version in force, once it has no errors and its examples hold.

The same files twice change nothing. A changed contract needs a higher `version` in agreement.yaml and a day to begin. With
`--dry-run` it says what would change, and writes nothing.
"""

import argparse
from datetime import date
from pathlib import Path

from django.utils import timezone

from fingerpost.agreements.contracts import commands, comparing
from fingerpost.agreements.contracts.cli.changes import changes_in_words
from fingerpost.agreements.contracts.cli.folder import sources_of
from fingerpost.agreements.contracts.models import Version
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.language.faults import Severity

DONE, NO = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the contract's folder")
    parser.add_argument(
        "--from",
        dest="in_force_from",
        type=date.fromisoformat,
        metavar="DATE",
        help="the day from which it holds (2010-04-01); usually the agreement's first day",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")


def run(arguments: argparse.Namespace) -> int:
    sources = sources_of(arguments.folder)
    act = comparing.rehearse if arguments.dry_run else comparing.adopt
    try:
        adopted = act(
            Actor.system("Command line"),
            PLATFORM,
            sources=sources,
            in_force_from=arguments.in_force_from,
            at=timezone.now(),
        )
    except commands.ContractRefused as refusal:
        for fault in refusal.faults:
            if fault.severity is Severity.ERROR:
                print(fault)
        print("Nothing was adopted.")
        return NO
    except commands.ExamplesFail as refusal:
        for result in refusal.failed:
            print(f"fails: {', '.join(result.clauses)}: {result.name}: {'; '.join(result.problems)}")
        print("Nothing was adopted. Put the rules or the examples right, and try again.")
        return NO
    _say(adopted, arguments)
    return DONE


def _say(adopted: comparing.Adopted, arguments: argparse.Namespace) -> None:
    version, changes = adopted.version, adopted.changes
    if changes is None:
        print(f"{_named(version)} was adopted before, nothing changed. {_from(version)}")
    elif arguments.dry_run:
        print(f"{_named(version)} would be adopted. {_from(version)}")
    else:
        print(f"{_named(version)} is adopted. {_from(version)}")
    for line in changes_in_words(changes) if changes else ():
        print(line)
    if arguments.dry_run:
        print("Nothing was written. Leave out --dry-run to adopt it.")
    else:
        print(f"Hash {version.hash}")


def _named(version: Version) -> str:
    return f"{version.agreement.key} version {version.number}"


def _from(version: Version) -> str:
    return f"It holds from {day_in_words(version.in_force_from)}."
