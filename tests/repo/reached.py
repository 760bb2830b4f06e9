"""Which commands run inside which, read from the source: along the functions, classes and tables that each names."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2] / "fingerpost"
Name = tuple[str, str]  # module and what is defined there

# Called from below by what names itself there: the house lets nobody below name them.
CALLED_FROM_BELOW: dict[Name, Name] = {
    ("fingerpost.work.assessments.followers", "tell"): ("fingerpost.work.referrals.following", "decide_again"),
}


@cache
def _modules() -> dict[str, ast.Module]:
    paths = [path for path in HOUSE.rglob("*.py") if not {"node_modules", "migrations"} & set(path.parts)]
    dotted = {".".join(p.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__"): p for p in paths}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in dotted.items()}


@cache
def _defined() -> dict[Name, ast.stmt]:
    return {(module, name): node for module, tree in _modules().items() for node in tree.body for name in _names(node)}


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


@cache
def _known_in(module: str) -> dict[str, Name]:
    """What each name of a module stands for; a module stands for itself and nothing in it."""
    known = {name: (held, name) for held, name in _defined() if held == module}
    for node in ast.walk(_modules()[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                known[alias.asname or alias.name] = (whole, "") if whole in _modules() else (node.module, alias.name)
    return known


def _resolved(name: Name) -> Name | None:
    """Where something is defined, through the modules that pass it on."""
    for _ in range(5):
        if name in _defined():
            return name
        known = _known_in(name[0]) if name[0] in _modules() else {}
        if name[1] not in known or known[name[1]] == name:
            return None
        name = known[name[1]]
    return None


@cache
def _named_by(one: Name) -> frozenset[Name]:
    known, found = _known_in(one[0]), [CALLED_FROM_BELOW.get(one)]
    body = _without_decorators(_defined()[one])
    for node in body:
        if isinstance(node, ast.Name) and node.id in known:
            found.append(_resolved(known[node.id]))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            found.append(_resolved((known[node.value.id][0], node.attr)))
    return frozenset(name for name in found if name)


def _without_decorators(node: ast.stmt) -> Iterator[ast.AST]:
    parts = [*node.args.args, *node.body] if isinstance(node, ast.FunctionDef) else [node]
    for part in parts:
        yield from ast.walk(part)


def reached_from(command: Name, commands: set[Name]) -> set[Name]:
    """The commands that run, or may run, directly inside this one. What runs inside those is theirs."""
    seen, todo, found = {command}, [command], set[Name]()
    while todo:
        for name in _named_by(todo.pop()) - seen:
            seen.add(name)
            if name in commands:
                found.add(name)
            else:
                todo.append(name)
    return found
