"""start.py: each failure says what happened and what to do, and what was half done is done again."""

import ast
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import start
from config import cluster, launch, template
from config.launch import environment, kit, running, serving

PROJECT = cluster.PROJECT
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((serving.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((serving.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment elsewhere, so that this project's own stays as it is."""
    folder = tmp_path / "an environment"
    monkeypatch.setattr(environment, "ENVIRONMENT", folder)
    monkeypatch.setattr(environment, "PYTHON", folder / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", folder / "finished")
    return folder


def start_py(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "start.py", *arguments],
        cwd=PROJECT,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# --- the wrong Python ---


def test_an_old_python_is_told_what_is_needed() -> None:
    assert "needs Python 3.11 or newer; this is Python 3.9" in start.complaint(3, 9)
    assert start.complaint(3, 11) == ""
    assert start.complaint(4, 0) == ""


def test_an_old_python_can_read_the_file_that_tells_it() -> None:
    ast.parse((PROJECT / "start.py").read_text(), feature_version=(3, 6))


# --- a busy port ---


def test_a_busy_port_is_named_with_the_flag_that_helps(taken_port: int) -> None:
    answer = start_py("--port", str(taken_port))
    assert answer.returncode == 1
    assert f"Port {taken_port} cannot be used" in answer.stderr
    assert f"python3 start.py --port {taken_port + 1}" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_that_cannot_be_is_refused() -> None:
    answer = start_py("--port", "99999")
    assert answer.returncode == 2
    assert "a number from 1 to 65535" in answer.stderr


# --- an environment that was not finished ---


def test_an_environment_is_finished_only_when_its_last_step_was(
    another_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_off() -> None:
        (another_environment / "bin").mkdir(parents=True)
        (another_environment / "bin" / "python").touch()
        raise KeyboardInterrupt

    def whole() -> None:
        (another_environment / "lib" / "python3.11" / "site-packages").mkdir(parents=True)

    monkeypatch.setattr(environment, "_install", broken_off)
    with pytest.raises(KeyboardInterrupt):
        environment.ensure()
    assert not environment.STAMP.exists()

    monkeypatch.setattr(environment, "_install", whole)
    environment.ensure()
    assert "was not finished; making it again" in capsys.readouterr().out
    assert environment.STAMP.exists()

    monkeypatch.setattr(environment, "_install", lambda: pytest.fail("made again without a reason"))
    environment.ensure()


def test_a_changed_lock_makes_the_environment_again(
    another_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1\n")
    monkeypatch.setattr(environment, "LOCK", lock)
    before = environment._identity()
    lock.write_text("one==2\n")
    assert environment._identity() != before
    assert hashlib.sha256(b"one==2\n").hexdigest() in environment._identity()


def test_the_command_works_from_a_folder_with_spaces(another_environment: Path) -> None:
    (another_environment / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (another_environment / "bin").mkdir()
    (another_environment / "bin" / "python").symlink_to(sys.executable)
    environment._add_project()
    answer = subprocess.run(
        [str(another_environment / "bin" / "fingerpost"), "--version"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.startswith("Fingerpost "), answer.stderr


# --- what other programs complain of ---


def test_a_package_index_that_does_not_answer(tmp_path: Path) -> None:
    # An environment that uv made has no pip; the Python it was made from has.
    outside = getattr(sys, "_base_executable", sys.executable)
    pip = [outside, "-m", "pip", "download", "--no-deps", "--dest", str(tmp_path), "fingerpost-absent==1"]
    nowhere = ["--isolated", "--index-url", "http://127.0.0.1:9/simple", "--retries", "0", "--timeout", "2"]
    with pytest.raises(running.Fault) as caught:
        running.run([*pip, *nowhere], failing="The packages could not be installed.")
    assert "The package index did not answer" in str(caught.value)
    assert "PIP_INDEX_URL" in str(caught.value)


def test_a_disk_that_fills_up() -> None:
    with pytest.raises(running.Fault, match="The disk is full") as caught:
        running.run(["sh", "-c", "cat /etc/hostname > /dev/full"], failing="The front end could not be built.")
    assert "goes on from there" in str(caught.value)


def test_a_disk_too_full_to_begin_with(another_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: Usage(100, 99, 50 * 1024**2))
    with pytest.raises(running.Fault, match=r"50 MB free; the environment needs about 2048 MB"):
        environment.ensure()


def test_a_package_that_is_not_the_locked_one() -> None:
    assert "may have been tampered with" in running.advice_on("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …")


def test_no_node_anywhere(another_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit.shutil, "which", lambda name: None)
    monkeypatch.setattr(kit, "ENVIRONMENT", another_environment)
    with pytest.raises(running.Fault, match=r"No node 20 or newer here"):
        kit._npm()


def test_the_locked_node_serves_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit.shutil, "which", lambda name: None)
    said = subprocess.run([*kit._npm(), "--version"], capture_output=True, text=True, check=False)
    assert said.stdout[:1].isdigit(), said.stderr


# --- the whole of it ---


MINE = ("FINGERPOST_DEMONSTRATION", "FINGERPOST_HOSTS", "FINGERPOST_ADDRESS", "FINGERPOST_INSECURE")


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing of Fingerpost."""
    for name in [one for one in os.environ if one.startswith("FINGERPOST_")]:
        monkeypatch.delenv(name)
    for name in (*MINE, "FINGERPOST_EMAIL_CARRIER"):  # so that what is set is taken away again
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_a_machine_of_ones_own_needs_no_setting(bare_machine: None, capsys: pytest.CaptureFixture[str]) -> None:
    launch._speak_plainly(8123)
    assert os.environ["FINGERPOST_ADDRESS"] == "http://localhost:8123"
    assert os.environ["FINGERPOST_INSECURE"] == "1"
    assert os.environ["FINGERPOST_EMAIL_CARRIER"] == "print"
    assert "every letter waits" in capsys.readouterr().out


@pytest.mark.parametrize("name", MINE[:3])
def test_one_that_says_where_it_is_opened_is_held_to_tls_and_mail(
    bare_machine: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    launch._speak_plainly(8123)
    assert "FINGERPOST_INSECURE" not in os.environ
    assert "FINGERPOST_EMAIL_CARRIER" not in os.environ


def test_a_mail_server_that_is_named_is_used(bare_machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINGERPOST_EMAIL_HOST", "mail.example.org")
    launch._speak_plainly(8123)
    assert "FINGERPOST_EMAIL_CARRIER" not in os.environ


def test_the_address_of_the_first_is_printed_as_long_as_it_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [(0, "Open this:\nhttp://localhost:8000/set-up/first/x"), (1, "")]

    def run(argv: list[str], **more: object) -> subprocess.CompletedProcess[str]:
        assert argv[1:5] == ["-m", "fingerpost", "user", "first"]
        code, said = answers.pop(0)
        return subprocess.CompletedProcess(argv, code, said, "")

    monkeypatch.setattr(serving.subprocess, "run", run)
    serving._say_how_to_begin("http://localhost:8000")
    assert "/set-up/first/x" in capsys.readouterr().out
    serving._say_how_to_begin("http://localhost:8000")
    assert capsys.readouterr().out == ""


@pytest.fixture
def own_database() -> Iterator[str]:
    where = cluster.ensure_running()
    name = f"start_{os.getpid()}"
    maintenance = f"host='{where.host}' port={where.port} user={where.user} dbname=postgres"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.ensure()}")
        yield f"postgresql://{where.user}@/{name}?host={where.host}&port={where.port}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _said_until(words: str, process: subprocess.Popen[str]) -> str:
    """What the process has said, up to the line with these words, or to its end."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    return said


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_cleanly(own_database: str, free_port: int, number: signal.Signals) -> None:
    if number is signal.SIGTERM and "CI" not in os.environ:
        pytest.skip("Once is enough outside CI.")
    process = subprocess.Popen(
        [sys.executable, "start.py", "--empty", "--port", str(free_port)],
        cwd=PROJECT,
        env={
            **os.environ,
            "DATABASE_URL": own_database,
            "FINGERPOST_INSECURE": "1",
            "FINGERPOST_DEMONSTRATION": "",
            "FINGERPOST_EMAIL_CARRIER": "print",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://localhost:{free_port}/account/login/"
    try:
        page = _first_answer(address, process)
        begun = _said_until("Press Ctrl-C", process)
        children = _children_of(process.pid)
    finally:
        process.send_signal(number)
        rest, _ = process.communicate(timeout=40)
    said = begun + rest
    assert "<html" in page, said
    assert process.returncode == 0, said
    assert f"http://localhost:{free_port}" in said
    assert "/set-up/first/" in said, "nobody administers yet, so it prints the address of the first who does"
    assert "stopped." in said
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def _first_answer(address: str, process: "subprocess.Popen[str]") -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    return ""


def _children_of(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]
