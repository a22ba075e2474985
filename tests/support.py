"""A rendered service, and how to run things in it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy

from tests.repositories import commit, git

TEMPLATE: Final = Path(__file__).parent.parent
UV: Final = os.environ.get("UV", "uv")
TIMEOUT_SECONDS: Final = 300
PRIVATE: Final = (
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "PYTHONPATH",
    "PYTEST_ADDOPTS",
    "PYTHONDONTWRITEBYTECODE",
)
FOREIGN: Final = ("PYTEST_", "COV_", "POE_")  # of who runs these tests, maybe by `poe check`
SCRATCH_URL: Final = "SCRATCH_DATABASE_SERVER"  # of the PostgreSQL that the tests share
# Other resources are nothing to the tests of what has none: a server, its core, its database.
OF_RESOURCES: Final = (
    *("tests/integration/api", "tests/integration/test_migrations.py"),
    *("tests/unit/services", "tests/unit/db/test_page_plans.py"),
)
EMBEDDED: Final = ""  # as TEST_DATABASE_URL: the service starts a server of its own


def outcome_of(command: Sequence[str | Path], timeout: float, **given: Any) -> tuple[int, str]:
    """Run a command, and return its exit code and all that it printed.

    Raises:
        subprocess.TimeoutExpired: It did not end in this many seconds.
    """
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
        **given,
    )
    return done.returncode, done.stdout


@dataclass(frozen=True)
class Service:
    """A rendered service and the environment to run it in."""

    path: Path
    environment: Path

    @property
    def mypy_cache(self) -> Path:
        """Where mypy keeps what it knows: types of libraries are the same in all renders."""
        return self.environment / f"mypy-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"

    def variables(self, **extra: str) -> dict[str, str]:
        """Return the environment variables of a shell in which the environment is active."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in PRIVATE and not name.startswith(FOREIGN)
        }
        own = {
            "PATH": f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(self.environment),
            # Each pytest closes its directory to other users, PostgreSQL's among them: with one of
            # its own, that of the service leaves ours alone.
            "PYTEST_DEBUG_TEMPROOT": str(self.environment.parent),
            "MYPY_CACHE_DIR": str(self.mypy_cache),
            "TEST_DATABASE_URL": os.environ.get(SCRATCH_URL, EMBEDDED),
            "PYTEST_XDIST_AUTO_NUM_WORKERS": "0",  # our own workers keep all cores busy
        }
        return inherited | own | extra

    def run(self, *command: str, text: str | None = None, **variables: str) -> str:
        """Run a command in the service, with a text as its input, and return what it printed.

        Raises:
            AssertionError: It failed; the message has the output.
        """
        code, output = self.attempt(*command, text=text, **variables)
        assert code == 0, f"{' '.join(command)}\n{output}"
        return output

    def attempt(self, *command: str, text: str | None = None, **variables: str) -> tuple[int, str]:
        """Run a command in the service and return its exit code and what it printed."""
        given = {"cwd": self.path, "env": self.variables(**variables), "input": text}
        return outcome_of(command, TIMEOUT_SECONDS, **given)

    def start(self, *command: str, log: Path, **extra: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own, with its output in a file."""
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self.path,
                env=self.variables(**extra),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def copy_template(place: Path) -> Path:
    """Copy the template as it stands into a folder, without what its history and tests need."""
    place.mkdir(exist_ok=True)
    shutil.copy(TEMPLATE / "copier.yml", place)
    caches = shutil.ignore_patterns("__pycache__", ".*_cache")
    shutil.copytree(TEMPLATE / "template", place / "template", ignore=caches)
    return place


def committed(folder: str = ".") -> list[Path]:
    """Return the files of the repository, as the next commit would have them."""
    listed = git(
        TEMPLATE, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder
    )
    paths = [TEMPLATE / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def clone_as_it_stands(place: Path) -> None:
    """Make a repository of the template in a folder, as a clone of the next commit would be."""
    for path in committed():
        copied = place / path.relative_to(TEMPLATE)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
    git(place, "init", "--quiet")
    commit(place)


def refusal_of(template: Path, folder: Path, question: str, answer: Any) -> str:
    """Return what the template has against an answer; nothing may have been written."""
    place = folder / "service"
    with pytest.raises(ValueError, match="Validation error") as refused:
        run_copy(str(template), place, data={question: answer}, defaults=True, quiet=True)
    assert not place.exists()
    return str(refused.value).removeprefix(f"Validation error for question '{question}': ")
