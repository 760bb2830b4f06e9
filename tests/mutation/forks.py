"""A pytest plugin that tries faults one after another in copies of one process: what is imported and set up is so once.

FINGERPOST_TRY names a file of pairs of tests and a fault's key; FINGERPOST_TOLD is the number of the pipe to which each answer
is written. A copy gets the fault by giving the functions of the file their code with the fault in it, or by reading the contract
anew. What cannot be had that way, as no function is there that could take it, is answered `other_way`.
"""

import gc
import importlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from tests.mutation.faults import Fault, made
from tests.mutation.plugin import PROJECT, compile_anew, read_contract_with

NOTICED, SLEPT, OTHER_WAY = 1, 0, 3
WORDS = {NOTICED: "noticed", SLEPT: "slept", OTHER_WAY: "other_way"}
Place = tuple[str, int]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if "FINGERPOST_TRY" not in os.environ:
        return None
    wanted = json.loads(Path(os.environ["FINGERPOST_TRY"]).read_text(encoding="utf-8"))
    told = os.fdopen(int(os.environ["FINGERPOST_TOLD"]), "w")
    by_name = {item.nodeid: item for item in session.items}
    if _fails([session.items[0]], session.items[-1]):  # and so the database is made, and the world
        raise pytest.UsageError("The first test does not pass as it is.")
    for tests, key in wanted:
        began = time.monotonic()
        items = [by_name[name] for name in tests]
        answer = _in_a_copy(items, session.items[-1], Fault.from_key(key) if key else None)
        print(json.dumps([answer, time.monotonic() - began]), file=told, flush=True)
    session._setupstate.teardown_exact(None)
    return True


def _in_a_copy(items: list[pytest.Item], after: pytest.Item, fault: Fault | None) -> str:
    connections.close_all()
    copy = os.fork()
    if copy == 0:
        answer = OTHER_WAY
        try:
            if fault is None or _put_in(fault):
                answer = NOTICED if _fails(items, after) else SLEPT
        finally:
            os._exit(answer)
    return WORDS.get(_ended(copy), "noticed")


def _ended(copy: int) -> int:
    """How the copy ended; hanging counts as noticing."""
    until = time.monotonic() + int(os.environ["FINGERPOST_PATIENCE"])
    while time.monotonic() < until:
        pid, status = os.waitpid(copy, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(copy, signal.SIGKILL)
    os.waitpid(copy, 0)
    return NOTICED


def _fails(items: list[pytest.Item], after: pytest.Item) -> bool:
    """Whether one of the tests fails. `after` stands for what comes next, so that the database is kept."""
    return any(
        report.failed for item in items for report in runtestprotocol(item, log=False, nextitem=_other(item, after))
    )


def _other(item: pytest.Item, after: pytest.Item) -> pytest.Item:
    return after if item is not after else item.session.items[0]


def _put_in(fault: Fault) -> bool:
    """Give every function of the file that the fault changes its new code. Returns whether that could be done."""
    compile_anew(fault)
    if fault.file.endswith(".yaml"):
        from tests.fixtures import neighbour, world  # not before Django is set up

        read_contract_with(fault)
        for kept in (world.kept, neighbour.kept):
            kept.clear()
        return True
    path = PROJECT / fault.file
    source = path.read_text(encoding="utf-8")
    importlib.import_module(fault.file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    before = dict(_codes(compile(source, str(path), "exec")))
    after = dict(_codes(compile(made(source, fault), str(path), "exec")))
    changed = {place: code for place, code in after.items() if before.get(place) != code}
    given = 0
    for function in [
        one for one in gc.get_objects() if type(one) is FunctionType
    ]:  # to ask a lazy object what it is would make it
        code = function.__code__
        if code.co_filename == str(path) and (new := changed.get((code.co_qualname, code.co_firstlineno))):
            if new.co_freevars != code.co_freevars:
                return False
            function.__code__ = new
            given += 1
    return given > 0


def _codes(code: CodeType) -> Iterator[tuple[Place, CodeType]]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield (one.co_qualname, one.co_firstlineno), one
            yield from _codes(one)
