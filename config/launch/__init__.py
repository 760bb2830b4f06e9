"""What `start.py` does. Standard library only: this runs before anything is installed."""

import argparse
import os
import sys

from config import mail
from config.launch import environment, kit, serving, world
from config.launch.alone import in_turn
from config.launch.running import Fault

DEFAULT_PORT = 8000
TEST_OPTIONS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
SLOW_FOLDERS = ("tests/browser", "tests/load", "tests/startup")


def main(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 something failed and was explained, 130 interrupted."""
    serving.listen_for_stop()
    try:
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        return _run(_parser().parse_args(arguments))
    except Fault as fault:
        print(f"\n{fault}", file=sys.stderr)
        return 1
    except serving.Stop:
        print("\nStopped before it was done. Run the same command again: it goes on from there.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="start.py", description="Set Fingerpost up and run it.")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"where to serve (usually {DEFAULT_PORT})")
    parser.add_argument(
        "--empty", action="store_true", help="start without the demonstration, with a database for your own service"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("setup", help="stop after the set-up")
    actions.add_parser(
        "test", help="set up, then run the tests (--quick: no browser, no load); what follows goes to pytest"
    )
    actions.add_parser("stop", help="stop the database that a test or command left running")
    reset = actions.add_parser("reset", help="throw the demonstration away, so that the next start builds it anew")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("give a number from 1 to 65535")


def _run(arguments: argparse.Namespace) -> int:
    if not arguments.empty:
        os.environ.setdefault("FINGERPOST_DEMONSTRATION", "1")
    match arguments.action:
        case "setup":
            with in_turn():
                set_up()
                world.prepare()
            print("Ready. Run `python3 start.py` to use it, `python3 start.py test` or `.venv/bin/pytest` to test it.")
        case "stop":
            return world.stop()
        case "reset":
            with in_turn():
                set_up()
                return world.reset(sure=arguments.yes)
        case _:
            serve(arguments.port)
    return 0


def set_up() -> None:
    """The environment and the front end. Does nothing that is already done."""
    environment.ensure()
    kit.ensure()


def serve(port: int) -> None:
    serving.require_free(port)
    _speak_plainly(port)
    _require_mail()
    was_running = True
    try:
        with in_turn():
            set_up()
            was_running = world.is_running()
            world.prepare()
            world.ensure_demonstration()
        serving.serve(port)
    finally:
        if not was_running:
            world.stop(quietly=True)


def _speak_plainly(port: int) -> None:
    """On a machine of one's own, without a proxy in front: plain HTTP on this machine alone, and letters that are printed.

    A real installation says where people open it (FINGERPOST_HOSTS or FINGERPOST_ADDRESS), and is held to TLS and to a mail server.
    """
    if any(os.environ.get(name) for name in ("FINGERPOST_DEMONSTRATION", "FINGERPOST_HOSTS", "FINGERPOST_ADDRESS")):
        return
    os.environ.setdefault("FINGERPOST_INSECURE", "1")
    os.environ.setdefault("FINGERPOST_ADDRESS", f"http://localhost:{port}")
    if mail.carrier(os.environ) == mail.UNSET:
        os.environ["FINGERPOST_EMAIL_CARRIER"] = mail.PRINT
        print(
            "No mail server is named, so every letter waits on the page Work in the background for somebody to print it.\n"
            "To have them sent, set FINGERPOST_EMAIL_HOST and FINGERPOST_EMAIL_FROM (docs/how-to/deploy.md)."
        )


def _require_mail() -> None:
    try:
        mail.require(os.environ)
    except mail.NoCarrier as fault:
        raise Fault(str(fault)) from fault


def test(arguments: list[str]) -> int:
    with in_turn():
        set_up()
        world.start()
    if "--quick" in arguments:
        arguments = [argument for argument in arguments if argument != "--quick"]
        arguments += [f"--ignore={folder}" for folder in SLOW_FOLDERS]
    chosen = any(argument.startswith("-n") or "no:xdist" in argument for argument in arguments)
    return environment.python("-m", "pytest", *([] if chosen else TEST_OPTIONS), *arguments)
