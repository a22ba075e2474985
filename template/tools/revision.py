"""Writes a migration in a process of its own, which sees the tables as they are by then."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from tools.changes import Change
from tools.refused import RefusedError
from tools.repository import ROOT

LIBRARIES: Final = (
    *("alembic.command", "asyncpg", "pydantic_settings"),
    *("sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.ext.asyncio", "structlog"),
)


class Written(NamedTuple):
    """A migration, and what in it needs a look."""

    path: Path  # in the service
    warnings: list[str]


@contextmanager
def reviser(root: Path, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the process that writes the migration: it gets ready while the files are merged.

    Until it is asked to write, it imports nothing of the service but tools.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tools.revision"],
        cwd=root,
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def write(process: "subprocess.Popen[str]", change: Change) -> Written | None:
    """Have that process write the migration for a change; nothing where the tables stay.

    Raises:
        RefusedError: It cannot be written, as where a module does not import any more.
    """
    asked = json.dumps([change.message, change.renames, change.defaults])
    output, errors = process.communicate(asked)
    if process.returncode:
        message = f"The migration could not be written: {errors.strip()}"
        raise RefusedError(message)
    path, warnings = json.loads(output.splitlines()[-1])
    return Written(Path(path), warnings) if path else None


def main() -> None:
    """Write the migration that standard input asks for, and tell about it as JSON."""
    for library in LIBRARIES:
        import_module(library)
    message, renames, defaults = json.load(sys.stdin)
    from tools.migrations import (  # noqa: PLC0415 - needs the service
        ending_with_a_sentence,
        write_migration,
    )
    from tools.renames import Rename  # noqa: PLC0415 - needs the database

    with redirect_stdout(sys.stderr), ending_with_a_sentence():
        written = write_migration(
            message,
            renames=[Rename(*rename) for rename in renames],
            defaults={(table, column): value for table, column, value in defaults},
        )
    answer = (str(written.path.relative_to(ROOT)), written.warnings) if written else (None, [])
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
