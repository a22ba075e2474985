"""The messages of errors are built before they are raised, or stand in the error's class."""

import ast
from collections.abc import Iterator
from typing import Final

from tools.rules.finding import Finding, Module, is_text, name_of

CODE: Final = "SVC301"
ERRORS: Final = ("Error", "Exception")
DETAILS: Final = {"detail", "error", "message"}
INLINE: Final = (
    "{name} gets its message where it is made: give it a class in app/core/errors.py that holds the"
    " message, or build it first, as in message = …"
)


def check(module: Module) -> Iterator[Finding]:
    """Give the calls in a module that write an error's message out."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = name_of(node.func)
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name.endswith(ERRORS) and any(map(is_text, parts)):
            yield from module.find(node, CODE, INLINE.format(name=name))
        if name.endswith("Response") and any(map(tells_trouble, parts)):
            yield from module.find(node, CODE, INLINE.format(name=name))


def tells_trouble(node: ast.AST) -> bool:
    """Tell whether this is a body that says in a text what went wrong."""
    if not isinstance(node, ast.Dict):
        return False
    pairs = zip(node.keys, node.values, strict=True)
    return any(getattr(key, "value", None) in DETAILS and is_text(value) for key, value in pairs)
