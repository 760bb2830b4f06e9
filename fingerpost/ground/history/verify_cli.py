"""Look whether history and the access log are as they were written.

Each line that is settled lies under a seal, and each seal under the next. Write down the hash that this prints, somewhere else:
with --anchor it says whether everything up to there is still the same.
"""

import argparse
import sys

from django.utils import timezone

from fingerpost.ground.history import sealing

DONE, NO = 0, 1
SAID_AT_MOST = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--anchor", metavar="HASH", help="a hash that an earlier run, or a backup, has written down")


def run(arguments: argparse.Namespace) -> int:
    sealing.seal(timezone.now())
    found = list(sealing.faults())
    if arguments.anchor and not sealing.has(arguments.anchor):
        found.append(
            "No seal has the hash that was written down: history was put in the place of another, or cut short."
        )
    for fault in found[:SAID_AT_MOST]:
        print(fault, file=sys.stderr)
    if len(found) > SAID_AT_MOST:
        print(f"And {len(found) - SAID_AT_MOST} more.", file=sys.stderr)
    held = sealing.sealed()
    if not found:
        print(f"{held.lines:,} lines under {held.seals:,} seals are as they were written.")
    if held.waiting:
        print(f"{held.waiting:,} lines wait for their seal until an act that is under way has ended.")
    print(f"Last seal: {held.last or 'none yet'}")
    return NO if found else DONE
