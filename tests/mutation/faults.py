"""Small faults, as a slip of the hand would make them: where they can be made in a file, and the file with one of them."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_LOOKUP = {"__lte": "__lt", "__lt": "__lte", "__gte": "__gt", "__gt": "__gte"}
NARROWING = {"filter", "exclude"}
LOGGED = {"saw", "recording"}
"""Calls that write down who looked and who acted: the house's own promise, tried in tests/pages and tests/areas."""
KEPT = ("cache", "lru_cache", "built_once", "memoised", "prepared")
"""Decorators of functions whose answer is kept for the whole process."""
CARRIES_NO_MEANING = {"strict", "flat", "chunk_size", "force_insert", "batch_size", "maxsize"}
"""Keywords whose value says how something is done, and not what comes out."""
_NUMBER_IN_YAML = re.compile(
    r"^(?P<before>.*\bvalue: |.*\bat_least: |.*\bat_most: |.*\bcount: )(?P<number>\d+)(?P<after>.*)$"
)


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: the file, the line and column where it is made, what is changed there, and in which function."""

    file: str
    line: int
    column: int
    kind: str
    within: str = ""

    @property
    def key(self) -> str:
        return f"{self.file}:{self.line}:{self.column}:{self.kind}"

    @classmethod
    def from_key(cls, key: str) -> "Fault":
        file, line, column, kind = key.rsplit(":", 3)
        return cls(file, int(line), int(column), kind)


def possible(file: str, source: str) -> Iterator[Fault]:
    """Every fault that can be made in the functions of a Python file."""
    for within, function in _functions(ast.parse(source)):
        for node in _own_nodes(function):
            for kind in _kinds(node):
                yield Fault(file, node.lineno, node.col_offset, kind, within)


def possible_in_contract(file: str, text: str) -> Iterator[Fault]:
    """Every number of a contract's file that can be one more."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _NUMBER_IN_YAML.match(line):
            yield Fault(file, number, found.start("number"), "one_more")


def made_in_contract(text: str, fault: Fault) -> str:
    """The text of a contract's file with the fault in it."""
    lines = text.splitlines(keepends=True)
    line = lines[fault.line - 1]
    number = re.match(r"\d+", line[fault.column :])
    assert number, f"no number stands at {fault.key}"
    lines[fault.line - 1] = line[: fault.column] + str(int(number[0]) + 1) + line[fault.column + len(number[0]) :]
    return "".join(lines)


def made(source: str, fault: Fault) -> ast.Module:
    """The file's tree with the fault in it. Raises LookupError where the file no longer has that place."""
    tree = ast.parse(source)
    maker = _Maker(fault)
    changed = maker.visit(tree)
    if not maker.is_done:
        raise LookupError(f"nothing to change at {fault.key}")
    return ast.fix_missing_locations(changed)


def _functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        name = f"{within}.{node.name}".strip(".") if isinstance(node, ast.FunctionDef | ast.ClassDef) else within
        if isinstance(node, ast.FunctionDef) and not _is_kept(node):
            yield name, node
        yield from _functions(node, name)


def _is_kept(function: ast.FunctionDef) -> bool:
    """Whether what it gives is kept for the whole process: whichever test comes first runs it, so it belongs to no row."""
    return any(ast.unparse(decorator).startswith(KEPT) for decorator in function.decorator_list)


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.expr | ast.stmt]:
    """The nodes of a function's body, without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        if not (isinstance(node, ast.keyword) and node.arg in CARRIES_NO_MEANING):
            waiting.extend(ast.iter_child_nodes(node))


def _kinds(node: ast.AST) -> Iterator[str]:
    """What can be changed at a node."""
    if isinstance(node, ast.stmt):
        yield from _kinds_of_statement(node)
    match node:
        case ast.Compare(ops=[only]) if type(only) in OTHER_COMPARISON:
            yield "comparison"
        case ast.BoolOp():
            yield "and_or"
        case ast.UnaryOp(op=ast.Not()):
            yield "not_dropped"
        case ast.Constant(value=bool()):
            yield "other_truth"
        case ast.Constant(value=int()):
            yield "one_more"
        case ast.Call(func=ast.Attribute(attr=name), keywords=[_, *_]) if name in NARROWING:
            yield from _kinds_of_narrowing(node)
        case ast.IfExp():
            yield "condition_turned"


def _kinds_of_statement(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Raise():
            yield "not_raised"
        case ast.Expr(value=ast.Call(func=called)) if ast.unparse(called).rsplit(".", 1)[-1] not in LOGGED:
            yield "not_called"
        case ast.Assign(targets=[ast.Attribute()]):
            yield "not_assigned"
        case ast.If():
            yield "condition_turned"


def _kinds_of_narrowing(call: ast.Call) -> Iterator[str]:
    for place, keyword in enumerate(call.keywords):
        if keyword.arg:
            yield f"without_{place}"
            if any(keyword.arg.endswith(lookup) for lookup in OTHER_LOOKUP):
                yield f"boundary_{place}"


class _Maker(ast.NodeTransformer):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.is_done = False

    def visit(self, node: ast.AST) -> ast.AST:
        place = (getattr(node, "lineno", None), getattr(node, "col_offset", None))
        if not self.is_done and place == (self._fault.line, self._fault.column) and self._fault.kind in _kinds(node):
            self.is_done = True
            return ast.copy_location(_changed(copy.deepcopy(node), self._fault.kind), node)
        return self.generic_visit(node)


def _changed(node: ast.AST, kind: str) -> ast.AST:
    match node:
        case ast.Compare():
            node.ops = [OTHER_COMPARISON[type(node.ops[0])]()]
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp():
            return node.operand
        case ast.Constant():
            node.value = (not node.value) if kind == "other_truth" else int(str(node.value)) + 1
        case ast.Call():
            _narrow_otherwise(node, kind)
        case ast.If() | ast.IfExp():
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        case _:
            return ast.Pass()
    return node


def _narrow_otherwise(call: ast.Call, kind: str) -> None:
    what, place = kind.rsplit("_", 1)
    keyword = call.keywords[int(place)]
    if what == "without":
        call.keywords.remove(keyword)
        return
    name = str(keyword.arg)
    ending = next(lookup for lookup in sorted(OTHER_LOOKUP, key=len, reverse=True) if name.endswith(lookup))
    keyword.arg = name.removesuffix(ending) + OTHER_LOOKUP[ending]
