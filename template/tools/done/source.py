"""What the source has to be: whole, and without traces of work."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from tools.base import Base
from tools.done.result import Result, Step
from tools.repository import ROOT, git
from tools.rules.check import in_source
from tools.rules.finding import Finding, is_excused
from tools.rules.migrations import check_released, check_row

MARKERS: Final = r"^(<{7}|\|{7}|>{7}) "
LEFT: Final = re.compile(
    r"\b(breakpoint|set_trace|ic|pprint)\(|\bimport i?pdb\b|\becho=[T]rue\b|\b(FIX[M]E|X[X]X)\b|DO NOT[ ]MERGE"
)
LEFT_BEHIND: Final = "SVC602"
PYTHON: Final = ".py"
MIGRATIONS_HELP: Final = (
    "Leave what is released as it is, and keep the row whole: `uv run poe rules` says how."
)


def findings_step(check: str, help_line: str, found: Callable[[], Iterable[Finding]]) -> Step:
    """Return the step of rules of our own."""

    def step() -> Sequence[Result]:
        lines = [str(finding) for finding in found()]
        told = f"{len(lines)} found" if lines else "nothing found"
        return [Result(check, not lines, told, help_line, "\n".join(lines))]

    return step


def steps(base: Base) -> list[Step]:
    """Return the steps that only read."""

    def in_migrations() -> Iterator[Finding]:
        yield from check_row(ROOT)
        yield from check_released(ROOT, base.commit)

    return [
        findings_step("Rules", "Do as each line says; `uv run poe rules` shows them.", in_source),
        findings_step("Migration history", MIGRATIONS_HELP, in_migrations),
        findings_step(
            "Conflict markers", "Decide for one version and take the markers out.", conflicts
        ),
        findings_step(
            "Debug leftovers", "Take out what was there to look on.", lambda: leftovers(base)
        ),
    ]


def conflicts() -> Iterator[Finding]:
    """Give the lines where a merge is not finished."""
    for line in git("grep", "--untracked", "-nIE", MARKERS, "--", ".").splitlines():
        path, number, _ = line.split(":", 2)
        yield Finding(path, int(number), "SVC601", "a conflict begins, parts or ends here")


def leftovers(base: Base) -> Iterator[Finding]:
    """Give the lines of this work that were written to look on."""
    for path, number, text in added_lines(base):
        found = LEFT.search(text) if path.endswith(PYTHON) else None
        if found and not is_excused(text, LEFT_BEHIND):
            yield Finding(path, number, LEFT_BEHIND, f"{found[0]} was left behind")


def added_lines(base: Base) -> Iterator[tuple[str, int, str]]:
    """Give each line that this work adds, with its file and number."""
    path, number = "", 0
    changes = git("diff", "--unified=0", "--no-color", "--relative", base.commit, "--", ".")
    for line in changes.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("@@"):
            number = int(line.split("+")[1].split()[0].split(",")[0])
        elif line.startswith("+"):
            yield path, number, line.removeprefix("+")
            number += 1
    for path in git("ls-files", "--others", "--exclude-standard", "-z").split("\0"):
        if path.endswith(PYTHON):
            lines = (ROOT / path).read_text().splitlines()
            yield from ((path, number, text) for number, text in enumerate(lines, 1))
