"""Formats what a merge has changed, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.repository import Changes

UNFORMATTED: Final = re.compile(r"^(.+):\d+:\d+: unformatted", re.MULTILINE)


def untidy_in(root: Path) -> set[str]:
    """Return the modules whose owner does without the formatter."""
    said = ruff(root, "format", "--check", "--output-format", "concise", ".")
    return set(UNFORMATTED.findall(said))


def tidy(root: Path, changes: Changes, untidy: set[str]) -> None:
    """Sort imports and format where the merge has put lines side by side that need it."""
    merged = {path for path in (*changes.created, *changes.changed) if path.endswith(".py")}
    paths = sorted(merged - untidy)
    if paths:
        ruff(root, "check", "--select", "I", "--fix", *paths)
        ruff(root, "format", *paths)


def ruff(root: Path, *arguments: str) -> str:
    """Run Ruff in the service and return what it prints."""
    command = [sys.executable, "-m", "ruff", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout
