"""Clusters of the tests' own, so that killing and replacing disturbs nobody."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import cluster


def _home() -> Path:
    # Not pytest's own folder: root's is closed to the user that the server runs as.
    home = Path(tempfile.mkdtemp(prefix="fingerpost test ", dir="/var/tmp"))
    home.chmod(0o755)
    return home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where a cluster lives that the tests of one file share."""
    home = _home()
    yield home
    cluster.stop(home)
    shutil.rmtree(home)


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    """Where no cluster was ever built."""
    home = _home()
    yield home
    cluster.stop(home)
    shutil.rmtree(home)
