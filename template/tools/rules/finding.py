"""What a rule finds, and where; `# noqa` and its code on the line excuse it, as with Ruff."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

EXCUSE: Final = re.compile(r"# noqa: ([A-Z0-9, ]+)")


class Finding(NamedTuple):
    """A place that breaks a rule, and what to do about it."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.message}"


class Module(NamedTuple):
    """A module of the service."""

    path: str  # in the service
    tree: ast.Module
    lines: list[str]

    def find(self, node: ast.AST, code: str, message: str) -> Iterator[Finding]:
        """Give a finding at a node, unless its line excuses it."""
        line = getattr(node, "lineno", 1)
        if not self.lines or not is_excused(self.lines[line - 1], code):
            yield Finding(self.path, line, code, message)


def is_excused(line: str, code: str) -> bool:
    """Tell whether a line says that a rule does not hold for it."""
    excuse = EXCUSE.search(line)
    return excuse is not None and code in re.split("[, ]+", excuse[1])


def modules_in(root: Path, folder: str) -> Iterator[Module]:
    """Give the modules in a folder of the service, in order."""
    for file in sorted((root / folder).rglob("*.py")):
        text = file.read_text()
        yield Module(file.relative_to(root).as_posix(), ast.parse(text), text.splitlines())


def names_in(node: ast.AST | None) -> set[str]:
    """Return the names in an expression, those in quoted annotations among them."""
    found: set[str] = set()
    for part in ast.walk(node) if node else ():
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.update(re.findall(r"\w+", part.value))
    return found


def name_of(node: ast.AST) -> str:
    """Return the last part of a dotted name, or nothing where there is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_text(node: ast.AST) -> bool:
    """Tell whether an expression is a text for people, written out where it stands."""
    match node:
        case ast.Constant(value=str(text)):
            return " " in text.strip()
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, right=right):
            return is_text(left) or is_text(right)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return is_text(value)
        case _:
            return False
