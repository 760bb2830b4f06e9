"""The web server, the worker and the database, side by side until somebody says stop."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from types import FrameType

from config import cluster
from config.launch import environment, world
from config.launch.keeping_up import Database, Part, end, say
from config.launch.running import PROJECT, Fault

HOST = "127.0.0.1"
STARTING_PATIENCE = 30
LOOK_EVERY = 0.2
WEB_SERVERS = 2


class Stop(BaseException):
    """Somebody asked us to stop."""


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            raise Fault(
                f"Port {port} cannot be used: {(fault.strerror or 'busy').lower()}. Is Fingerpost running already?\n"
                f"Stop what uses it, or choose another: python3 start.py --port {port + 1 if port < 65535 else 8001}"
            ) from fault


def serve(port: int) -> None:
    """Run until Stop, then stop all cleanly. Whatever ends by itself meanwhile is started again and said so."""
    require_free(port)
    # They share the port, so that one that ends leaves the other to answer while it is started again.
    web = [Part(f"web server {number}", _web(port)) for number in range(1, WEB_SERVERS + 1)]
    worker = Part("worker", _worker(), stdout=subprocess.DEVNULL)
    database: list[Part | Database] = (
        [] if os.environ.get("DATABASE_URL") else [Database(cluster.is_running, world.start_database)]
    )
    try:
        for part in web:
            part.begin()
        _wait_for_answer(port, web)
        _welcome(port)
        # Second, because a person waits for the first page and nobody waits for the first job.
        worker.begin()
        while True:
            for one in [*database, *web, worker]:
                one.look()
            time.sleep(LOOK_EVERY)
    except Stop:
        print("\nStopping …", end=" ", flush=True)
    finally:
        end((*web, worker))
    print("stopped.")


def listen_for_stop() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise Stop, once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _asked_to_stop)


def _web(port: int) -> list[str]:
    return [str(environment.PYTHON), "-m", "config.web", "--port", str(port)]


def _worker() -> list[str]:
    return [str(environment.PYTHON), "-m", "fingerpost", "manage", "worker"]


def _wait_for_answer(port: int, web: list[Part]) -> None:
    """Until the first page answers. It is never given up: what is wrong stands on the console, and may be mended meanwhile."""
    told_at = time.monotonic()
    while not _answers(port):
        for part in web:
            part.look()
        if time.monotonic() - told_at > STARTING_PATIENCE:
            say(f"The web server has not answered for {STARTING_PATIENCE} seconds. It is still being tried.")
            told_at = time.monotonic()
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=10)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _asked_to_stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Stop


def _welcome(port: int) -> None:
    address = f"http://localhost:{port}"
    print(f"\nFingerpost is running at {address}")
    if os.environ.get("FINGERPOST_DEMONSTRATION") == "1":
        print(f"To sign in, open {address}/demonstration/ and choose who to be: no password is needed.")
    else:
        _say_how_to_begin(address)
    print("Press Ctrl-C to stop.", flush=True)


def _say_how_to_begin(address: str) -> None:
    """Where nobody administers yet, an address that works once; elsewhere nothing."""
    made = subprocess.run(
        [str(environment.PYTHON), "-m", "fingerpost", "user", "first", "--address", _public_address(address)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode == 0:
        print(f"\n{made.stdout.strip()}\n")


def _public_address(local: str) -> str:
    return os.environ.get("FINGERPOST_ADDRESS", "").rstrip("/") or local
