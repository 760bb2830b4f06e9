"""Two starts in one folder take turns: what the first sets up the second finds done."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.launch.running import VAR

WAITING = "Another start is at work in this folder; waiting until it has set things up …"


@contextmanager
def in_turn() -> Iterator[None]:
    """While this lasts, no other start in this folder sets anything up. One that ends in whatever way lets the next go on."""
    try:
        import fcntl
    except ImportError:  # Windows: what comes next says that this cannot run there
        yield
        return
    VAR.mkdir(exist_ok=True)
    with (VAR / "start.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(WAITING, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
