#!/usr/bin/env python3
"""Set Fingerpost up and run it, on a machine that has Python 3.11 or newer and a package index.

    python3 start.py               set up, build the demonstration, serve it
    python3 start.py setup         stop after the set-up
    python3 start.py test [ARGS]   set up, then run the tests; ARGS go to pytest, --quick leaves out the slow folders
    python3 start.py stop          stop the database
    python3 start.py reset         throw the demonstration away, so that the next start builds it anew

Old Pythons must be able to read this file, to be told what they lack; everything else stands in config/launch.
"""

import sys

OLDEST = (3, 11)


def complaint(major: int, minor: int) -> str:
    """What to tell a Python that is too old; empty when it is not."""
    if (major, minor) >= OLDEST:
        return ""
    return (
        "Fingerpost needs Python %d.%d or newer; this is Python %d.%d.\n"
        "Install a newer Python and run it by name, for example: python3.12 start.py" % (OLDEST + (major, minor))
    )


if __name__ == "__main__":
    if complaint(*sys.version_info[:2]):
        sys.exit(complaint(*sys.version_info[:2]))

    from config.launch import main

    sys.exit(main(sys.argv[1:]))
