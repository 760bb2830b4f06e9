"""The web server and the worker, side by side until one ends or somebody says stop."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from types import FrameType

from config.launch import environment
from config.launch.running import PROJECT, Fault

HOST = "127.0.0.1"
STARTING_PATIENCE = 30
STOPPING_PATIENCE = 10
WEB_PROCESSES, THREADS_EACH = "2", "4"


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
    """Run until Stop, then stop both cleanly. Raises Fault when one of them ends by itself."""
    require_free(port)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        running["web server"] = _begin(_web(port))
        _wait_for_answer(port, running)
        _welcome(port)
        # Second, because a person waits for the first page and nobody waits for the first job.
        running["worker"] = _begin(_worker(), stdout=subprocess.DEVNULL)
        _watch(running)
    except Stop:
        print("\nStopping …", end=" ", flush=True)
    finally:
        _end(running.values())
    print("stopped.")


def listen_for_stop() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise Stop, once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _asked_to_stop)


def _web(port: int) -> list[str]:
    return [
        str(environment.PYTHON), "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", WEB_PROCESSES, "--blocking-threads", THREADS_EACH, "--no-ws", "--log-level", "warning",
        "--workers-kill-timeout", "5", "config.wsgi:application",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [str(environment.PYTHON), "-m", "fingerpost", "manage", "worker"]


def _begin(argv: list[str], stdout: int | None = None) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we stop the rest in order.
    return subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True)


def _wait_for_answer(port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + STARTING_PATIENCE
    while time.monotonic() < end:
        _require_alive(running)
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=10)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Fault(f"The web server did not answer within {STARTING_PATIENCE} seconds. What it said stands above.")


def _require_alive(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise Fault(f"The {name} ended by itself (exit code {process.returncode}). What it said stands above.")


def _watch(running: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        _require_alive(running)
        time.sleep(0.5)


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    started = list(processes)
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(STOPPING_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _asked_to_stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Stop


def _welcome(port: int) -> None:
    address = f"http://localhost:{port}"
    print(f"\nFingerpost is running at {address}")
    if os.environ.get("FINGERPOST_DEMONSTRATION") == "1":
        print(f"To sign in, open {address}/demonstration/ and choose who to be: no password is needed.")
    else:
        print("To make the first person who can sign in, run: .venv/bin/fingerpost manage createsuperuser")
    print("Press Ctrl-C to stop.", flush=True)
