"""`poe done`: run all checks beside each other, and print what each of them finds."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from operator import call
from typing import Final

from tools.done import openapi, tests
from tools.done.checks import Result, conflicts, findings, leftovers, tool
from tools.git import ROOT, Base, BaseError, find_base
from tools.rules.check import in_service
from tools.rules.migrations import check_released, check_row

OUTPUT_LINES: Final = 40  # of each check that failed
PROPERTIES: Final = ("poe", "--quiet", "properties")


def main() -> None:
    """Check the definition of done, and fail if a check fails."""
    parser = ArgumentParser("poe done", description="Check the definition of done.")
    parser.add_argument("--base", default="", help="the target branch; see README.md")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    options = parser.parse_args()
    try:
        base = find_base(options.base)
    except BaseError as error:
        sys.exit(str(error))
    passed = (print_json if options.json else print_table)(base, run_checks(base))
    sys.exit(0 if passed else 1)


def run_checks(base: Base) -> Iterator[Result]:
    """Run all checks at once, and yield their results in order, each as soon as it is there."""
    history = chain(check_row(ROOT), check_released(ROOT, base.commit))
    steps: list[Callable[[], list[Result]]] = [
        partial(tool, "Format", "Run `uv run poe fix`.", "ruff", "format", "--check", "."),
        partial(tool, "Lint", "Run `uv run poe fix`, then fix the rest.", "ruff", "check", "."),
        partial(tool, "Layers", "Import downwards only: `uv run poe layers`.", "lint-imports"),
        partial(findings, "Rules", "Do what each line says.", in_service()),
        partial(findings, "Migration history", "Do what each line says.", history),
        partial(findings, "Conflict markers", "Resolve the conflicts.", conflicts()),
        partial(findings, "Debug leftovers", "Remove them.", leftovers(base)),
        partial(openapi.compare, base),
        partial(tool, "Types", "Fix the types: `uv run poe types`.", "mypy"),
        partial(tool, "API properties", "Run the curl command that is printed.", *PROPERTIES),
        partial(tests.run_tests, base),
    ]
    with ThreadPoolExecutor(len(steps)) as pool:
        for results in pool.map(call, steps):
            yield from results


def print_table(base: Base, results: Iterator[Result]) -> bool:
    """Print a line for each result, then the output of what failed; return whether all passed."""
    sys.stdout.write(f"Compared with {base.name} ({base.commit[:7]})\n\n")
    failed = []
    for result in results:
        fix = "" if result.passed else f"{'':21}  → {result.help}\n"
        sys.stdout.write(f"{'✗' if fix else '✓'} {result.check:19}  {result.found}\n{fix}")
        if fix:
            failed += ["", f"── {result.check}", *result.output.splitlines()[-OUTPUT_LINES:]]
        sys.stdout.flush()
    verdict = "Not done: see above." if failed else "Done: all checks passed."
    sys.stdout.write("\n".join([*failed, "", verdict, ""]))
    return not failed


def print_json(base: Base, results: Iterator[Result]) -> bool:
    """Print the results as JSON, and return whether all passed."""
    checks = [result._asdict() for result in results]
    passed = all(check["passed"] for check in checks)
    report = {"passed": passed, "base": base._asdict(), "checks": checks}
    sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return passed
