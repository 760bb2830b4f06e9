"""Every command has a door: a page, an importer, a command line or a job leads to it. One without serves nobody."""

import ast
import inspect
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

HOUSE = Path(__file__).resolve().parents[2] / "fingerpost"
Node = tuple[str, str]
"""A function or class at the top of a module: the module's name and its own; "" for what the module itself does."""

SET_UP = "postcodes and further days off are laid down when a service is set up, which has no page yet"
WITHOUT_A_DOOR: dict[str, str] = {
    "ground.places.commands.load_work_days": SET_UP,
    "ground.places.commands.place_postcodes": SET_UP,
}
"""Commands that nothing leads to, each with its reason. An entry here is reviewed like code."""


def modules() -> dict[str, ast.Module]:
    """Every module of ours but the demonstration, migrations and settings of apps, parsed."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE.parent).with_suffix("").parts
        if not {"node_modules", "migrations", "demo", "management", "__main__"} & set(parts):
            found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text())
    return found


def is_door(name: str) -> bool:
    """Whether people or the machine come in here: pages, lists in and out, command lines, jobs."""
    return (
        name.startswith(("fingerpost.pages.", "fingerpost.exchange."))
        or ".cli." in name
        or name.endswith(("cli", ".jobs"))
    )


def names_of(tree: ast.Module) -> dict[str, Any]:
    """What every imported name of the module stands for: a module, or what it holds. Imports inside functions too."""
    known: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("fingerpost") and alias.asname:
                    known[alias.asname] = import_module(alias.name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fingerpost"):
            whole = import_module(str(node.module))
            for alias in node.names:
                if not hasattr(whole, alias.name):
                    import_module(f"{node.module}.{alias.name}")
                known[alias.asname or alias.name] = getattr(whole, alias.name)
    return known


def led_to(part: ast.AST, module: ModuleType, known: dict[str, Any]) -> set[Node]:
    """The functions and classes of ours that a piece of code names."""
    found: set[Node] = set()
    for node in ast.walk(part):
        thing: Any = None
        if isinstance(node, ast.Name):
            thing = known.get(node.id, vars(module).get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            thing = getattr(known.get(node.value.id), node.attr, None)
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__.startswith("fingerpost"):
            found.add((thing.__module__, thing.__name__))
    return found


def test_every_command_has_a_door() -> None:
    leads: dict[Node, set[Node]] = defaultdict(set)
    commands, reached = set(), set()
    for name, tree in modules().items():
        module, known = import_module(name), names_of(tree)
        for part in tree.body:
            label = part.name if isinstance(part, ast.FunctionDef | ast.ClassDef) else ""
            node = (name, label)
            leads[node] |= led_to(part, module, known)
            if hasattr(vars(module).get(label), "command_spec"):
                commands.add(node)
            if is_door(name) or (not label and not name.endswith(("commands", "__init__"))):
                reached.add(node)
    waiting = list(reached)
    while waiting:
        for node in leads[waiting.pop()] - reached:
            reached.add(node)
            waiting.append(node)
    assert len(commands) > 150
    shut = {f"{module.removeprefix('fingerpost.')}.{name}" for module, name in commands - reached}
    assert not shut - set(WITHOUT_A_DOOR), f"nothing leads to {sorted(shut - set(WITHOUT_A_DOOR))}"
    assert not set(WITHOUT_A_DOOR) - shut, f"these have a door now: take {set(WITHOUT_A_DOOR) - shut} off the list"
