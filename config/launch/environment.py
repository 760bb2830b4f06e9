"""The Python environment in `.venv`, exactly what `requirements.lock` pins."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from config.launch.running import PROJECT, Fault, explain, run, step

ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = PROJECT / "requirements.lock"
STAMP = ENVIRONMENT / "finished"  # inside, so that it goes when the environment goes
ROOM = 2 * 1024**3
STOPPING_PATIENCE = 15


def ensure() -> None:
    """Make `.venv`, or make it again when the lock, the Python or the folder changed or the last try did not finish."""
    if sys.platform == "win32":
        raise Fault("Fingerpost runs on Linux and macOS. On Windows, use it inside WSL (Windows Subsystem for Linux).")
    wanted = _identity()
    if _is_finished(wanted):
        return
    _require_room()
    if ENVIRONMENT.exists():
        print("The environment in .venv is out of date or was not finished; making it again.")
    with step("Python environment (a minute the first time)"):
        STAMP.unlink(missing_ok=True)
        _install()
        _add_project()
        STAMP.write_text(wanted)


def python(*arguments: str) -> int:
    """Run the environment's Python in the foreground; returns its exit code. Stopping us stops it, and waits for it."""
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=PROJECT)
    try:
        return process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOPPING_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def _identity() -> str:
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{lock}\n{sys.version_info.major}.{sys.version_info.minor}\n{PROJECT}\n"


def _is_finished(wanted: str) -> bool:
    try:
        return STAMP.read_text() == wanted and PYTHON.exists()
    except OSError:
        return False


def _require_room() -> None:
    free = shutil.disk_usage(PROJECT).free
    if free < ROOM and not PYTHON.exists():
        raise Fault(
            f"The disk that holds {PROJECT} has {free // 1024**2} MB free; "
            f"the environment needs about {ROOM // 1024**2} MB.\n"
            "Make room and run this again."
        )


def _install() -> None:
    """With uv where there is one, because it is several times quicker; pip otherwise, or when uv cannot."""
    uv = shutil.which("uv")
    if uv and _uv_installs(uv):
        return
    _make_empty()
    run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(LOCK)],
        failing="The packages could not be installed.",
        environment={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"},
    )


def _uv_installs(uv: str) -> bool:
    try:
        _make_empty("--without-pip")
        run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--no-deps",
                "--python",
                str(PYTHON),
                "-r",
                str(LOCK),
            ],
            failing="uv could not install the packages.",
        )
    except Fault as fault:
        if "disk is full" in str(fault):
            raise
        return False
    return True


def _make_empty(*options: str) -> None:
    base = getattr(sys, "_base_executable", "") or sys.executable
    answer = subprocess.run(
        [base, "-m", "venv", "--clear", *options, str(ENVIRONMENT)], capture_output=True, text=True, check=False
    )
    if answer.returncode == 0:
        return
    said = answer.stdout + answer.stderr
    if "ensurepip" in said:
        raise Fault(
            "This Python cannot make environments: its venv package is missing.\n"
            f"Install it (on Debian or Ubuntu: apt install python3-venv) and run this again.{os.linesep}"
        )
    raise Fault(explain("The environment could not be made.", said))


def _add_project() -> None:
    """Let the environment find this project, and put `fingerpost` beside `python` in it."""
    packages = next((ENVIRONMENT / "lib").glob("python*/site-packages"))
    (packages / "fingerpost.pth").write_text(f"{PROJECT}\n")
    command = ENVIRONMENT / "bin" / "fingerpost"
    command.write_text(f'#!/bin/sh\nexec {_shell(PYTHON)} -m fingerpost "$@"\n')
    command.chmod(0o755)


def _shell(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"
