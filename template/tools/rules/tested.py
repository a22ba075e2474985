"""`poe tested`: every endpoint and every method of a service is reached by a test."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coverage import Coverage, CoverageData

from tools.git import ROOT
from tools.rules.endpoints import Function, functions_in, route_of
from tools.rules.finding import Finding, modules_in, report

SERVICES: Final = "app/services"
PLACES: Final = {
    SERVICES: "tests/unit/services/test_{stem}.py",
    "app/api": "tests/integration/api, as in test_{stem}_endpoints.py",
}
UNTESTED: Final = "{name} is reached by no test: write one in {place}"
NOT_MEASURED: Final = "There is no coverage data: run `uv run poe cover` first."


def main() -> None:
    """Print what no test of the last run has reached, and exit with an error if there is any."""
    coverage = Coverage()
    coverage.load()
    if not coverage.get_data().measured_files():
        sys.exit(NOT_MEASURED)
    report(untested(coverage.get_data()))


def untested(data: CoverageData) -> Iterator[Finding]:
    """Yield the endpoints and the methods of services that no test has reached."""
    for folder, place in PLACES.items():
        for module in modules_in(ROOT, folder):
            reached = set(data.lines(str(ROOT / module.path)) or [])
            where = place.format(stem=Path(module.path).stem)
            for name, function in functions_in(module.tree):
                public = folder == SERVICES and not function.name.startswith("_")
                lines = lines_of(function)
                if (public or route_of(function)) and lines and reached.isdisjoint(lines):
                    message = UNTESTED.format(name=name, place=where)
                    yield from module.findings([(function, "SVC501", message)])


def lines_of(function: Function) -> range:
    """Return the lines of a function that do something."""
    for node in function.body:
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
        return range(node.lineno, (function.end_lineno or 0) + 1)
    return range(0)
