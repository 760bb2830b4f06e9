"""Nobody sees without a reason: every view is a page, every write is a command, every page has its permission."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver

from config import urls
from tests.repo.reached import reached_from

HOUSE = Path(__file__).resolve().parents[2] / "fingerpost"
NOT_OURS = ("allauth.", "django.")


def modules(pattern: str) -> list[str]:
    """The dotted names of our modules whose path fits."""
    return sorted(
        ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in HOUSE.glob(pattern)
        if "node_modules" not in path.parts
    )


WRITES = [
    name for name in modules("*/*/commands.py") + modules("*/*/commands/*.py") if "management" not in name.split(".")
]


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield str(pattern.pattern), pattern.callback


def our_views() -> list[tuple[str, Callable[..., Any]]]:
    """Every view behind every address of ours, those that only a demonstration shows as well."""
    found = list(views(urls.urlpatterns))
    for name in modules("*/*/urls.py") + modules("demo/urls.py"):
        found += views(import_module(name).urlpatterns)
    return [(address, view) for address, view in found if not view.__module__.startswith(NOT_OURS)]


def test_every_view_is_a_page() -> None:
    bare = sorted(
        {f"{view.__module__}.{view.__qualname__}" for _, view in our_views() if not hasattr(view, "page_spec")}
    )
    assert not bare, f"wrap these in @page: {bare}"


def test_only_packages_that_we_know_serve_views_of_their_own() -> None:
    foreign = {view.__module__.split(".")[0] for _, view in views(urls.urlpatterns)} - {"fingerpost"}
    assert foreign <= {"allauth", "django"}


@pytest.mark.parametrize("name", WRITES)
def test_every_public_function_that_writes_is_a_command(name: str) -> None:
    module = import_module(name)
    public = [
        function
        for label, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == name and not label.startswith("_")
    ]
    bare = sorted(function.__name__ for function in public if not hasattr(function, "command_spec"))
    assert not bare, f"wrap these in @command, or begin their names with an underscore: {bare}"


@pytest.mark.parametrize("name", WRITES)
def test_no_command_asks_the_clock(name: str) -> None:
    source = Path(str(import_module(name).__file__)).read_text()
    for asked in ("timezone.now(", "datetime.now(", "date.today(", "localdate()"):
        assert asked not in source, f"{name} asks {asked}): the time comes in as `at`"


def _commands() -> dict[tuple[str, str], Any]:
    """Every command of the house with what the wall knows of it, by module and name."""
    found = {}
    for name in modules("**/*.py"):
        if {"migrations", "node_modules"} & set(name.split(".")) or name.endswith("__main__"):
            continue
        for label, function in vars(import_module(name)).items():
            if getattr(function, "command_spec", None) and function.__module__ == name:
                found[name, label] = function.command_spec
    return found


COMMANDS = _commands()
# These look a kind of list up by its name, and so name them all; they load none.
NAME_KINDS_ALONE = {"imports.receive", "folders.receive_folder"}


def _reached() -> dict[tuple[str, str], set[str]]:
    known = set(COMMANDS)
    return {where: {COMMANDS[inner].name for inner in reached_from(where, known)} for where in COMMANDS}


REACHED = _reached()


def test_what_an_act_includes_is_a_command_that_runs_there() -> None:
    strange = {
        spec.name: sorted(spec.includes - REACHED[where])
        for where, spec in COMMANDS.items()
        if spec.includes - REACHED[where]
    }
    assert not strange, f"these do not run there; leave them out of includes=: {strange}"


def test_a_name_that_is_included_means_one_command() -> None:
    names = [spec.name for spec in COMMANDS.values()]
    included = set[str]().union(*(spec.includes for spec in COMMANDS.values()))
    assert [name for name in sorted(included) if names.count(name) != 1] == []


def test_an_act_declares_each_part_that_asks_another_permission() -> None:
    """Whoever may do the outer act may lack the permission of the inner one; of an act that is itself a part, even its own."""
    allow = {spec.name: spec.allow for spec in COMMANDS.values()}
    included = set[str]().union(*(spec.includes for spec in COMMANDS.values()))
    missing = {}
    for where, spec in COMMANDS.items():
        others = {name for name in REACHED[where] if spec.name in included or allow[name] != spec.allow}
        if others - spec.includes and spec.name not in NAME_KINDS_ALONE:
            missing[spec.name] = sorted(others - spec.includes)
    assert not missing, f"name these in includes=, or split the act: {missing}"
