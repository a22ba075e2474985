"""What a rule reports; `# noqa` with its code on the line excuses it, as with Ruff."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

Problem = tuple[ast.AST, str, str]  # where it is, the code of its rule, and how to fix it


class Finding(NamedTuple):
    """A place that breaks a rule, and how to fix it."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.message}"


class Module(NamedTuple):
    """A module of the service, with its path in the service."""

    path: str
    tree: ast.Module
    lines: list[str]

    def findings(self, problems: Iterable[Problem]) -> Iterator[Finding]:
        """Yield a finding for each problem that its line does not excuse."""
        for node, code, message in problems:
            line = next(part.lineno for part in ast.walk(node) if hasattr(part, "lineno"))
            if not is_excused(self.lines[line - 1], code):
                yield Finding(self.path, line, code, message)


def is_excused(line: str, code: str) -> bool:
    """Return whether a line says that a rule does not hold for it."""
    return re.search(rf"# noqa: [A-Z0-9, ]*\b{code}\b", line) is not None


def modules_in(root: Path, folder: str) -> Iterator[Module]:
    """Yield the modules in a folder of the service, in order."""
    for file in sorted((root / folder).rglob("*.py")):
        text = file.read_text()
        yield Module(file.relative_to(root).as_posix(), ast.parse(text, file), text.splitlines())


def name_of(node: ast.AST) -> str:
    """Return the last part of a dotted name, or nothing for another expression."""
    return getattr(node, "attr", getattr(node, "id", ""))


def report(findings: Iterable[Finding]) -> None:
    """Print findings, and exit with an error if there are any."""
    lines = [f"{finding}\n" for finding in findings]
    sys.stdout.writelines(lines)
    sys.exit(f"Found {len(lines)}." if lines else 0)
