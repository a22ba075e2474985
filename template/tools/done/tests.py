"""One run of the tests, and all that it answers."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree as ET

from tools.done.checks import Result, run, tool
from tools.git import Base

PYTEST: Final = ("coverage", "run", "-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "4")
COVERAGE: Final = ("coverage", "report", "--no-skip-covered", "--sort=-cover")
DIFF_COVER: Final = ("diff-cover", "--include-untracked", "--diff-range-notation", "..")
CHANGED_MIN: Final = "80"  # percent of the lines that are new or changed
FAILED: Final = {"error", "failure", "skipped"}
QUESTIONS: Final = (  # a check, the names of its tests, and what to do if they fail
    ("Migration matches", "test_the_migrations_build", "Run `uv run poe makemigration`."),
    ("Upgrade, downgrade", "test_every_migration_goes", "Fix the newest migration's downgrade."),
    ("OpenAPI documented", "api.test_openapi.", "Add docstring, response_model and responses=…."),
)


def run_tests(base: Base) -> list[Result]:
    """Run the tests once, and return the results of all that they answer."""
    with TemporaryDirectory() as folder:
        junit, xml = f"{folder}/junit.xml", f"{folder}/coverage.xml"
        fix = "Fix the test or the code: `uv run poe test --lf` runs those that failed."
        tests = tool("Tests", fix, *PYTEST, f"--junitxml={junit}")
        run("coverage", "combine", "--quiet")
        run("coverage", "xml", "--quiet", "-o", xml)
        changes = (*DIFF_COVER, xml, "--compare-branch", base.commit, "--fail-under", CHANGED_MIN)
        return [
            *tests,
            *tool("Reached by tests", "Test what is named.", "poe", "--quiet", "tested"),
            *tool("Coverage", "Test the missing lines.", *COVERAGE),
            *tool("Coverage of changes", "Test the lines that are named.", *changes),
            *answers(Path(junit)),
        ]


def answers(junit: Path) -> Iterator[Result]:
    """Yield what some of the tests answer, which is nothing if they did not run."""
    cases = list(ET.parse(junit).iter("testcase")) if junit.exists() else []  # noqa: S314 - ours
    for check, test, fix in QUESTIONS:
        ran = [case for case in cases if test in f"{case.get('classname')}.{case.get('name')}"]
        failed = [part.text or part.tag for case in ran for part in case if part.tag in FAILED]
        found = f"{len(ran)} tests ran, {len(failed)} failed" if ran else f"no {test} ran"
        yield Result(check, bool(ran) and not failed, found, fix, "\n".join(failed))
