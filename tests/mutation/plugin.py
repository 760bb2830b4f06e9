"""A pytest plugin: puts the fault that FINGERPOST_FAULT names into the product as it is imported, and writes down for
each row of the register which lines its tests reach (FINGERPOST_REACHED names the file).

No file of the product is changed, so several faults can be tried side by side.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest

from tests.mutation.faults import Fault, made, made_in_contract

PROJECT = Path(__file__).resolve().parents[2]
PRODUCT = str(PROJECT / "fingerpost") + os.sep


class _Faulty(importlib.machinery.SourceFileLoader):
    """Loads one module with the fault in it."""

    fault: Fault

    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(made(source, self.fault), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._name = fault.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        file = str(PROJECT / self._fault.file)
        loader = _Faulty(fullname, file)
        loader.fault = self._fault
        inside = [str(Path(file).parent)] if file.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=inside)


def read_contract_with(fault: Fault) -> None:
    """From now on the contract's file reads as if somebody had typed one more."""
    file, as_written = PROJECT / fault.file, Path.read_text

    def read_text(self: Path, *arguments: Any, **named: Any) -> str:
        text = as_written(self, *arguments, **named)
        return made_in_contract(text, fault) if self.resolve() == file else text

    Path.read_text = read_text  # type: ignore[assignment]


SHAPE_STATEMENTS = ("contracts/", "fingerpost/language/", "fingerpost/proof/measures/")


def compile_anew(fault: Fault) -> None:
    """Statements that the fault shapes are compiled with it, and none of them is kept: those on disk are named by the code there.

    A fault elsewhere leaves them as they are, and compiling takes minutes.
    """
    if not fault.file.startswith(SHAPE_STATEMENTS):
        return
    from fingerpost.proof.measures import kept_statements, sql  # not before Django is set up

    sql._compiled.clear()
    kept_statements.read = lambda key: None
    kept_statements.write = lambda key, text: None


if key := os.environ.get("FINGERPOST_FAULT"):
    wanted = Fault.from_key(key)
    if wanted.file.endswith(".yaml"):
        read_contract_with(wanted)
    else:
        sys.meta_path.insert(0, _Finder(wanted))


_reached: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
_tests: dict[str, list[str]] = defaultdict(list)


def _rows_of(item: pytest.Item) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers("row")]


def pytest_collection_finish() -> None:
    """What runs while a module is imported belongs to no row, so all of them are imported before any test."""
    if key := os.environ.get("FINGERPOST_FAULT"):
        compile_anew(Fault.from_key(key))
    if "FINGERPOST_REACHED" in os.environ:
        for module in pkgutil.walk_packages([PRODUCT], "fingerpost."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    rows = _rows_of(item)
    if not rows or "FINGERPOST_REACHED" not in os.environ:
        return (yield)
    lines: dict[str, set[int]] = defaultdict(set)

    def follow(frame: FrameType, event: str, argument: Any) -> Any:
        file = frame.f_code.co_filename
        if not (file.startswith(PRODUCT) and file.endswith(".py")):
            return None
        seen = lines[file]

        def follow_line(frame: FrameType, event: str, argument: Any) -> Any:
            seen.add(frame.f_lineno)
            return follow_line

        seen.add(frame.f_lineno)
        return follow_line

    sys.settrace(follow)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        for row in rows:
            _tests[row].append(item.nodeid)
            for file, numbers in lines.items():
                _reached[row][str(Path(file).relative_to(PROJECT))] |= numbers


def pytest_sessionfinish() -> None:
    if where := os.environ.get("FINGERPOST_REACHED"):
        told = {
            row: {"tests": _tests[row], "lines": {file: sorted(numbers) for file, numbers in files.items()}}
            for row, files in _reached.items()
        }
        Path(where).write_text(json.dumps(told), encoding="utf-8")
