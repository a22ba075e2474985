"""One run of the tests answers several questions."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree as ET

from tools.base import Base
from tools.done.result import Result, Step, last_line, run

CHANGED_MIN: Final = "80"  # percent of the lines that are new or changed
TESTS: Final = "Tests"
WORKERS: Final = ("-n", "auto", "--maxprocesses", "4")  # as in `poe cover`
# What single tests stand for; a test that is gone answers nothing, and so is a failure.
QUESTIONS: Final = {
    "Migration matches": (
        "tests.integration.test_migrations",
        "test_the_migrations_build_what_the_tables_say",
        'Write the migration: `uv run poe makemigration "what changes"`.',
    ),
    "Upgrade, downgrade": (
        "tests.integration.test_migrations",
        "test_every_migration_goes_forward_back_and_forward_again",
        "Write the downgrade of the newest migration, or mend it.",
    ),
    "OpenAPI documented": (
        "tests.integration.api.test_openapi",
        "",
        "Give each endpoint a docstring, a response_model and its responses=…",
    ),
}

Outcomes = dict[tuple[str, str], str]  # of each test, what it says where it fails


def steps(base: Base) -> list[Step]:
    """Return the step that runs the tests and asks all that they answer."""

    def step() -> list[Result]:
        with TemporaryDirectory() as folder:
            return list(answers(base, Path(folder)))

    return [step]


def answers(base: Base, folder: Path) -> list[Result]:
    """Run the tests once, and return what they say."""
    junit = folder / "junit.xml"
    options = ("-q", "--no-header", "-p", "no:cacheprovider", f"--junitxml={junit}")
    done = run("coverage", "run", "-m", "pytest", *WORKERS, *options)
    run("coverage", "combine", "--quiet")
    help_line = "Mend the test or the code: `uv run poe test --lf` runs those that failed."
    passed = not done.returncode
    results = [Result(TESTS, passed, last_line(done.stdout), help_line, done.stdout)]
    outcomes = read_outcomes(junit)
    results += [answer(name, outcomes) for name in QUESTIONS]
    with ThreadPoolExecutor() as pool:  # they only read what the run has left
        told = [
            pool.submit(reach),
            pool.submit(coverage_of_all),
            pool.submit(coverage_of_changes, base, folder),
        ]
        return [*results, *(each.result() for each in told)]


def read_outcomes(junit: Path) -> Outcomes:
    """Return what became of each test."""
    if not junit.exists():
        return {}
    outcomes: Outcomes = {}
    for case in ET.parse(junit).iter("testcase"):  # noqa: S314 - pytest wrote it
        failed = [part.text or "" for part in case if part.tag in {"failure", "error"}]
        outcomes[case.get("classname", ""), case.get("name", "")] = "\n".join(failed)
    return outcomes


def answer(check: str, outcomes: Outcomes) -> Result:
    """Return what the tests say to one question."""
    module, function, help_line = QUESTIONS[check]
    asked = {
        name: failure
        for (owner, name), failure in outcomes.items()
        if owner == module and function in ("", name)
    }
    failed = [name for name, failure in asked.items() if failure]
    if not asked:
        gone = f"{module}.{function}".rstrip(".")
        return Result(check, False, f"{gone} did not run", "See what the tests say, below.")
    found = ", ".join(failed) or f"{len(asked)} of its tests passed"
    return Result(check, not failed, found, help_line, "\n".join(asked.values()).strip())


def reach() -> Result:
    """Return whether tests reach all endpoints and services."""
    done = run("python", "-m", "tools.rules.tested")
    help_line = "Write a test of each that is named."
    found = last_line(done.stdout) if done.returncode else "every endpoint and service method"
    return Result("Reached by tests", not done.returncode, found, help_line, done.stdout)


def coverage_of_all() -> Result:
    """Return whether the tests reach as much as the project asks for."""
    done = run("coverage", "report", "--skip-covered")
    help_line = "Test the lines that are missing; `uv run poe cover` shows them."
    totals = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("TOTAL")]
    found = f"{totals[0]} of all lines" if totals else last_line(done.stdout)
    return Result("Coverage", not done.returncode, found, help_line, done.stdout)


def coverage_of_changes(base: Base, folder: Path) -> Result:
    """Return whether the tests reach what is new and what has changed."""
    xml, report = folder / "coverage.xml", folder / "changed.json"
    run("coverage", "xml", "--quiet", "-o", str(xml))
    done = run(
        "diff-cover",
        *(str(xml), "--compare-branch", base.commit, "--diff-range-notation", ".."),
        *("--include-untracked", "--fail-under", CHANGED_MIN, "--format", f"json:{report}"),
    )
    help_line = f"Test the new lines until {CHANGED_MIN} % of them are reached."
    if not report.exists():
        return Result("Coverage of changes", False, last_line(done.stdout), help_line, done.stdout)
    told = json.loads(report.read_text())
    lines = told["total_num_lines"]
    found = f"{told['total_percent_covered']} % of {lines} changed lines" if lines else "no lines"
    missing = "\n".join(
        f"app/{path}: {', '.join(map(str, about['violation_lines']))}"
        for path, about in told["src_stats"].items()
        if about.get("violation_lines")
    )
    return Result("Coverage of changes", not done.returncode, found, help_line, missing)
