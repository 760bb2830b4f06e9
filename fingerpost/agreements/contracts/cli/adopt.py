"""Pin a contract's folder as a version in force, once it has no errors.

The same files twice change nothing. A changed contract needs a higher `version` in agreement.yaml and a day to begin.
"""

import argparse
from datetime import date
from pathlib import Path

from django.utils import timezone

from fingerpost.agreements.contracts import commands
from fingerpost.agreements.contracts.cli.folder import sources_of
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


def run(arguments: argparse.Namespace) -> int:
    sources = sources_of(arguments.folder)
    at = timezone.now()
    try:
        version = commands.adopt(
            Actor.system("Command line"), PLATFORM, sources=sources, in_force_from=arguments.in_force_from, at=at
        )
    except commands.ContractRefused as refusal:
        for fault in refusal.faults:
            if fault.severity is Severity.ERROR:
                print(fault)
        print("Nothing was adopted.")
        return NO
    known = version.adopted_at != at
    said = "was adopted before, nothing changed" if known else "is adopted"
    print(
        f"{version.agreement.key} version {version.number} {said}. It holds from {day_in_words(version.in_force_from)}."
    )
    print(f"Hash {version.hash}")
    return DONE
