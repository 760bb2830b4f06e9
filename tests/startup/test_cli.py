"""`fingerpost`: help is quick and whole, and whatever goes wrong is said in a line."""

import os
import subprocess
import sys
import time

import pytest

from config import cluster
from config.database import from_url
from fingerpost.cli import COMMANDS


def fingerpost(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "fingerpost", *arguments],
        cwd=cluster.PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_without_loading_any() -> None:
    began = time.process_time()
    answer = fingerpost("--help", DATABASE_URL="nonsense")
    assert answer.returncode == 0
    assert all(name in answer.stdout for name in [*COMMANDS, "manage"])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_each_command_has_help(name: str) -> None:
    answer = fingerpost(name, "--help")
    assert answer.returncode == 0
    assert "Exit codes" in answer.stdout


def test_a_word_that_is_no_command_is_refused_with_those_that_are() -> None:
    answer = fingerpost("publish")
    assert answer.returncode == 2
    assert "backup" in answer.stderr


@pytest.mark.parametrize(
    "url", ["mysql://somewhere/else", "postgresql://host:notaport/name", "postgresql://host/", "nonsense"]
)
def test_a_database_address_that_cannot_be_read(url: str) -> None:
    answer = fingerpost("backup", DATABASE_URL=url)
    assert answer.returncode == 3
    assert "Write DATABASE_URL as postgresql://" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_that_does_not_answer() -> None:
    answer = fingerpost("backup", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert answer.returncode == 3
    assert "Traceback" not in answer.stderr


def test_a_database_address_keeps_what_is_encoded_in_it() -> None:
    parts = from_url("postgresql://some%40body:p%2Fss%20word@db.example:6543/our%20county?sslmode=require")
    assert parts == {
        "HOST": "db.example",
        "PORT": "6543",
        "USER": "some@body",
        "PASSWORD": "p/ss word",
        "NAME": "our county",
        "OPTIONS": {"sslmode": "require"},
    }
