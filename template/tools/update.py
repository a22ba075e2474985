"""Runs Copier with other answers, at the version of the template that the service has."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.refused import RefusedError
from tools.repository import LOCK_FILE, Changes, git, lock_file_is_new

REFUSED: Final = "Validation error for question "
UNFORMATTED: Final = re.compile(r"^(.+):\d+:\d+: unformatted", re.MULTILINE)


def update(root: Path, answers: dict[str, Any]) -> None:
    """Merge what other answers give into the service.

    Raises:
        RefusedError: The template refuses an answer, or Copier cannot work.
    """
    with lock_file_aside():
        # It takes a while to import, and keeps the environment that it finds.
        from copier import VcsRef, run_update  # noqa: PLC0415
        from copier.errors import CopierError  # noqa: PLC0415

        try:
            run_update(
                root,
                data=answers,
                vcs_ref=VcsRef.CURRENT,
                defaults=True,
                overwrite=True,
                quiet=True,
            )
        except (CopierError, OSError, ValueError) as error:
            message = sentence_of(str(error))
            raise RefusedError(message) from error


def sentence_of(text: str) -> str:
    """Return what the template says about the resources or another answer, or else what Copier says."""
    if not text.startswith(REFUSED):
        return f"Copier could not update the service: {text}"
    return text.removeprefix(REFUSED).removeprefix("'resources': ").strip()


@contextmanager
def lock_file_aside() -> Iterator[None]:
    """Let a lock file that git does not know yet not count as a change.

    `uv run` writes it before this program runs, and Copier would stop for it.
    """
    if not lock_file_is_new():
        yield
        return
    own = git("config", "--path", "core.excludesFile").strip()
    own_file = Path(own or os.environ.get("XDG_CONFIG_HOME", "~/.config") + "/git/ignore")
    with TemporaryDirectory() as folder:
        ignored = Path(folder, "ignore")
        rules = own_file.expanduser().read_text() if own_file.expanduser().exists() else ""
        ignored.write_text(f"{rules}\n{LOCK_FILE}\n")
        count = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
        os.environ["GIT_CONFIG_COUNT"] = str(count + 1)
        os.environ[f"GIT_CONFIG_KEY_{count}"] = "core.excludesFile"
        os.environ[f"GIT_CONFIG_VALUE_{count}"] = str(ignored)
        try:
            yield
        finally:
            os.environ["GIT_CONFIG_COUNT"] = str(count)


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
