"""The result of a check, and what gives one: a tool, rules of our own, traces of work."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tools.git import ROOT, Base, git
from tools.rules.finding import Finding, is_excused

MARKERS: Final = r"^(<{7}|\|{7}|>{7}) "
LEFTOVER_TEXT: Final = r"\b(breakpoint|set_trace|ic|pprint)\(|\bimport i?pdb\b|\becho=[T]rue\b|\b(FIX[M]E|X[X]X)\b|DO NOT[ ]MERGE"
LEFTOVER: Final = "SVC602"


class Result(NamedTuple):
    """Whether a check passed, what it found, and what to do if it failed."""

    check: str
    passed: bool
    found: str
    help: str
    output: str = ""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment in the service; stdout has all that it prints."""
    pipe, merge = subprocess.PIPE, subprocess.STDOUT
    return subprocess.run(command, cwd=ROOT, stdout=pipe, stderr=merge, text=True, check=False)


def tool(check: str, fix: str, *command: str) -> list[Result]:
    """Run a tool, and sum up what it prints by the last line."""
    done = run(*command)
    return [Result(check, not done.returncode, last_line(done.stdout), fix, done.stdout)]


def findings(check: str, fix: str, found: Iterable[Finding]) -> list[Result]:
    """Count what rules of our own find, lazily."""
    lines = [str(finding) for finding in found]
    return [Result(check, not lines, f"{len(lines) or 'nothing'} found", fix, "\n".join(lines))]


def last_line(text: str) -> str:
    """Return the last line that is not only a ruler."""
    lines = [line.strip("-= ") for line in text.splitlines() if line.strip("-= ")]
    return " ".join(lines[-1].split()) if lines else "nothing found"


def conflicts() -> Iterator[Finding]:
    """Yield the lines where a merge is not finished."""
    for line in git("grep", "--untracked", "-nIE", MARKERS, "--", ".").splitlines():
        path, number, _ = line.split(":", 2)
        yield Finding(path, int(number), "SVC601", "is a conflict marker")


def leftovers(base: Base) -> Iterator[Finding]:
    """Yield the lines of this work that were written for debugging."""
    for path, number, text in added_lines(base):
        if (found := re.search(LEFTOVER_TEXT, text)) and not is_excused(text, LEFTOVER):
            yield Finding(path, number, LEFTOVER, f"{found[0]} was left behind")


def added_lines(base: Base) -> Iterator[tuple[str, int, str]]:
    """Yield each line of Python that this work adds, with its file and number."""
    path, number = "", 0
    options = ("--unified=0", "--no-color", "--no-ext-diff", "--no-prefix", "--relative")
    for line in git("diff", *options, base.commit, "--", "*.py").splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ")
        elif line.startswith("@@"):
            number = int(re.split("[, ]", line.partition("+")[2])[0])
        elif line.startswith("+"):
            yield path, number, line[1:]
            number += 1
    for path in git("ls-files", "--others", "--exclude-standard", "-z", "*.py").split("\0")[:-1]:
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
            yield path, number, line
