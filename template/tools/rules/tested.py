"""`poe tested`: every endpoint and every method of a service is reached by a test."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coverage import Coverage, CoverageData

from tools.repository import ROOT
from tools.rules.endpoints import Function, functions_in, route_of
from tools.rules.finding import Finding, Module, modules_in

CODE: Final = "SVC501"
SERVICES: Final = "app/services"
API: Final = "app/api"
UNTESTED: Final = "{name} is reached by no test: write one in {place}"
NOT_MEASURED: Final = "Nothing is measured yet: run `uv run poe cover`."


def main() -> None:
    """Print what no test of the last run has reached, and fail if there is anything."""
    coverage = Coverage()
    coverage.load()
    if not coverage.get_data().measured_files():
        sys.exit(NOT_MEASURED)
    found = list(untested(ROOT, coverage.get_data()))
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    sys.exit(f"Found {len(found)}." if found else 0)


def untested(root: Path, data: CoverageData) -> Iterator[Finding]:
    """Give the endpoints and the methods of services that no test has reached."""
    for module in [*modules_in(root, SERVICES), *modules_in(root, API)]:
        reached = set(data.lines(str(root / module.path)) or [])
        for name, function in public(module):
            lines = lines_of(function)
            if lines and reached.isdisjoint(lines):
                message = UNTESTED.format(name=name, place=place_of(module))
                yield from module.find(function, CODE, message)


def public(module: Module) -> Iterator[tuple[str, Function]]:
    """Give what a module offers to others, with its name."""
    owners = {
        part: node.name
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
        for part in node.body
    }
    for function in functions_in(module.tree):
        if module.path.startswith(API):
            if route_of(function):
                yield function.name, function
        elif not function.name.startswith("_"):
            owner = owners.get(function)
            yield f"{owner}.{function.name}" if owner else function.name, function


def lines_of(function: Function) -> set[int]:
    """Return the lines of a function that do something."""
    steps = [
        node
        for node in function.body
        if not isinstance(node, ast.Pass)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    return {line for node in steps for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def place_of(module: Module) -> str:
    """Return where the tests of a module belong."""
    stem = Path(module.path).stem
    if module.path.startswith(SERVICES):
        return f"tests/unit/services/test_{stem}.py"
    return f"tests/integration/api, as in test_{stem}_endpoints.py"


if __name__ == "__main__":
    main()
