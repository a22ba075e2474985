"""What a check of the definition of done comes to."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tools.repository import ROOT


class Result(NamedTuple):
    """Whether a check passed, what it found, and what to do where it did not."""

    check: str
    passed: bool
    found: str
    help: str
    output: str = ""


Step = Callable[[], Sequence[Result]]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment in the service."""
    return subprocess.run(
        [shutil.which(command[0]) or command[0], *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def tool(check: str, help_line: str, *command: str) -> Step:
    """Return the step that runs a tool and shows the last line that it prints."""

    def step() -> list[Result]:
        done = run(*command)
        return [Result(check, not done.returncode, last_line(done.stdout), help_line, done.stdout)]

    return step


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip("= ") for line in text.splitlines() if line.strip("= ")]
    return lines[-1] if lines else "nothing to say"
