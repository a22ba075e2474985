"""Runs all checks, side by side, and shows what they come to."""

import json
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tools.base import BASE, Base, find_base
from tools.done import compatible, source, tested
from tools.done.result import Result, Step, tool
from tools.refused import RefusedError

OUTPUT_LINES: Final = 40
ORDER: Final = (
    *("Format", "Lint", "Types", "Layers", "Rules", "Tests", "Reached by tests", "Coverage"),
    *("Coverage of changes", "Migration matches", "Upgrade, downgrade", "Migration history"),
    *("OpenAPI documented", "OpenAPI compatible", "API properties"),
    *("Conflict markers", "Debug leftovers"),
)


def main() -> None:
    """Check the definition of done, and fail where something is missing."""
    options = parser().parse_args()
    started = time.monotonic()
    try:
        base = find_base(options.base)
    except RefusedError as error:
        sys.exit(str(error))
    results = check(base)
    seconds = time.monotonic() - started
    passed = all(result.passed for result in results)
    show = as_json if options.json else as_table
    sys.stdout.write(show(base, results, seconds))
    sys.exit(0 if passed else 1)


def parser() -> ArgumentParser:
    """Return the parser of the command line."""
    parser = ArgumentParser("poe done", description="Check the definition of done.")
    parser.add_argument(
        "--base",
        default=BASE,
        help="the branch that the work goes into; main unless said otherwise",
    )
    parser.add_argument("--json", action="store_true", help="tell it to a program")
    return parser


def check(base: Base) -> list[Result]:
    """Run all checks, the longest first, and return their results in order."""
    steps: list[Step] = [
        *tested.steps(base),
        tool("Types", "Mend the types that mypy names: `uv run poe types`.", "mypy"),
        tool(
            "API properties",
            "Run the curl that is shown: `uv run poe fuzz`.",
            "python",
            "-m",
            "tools.fuzz",
            "--short",
        ),
        *compatible.steps(base),
        tool("Format", "`uv run poe fix` formats.", "ruff", "format", "--check", "."),
        tool(
            "Lint",
            "`uv run poe fix` mends some; `uv run poe lint` shows all.",
            "ruff",
            "check",
            ".",
        ),
        tool("Layers", "Import downwards only: `uv run poe layers`.", "lint-imports"),
        *source.steps(base),
    ]
    with ThreadPoolExecutor(max(os.cpu_count() or 1, 2)) as pool:
        running = [pool.submit(step) for step in steps]
        results = [result for each in running for result in each.result()]
    return sorted(results, key=lambda result: ORDER.index(result.check))


def as_table(base: Base, results: Sequence[Result], seconds: float) -> str:
    """Return the results as a table, and below it what failed."""
    width = max(len(name) for name in ORDER)
    lines = [f"Compared with {base.name} ({base.commit[:7]})\n"]
    for result in results:
        lines.append(f"{'✓' if result.passed else '✗'} {result.check:{width}}  {result.found}")
        lines += [] if result.passed else [f"  {'':{width}}  → {result.help}"]
    failed = [result for result in results if not result.passed]
    for result in failed:
        lines += ["", f"── {result.check}", *result.output.splitlines()[-OUTPUT_LINES:]]
    verdict = f"{len(failed)} of {len(results)} missing" if failed else "Done: nothing is missing"
    return "\n".join([*lines, "", f"{verdict} ({seconds:.1f} s)", ""])


def as_json(base: Base, results: Sequence[Result], seconds: float) -> str:
    """Return the results for a program."""
    told = {
        "passed": all(result.passed for result in results),
        "base": base._asdict(),
        "seconds": round(seconds, 1),
        "checks": [result._asdict() for result in results],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
