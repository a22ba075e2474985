"""Numbers, addresses and words that the code compares have names."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tools.rules.finding import Finding, Module, name_of

CODE: Final = "SVC201"
BUSINESS: Final = ("app/services/", "app/api/v1/endpoints/")
PLAIN: Final = (0, 1, 2)
NAMED_CLASSES: Final = re.compile(r"(Enum|Flag|Settings)$")
SAMPLES: Final = {"status_code", "json_schema_extra", "examples", "example", "openapi_examples"}
ADDRESS: Final = re.compile(r"https?://")
NUMBER: Final = (
    "{value} is a hard-coded value: name it at the top of the module, as in"
    " TIMEOUT_SECONDS: Final = 30, or make it a setting in app/core/config.py"
)
WORD: Final = (
    "{value} is a hard-coded value: compare with a member of a StrEnum, or with a constant,"
    " as in PAID: Final = 'paid'"
)


def check(module: Module) -> Iterator[Finding]:
    """Give the values in a module that have no name."""
    for value in unnamed(module.tree):
        yield from module.find(value, CODE, NUMBER.format(value=ast.unparse(value)))
    if module.path.startswith(BUSINESS):
        for value in compared(module.tree):
            yield from module.find(value, CODE, WORD.format(value=ast.unparse(value)))


def unnamed(node: ast.AST) -> Iterator[ast.Constant]:
    """Give the numbers and addresses below a node that stand for themselves."""
    match node:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int() | float() as number) if number not in PLAIN:
            yield node
        case ast.Constant(value=str(text)) if ADDRESS.match(text):
            yield node
        case ast.Subscript(value=value, slice=ast.Constant()):  # the third of some
            yield from unnamed(value)
        case ast.Subscript(value=ast.Name("Literal")) | ast.keyword(arg="status_code"):
            return
        case ast.Expr(value=ast.Constant()):  # a docstring
            return
        case _:
            for child in ast.iter_child_nodes(node):
                if not names_its_value(child, node):
                    yield from unnamed(child)


def names_its_value(node: ast.AST, parent: ast.AST) -> bool:
    """Tell whether what stands here has a name, or is a sample for the documentation."""
    if isinstance(node, ast.keyword):
        return node.arg in SAMPLES
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if all(name_of(target).isupper() for target in targets):
        return True
    if not isinstance(parent, ast.ClassDef):
        return False
    if any(NAMED_CLASSES.search(name_of(base)) for base in parent.bases):
        return True
    # A default of a field has the field's name; its limits want names of their own.
    return isinstance(node.value, ast.Constant | ast.UnaryOp)


def compared(tree: ast.Module) -> Iterator[ast.Constant]:
    """Give the words that a module compares something with."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
            case ast.MatchValue(value=value):
                sides = [value]
            case _:
                continue
        parts = [part for side in sides for part in getattr(side, "elts", [side])]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield part
