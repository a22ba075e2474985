"""Programs that run in a service, with its own environment."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from scaffold.errors import ScaffoldError

SCRIPTS: Final = Path(__file__).parent / "in_service"
UV: Final = os.environ.get("UV", "uv")
# `--active` takes the environment that the command was called from, `.venv` otherwise.
PYTHON: Final = (UV, "run", "--active", "--no-sync", "--quiet", "python")
SYNC: Final = (UV, "sync", "--active", "--inexact", "--quiet")
NO_UV: Final = "There is no uv on PATH, which runs programs in the service: `pip install uv`."
NO_PACKAGES: Final = "The service's environment has no {name}: run `uv sync`."
# A program of ours that cannot start; what the service's own modules lack has their place before it.
MISSING_PACKAGE: Final = re.compile(r"^ModuleNotFoundError: No module named '(\w+)", re.MULTILINE)
# Of this command's own environment, which is not the service's.
OWN: Final = ("PYTHONPATH", "PYTHONHOME")


class Migration(NamedTuple):
    """A migration that was written, and what in it needs a look."""

    path: str  # in the service
    warnings: list[str]


def run(root: Path, *command: str, data: str | None = None, **variables: str) -> str:
    """Run a program in a service and return what it prints.

    Raises:
        ScaffoldError: It failed; the message has what it printed.
    """
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment(root) | variables,
            input=data,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ScaffoldError(NO_UV) from None
    if done.returncode:
        message = done.stderr.strip() or done.stdout.strip() or f"{' '.join(command)} failed"
        missing = MISSING_PACKAGE.search(message)
        raise ScaffoldError(NO_PACKAGES.format(name=missing[1]) if missing else message)
    return done.stdout.strip()


def environment(root: Path) -> dict[str, str]:
    """Return the environment variables for programs of a service.

    `uv tool run` has its own environment active only in PATH: VIRTUAL_ENV is that of the caller.
    """
    inherited = {key: value for key, value in os.environ.items() if key not in OWN}
    if os.environ.get("VIRTUAL_ENV") == sys.prefix:
        inherited.pop("VIRTUAL_ENV")
    return inherited | {"PYTHONPATH": str(root)}


def sync(root: Path) -> None:
    """Bring the environment of a service up to date.

    Raises:
        ScaffoldError: uv cannot.
    """
    run(root, *SYNC)


def pending_migration(root: Path) -> str:
    """Return what the service says about a migration that its tables may need.

    Raises:
        ScaffoldError: It cannot tell, as where a module cannot be imported.
    """
    return run(root, *PYTHON, "-m", "tools.pending_migration")


def write_migration(
    root: Path, message: str, known: dict[str, Any], **variables: str
) -> Migration | None:
    """Write the migration to the tables as they are now, or nothing if they are the same.

    Args:
        root: The service.
        message: What changes, in a few words.
        known: What the tables do not say: `renames`, `tables`, and `defaults` of rows.
        variables: Environment variables of the service.

    Raises:
        ScaffoldError: It cannot be written, as where a module cannot be imported.
    """
    data = json.dumps({"message": message} | known)
    script = str(SCRIPTS / "write_migration.py")
    answer = json.loads(run(root, *PYTHON, script, data=data, **variables).splitlines()[-1])
    return Migration(answer["path"], answer["warnings"]) if answer["path"] else None


@contextmanager
def scratch_server(root: Path) -> Iterator[str]:
    """Run the server of the service's tests, and give its URL.

    Raises:
        ScaffoldError: It does not start.
    """
    script = str(SCRIPTS / "scratch_server.py")
    with subprocess.Popen(
        [*PYTHON, script],
        cwd=root,
        env=environment(root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        url = next(iter(process.stdout or ()), "").strip()
        if not url:
            raise ScaffoldError("".join(process.stderr or ()).strip())
        yield url
