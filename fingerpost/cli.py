"""`fingerpost` on the command line.

Each command is a module of its own, on the floor that owns the work, found only when it is asked for:

    def add_arguments(parser: argparse.ArgumentParser) -> None
    def run(arguments: argparse.Namespace) -> int

`run` prints what a person (or with `--json` a program) reads on standard output, complaints on standard error, and
returns an exit code. Django is set up before the module is imported, except for a command that stands `alone`. A `Refused` or
`Unusable` that it lets through is printed as its message alone.

Exit codes: 0 done, 1 the answer is no (faults found, rows refused), 2 used wrongly, 3 the database or a program that is
needed cannot be had, 130 interrupted. Every command may be run twice.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

DONE, NO, WRONG_USE, CANNOT, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True)
class Command:
    """One word after `fingerpost`, and the module that carries it out. `alone`: it needs no database, and answers at once."""

    module: str
    summary: str
    alone: bool = False


COMMANDS = {
    "new": Command(
        "fingerpost.agreements.contracts.cli.new", "write the folder of a small contract to begin from", alone=True
    ),
    "check": Command(
        "fingerpost.agreements.contracts.cli.check", "find every fault in a contract's folder", alone=True
    ),
    "adopt": Command("fingerpost.agreements.contracts.cli.adopt", "pin a contract's folder as a version in force"),
    "schema": Command(
        "fingerpost.agreements.contracts.cli.schema", "write what an editor needs to complete words", alone=True
    ),
    "user": Command("fingerpost.agreements.contracts.cli.user", "add people, list them, or let the first one in"),
    "grant": Command("fingerpost.agreements.contracts.cli.grant", "give somebody a role, or withdraw one"),
    "import": Command("fingerpost.exchange.imports.cli", "read a file, or a folder of all files, into a service"),
    "export": Command(
        "fingerpost.exchange.imports.export_cli", "write a service's records as a folder to import again"
    ),
    "figures": Command("fingerpost.proof.measures.cli", "work out a service's indicators at a day"),
    "pack": Command("fingerpost.exchange.exports.cli", "assemble a return, and write it as PDF and Excel"),
    "verify": Command("fingerpost.ground.history.verify_cli", "look whether history is as it was written"),
    "backup": Command("config.backup.save", "write the whole database and its files into one file"),
    "restore": Command("config.backup.restore", "put a backup back, checked before anything is replaced"),
    "bench": Command("fingerpost.demo.bench", "measure speed against limits taken in the same run"),
}
MANAGE = "manage"
AS_OWNER = {
    "migrate",
    "createcachetable",
    "flush",
    "pgtrigger",
    "dbshell",
    "build_demo",
}  # what changes or empties tables
EXIT_CODES = (
    "Exit codes: 0 done, 1 the answer is no, 2 used wrongly, 3 something needed cannot be had, 130 interrupted."
)


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    parser = _parser()
    chosen = arguments[0] if arguments else ""
    if chosen == MANAGE:
        return _manage(arguments[1:])
    if chosen not in COMMANDS:
        parser.parse_args(arguments)  # prints help, the version, or what is wrong
        parser.print_help()
        return WRONG_USE
    return _guarded(chosen, arguments[1:])


def _parser() -> argparse.ArgumentParser:
    from fingerpost import __version__

    lines = [f"  {name:9} {command.summary}" for name, command in COMMANDS.items()]
    lines.append(f"  {MANAGE:9} Django's own commands (fingerpost manage help)")
    parser = argparse.ArgumentParser(
        prog="fingerpost",
        usage="fingerpost COMMAND [ARGUMENTS]",
        description="A service specification goes in; a running, evidenced service comes out.\n\nCommands:\n"
        + "\n".join(lines)
        + "\n\n`fingerpost COMMAND --help` explains one.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Fingerpost {__version__}")
    parser.add_argument("command", metavar="COMMAND", nargs="?", choices=[*COMMANDS, MANAGE], help=argparse.SUPPRESS)
    return parser


def _guarded(name: str, arguments: list[str]) -> int:
    """Run one command; whatever stops it is said in a line, without a traceback, unless it is our own mistake."""
    try:
        return _alone(name, arguments) if COMMANDS[name].alone else _carry_out(name, arguments)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has read enough. Python must not complain about it again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _alone(name: str, arguments: list[str]) -> int:
    """Run a command that reads and writes files only. Loading Django would take many times as long as the work."""
    from fingerpost.language.faults import Unusable

    module = import_module(COMMANDS[name].module)
    try:
        return int(module.run(_read(name, module, arguments)))
    except Unusable as fault:
        print(fault, file=sys.stderr)
        return NO


def _read(name: str, module: ModuleType, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"fingerpost {name}", description=_described(COMMANDS[name], module))
    parser.epilog = EXIT_CODES
    module.add_arguments(parser)
    return parser.parse_args(arguments)


def _carry_out(name: str, arguments: list[str]) -> int:
    import django.db
    import psycopg
    from django.core.exceptions import ImproperlyConfigured

    try:
        module = _load(COMMANDS[name].module)
        if module is None:
            print(f"`fingerpost {name}` is not part of this installation.", file=sys.stderr)
            return CANNOT
        return _answered(module, _read(name, module, arguments))
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
    except (django.db.OperationalError, psycopg.OperationalError) as fault:
        print(f"The database did not do what was asked: {fault}", file=sys.stderr)
    return CANNOT


def _answered(module: ModuleType, arguments: argparse.Namespace) -> int:
    from fingerpost.ground.access.command import Refused
    from fingerpost.ground.history.sight import seeing_everything
    from fingerpost.language.faults import Unusable

    try:
        with seeing_everything(why="whoever has the machine's command line has the database as well"):
            return int(module.run(arguments))
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return NO
    except Unusable as fault:
        print(fault, file=sys.stderr)
        return NO


def _load(name: str) -> ModuleType | None:
    """The command's module with Django ready for it; None when its floor is not here."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        missing = find_spec(name) is None
    except ModuleNotFoundError:
        missing = True
    return None if missing else import_module(name)


def _described(command: Command, module: ModuleType) -> str:
    opening = (module.__doc__ or "").strip().split("\n\n")[0]
    return opening or f"{command.summary[0].upper()}{command.summary[1:]}."


def _manage(arguments: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if arguments[:1] and arguments[0] in AS_OWNER:
        os.environ["FINGERPOST_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(["fingerpost manage", *arguments])
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        return CANNOT
    return DONE
