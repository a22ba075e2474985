"""Writes a migration in a process of its own, which sees the tables as they are now."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

from tools.changes import Change
from tools.refused import RefusedError


class Written(NamedTuple):
    """A migration, and what in it needs a look."""

    path: Path  # in the service
    warnings: list[str]


def write(root: Path, change: Change, **variables: str) -> Written | None:
    """Write the migration for a change; nothing where the tables stay as they are.

    Raises:
        RefusedError: It cannot be written, as where a module does not import any more.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tools.revision"],
        cwd=root,
        env=os.environ | variables,
        input=json.dumps([change.message, change.renames, change.defaults]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"The migration could not be written: {done.stderr.strip()}"
        raise RefusedError(message)
    path, warnings = json.loads(done.stdout.splitlines()[-1])
    return Written(Path(path).relative_to(root), warnings) if path else None


def main() -> None:
    """Write the migration that standard input asks for, and tell about it as JSON."""
    from tools.migrations import (  # noqa: PLC0415 - needs the service
        ending_with_a_sentence,
        write_migration,
    )
    from tools.renames import Rename  # noqa: PLC0415 - needs the database

    message, renames, defaults = json.load(sys.stdin)
    with redirect_stdout(sys.stderr), ending_with_a_sentence():
        written = write_migration(
            message,
            renames=[Rename(*rename) for rename in renames],
            defaults={(table, column): value for table, column, value in defaults},
        )
    answer = (str(written.path), written.warnings) if written else (None, [])
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
