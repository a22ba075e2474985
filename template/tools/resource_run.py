"""Makes a change to the resources, or shows it; and tells what was done."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.answers import read_source
from tools.changes import Change
from tools.formatting import tidy, untidy_in
from tools.merge import gone, merge
from tools.refused import RefusedError
from tools.repository import (
    BACK_OUT,
    ROOT,
    Changes,
    changes_in,
    conflicts_in,
    git,
    refuse_unclean,
    report,
)
from tools.revision import Written, reviser, write

NEXT: Final = """
Next: `uv run poe migrate` (`poe dev` does it, too), `uv run poe check`, and commit.
To take all of it back: {back_out}
"""
CONFLICT: Final = """
What the template wants to write and what you wrote meet at:
{places}

No migration has been written. Either mend these places (both versions stand between <<<<<<< and
>>>>>>>), and then
  git add -A
  uv run poe makemigration "{message}"
  uv run poe check
or take all of it back, losing nothing of yours:
  {back_out}
"""
BY_HAND: Final = """
makemigration cannot know all of this change; write by hand, in place of drop_column and add_column:
"""


def make(answers: dict[str, Any], wanted: Change) -> None:
    """Merge a change into the service and write its migration.

    Raises:
        RefusedError: It cannot be made, or not without a person.
    """
    refuse_unclean()
    with reviser(ROOT) as process:
        changes = merge_change(ROOT, answers, wanted)
        written = write_migration(process, wanted)
    sys.stdout.write(f"{wanted.message}\n{report(changes)}")
    sys.stdout.write(f"{gone(ROOT, changes.deleted, read_source(), answers)}{about(written)}")
    sys.stdout.write(NEXT.format(back_out=BACK_OUT))


def show(answers: dict[str, Any], wanted: Change) -> None:
    """Make a change in a clone that is thrown away, and tell what it would do.

    Raises:
        RefusedError: It could not be made, or not without a person.
    """
    from tools.postgres import scratch_server  # noqa: PLC0415 - takes a while

    refuse_unclean()
    with TemporaryDirectory() as folder:
        top = Path(git("rev-parse", "--show-toplevel").strip())
        git("clone", "--quiet", str(top), folder)
        root = Path(folder).resolve() / ROOT.relative_to(top)  # Copier takes no link for it
        with scratch_server() as url, reviser(root, TEST_DATABASE_URL=url) as process:
            changes = merge_change(root, answers, wanted)
            written = write(process, wanted)
        sys.stdout.write(f"{wanted.message}, a dry run: nothing is written\n{report(changes)}")
        sys.stdout.write(f"{gone(root, changes.deleted, read_source(), answers)}{about(written)}")
        if written:
            sys.stdout.write(f"\nwhat it does to the database\n{steps_of(root / written.path)}")


def merge_change(root: Path, answers: dict[str, Any], wanted: Change) -> Changes:
    """Merge other resources into the service and return what that changed.

    Raises:
        RefusedError: The template refuses them, or there are conflicts.
    """
    untidy = untidy_in(root)
    merge(root, answers | {"resources": wanted.resources})
    changes = changes_in(root)
    places = conflicts_in(root)
    if places:
        message = f"{wanted.message}\n{report(changes)}{conflict(places, wanted)}"
        raise RefusedError(message)
    tidy(root, changes, untidy)
    return changes_in(root)


def conflict(places: list[str], wanted: Change) -> str:
    """Return where a merge needs a person, and how to go on or back."""
    listed = "\n".join(f"  {place}" for place in places)
    told = CONFLICT.format(places=listed, message=wanted.message, back_out=BACK_OUT)
    return told + by_hand(wanted)


def by_hand(wanted: Change) -> str:
    """Return what a migration needs that only this run knows, for one that is written later."""
    lines = [
        f'  op.alter_column("{table}", "{old}", new_column_name="{new}")'
        for table, old, new in wanted.renames
    ]
    lines += [
        f"  {table}.{column}: rows that exist get {value}"
        for table, column, value in wanted.defaults
    ]
    return BY_HAND + "\n".join(lines) if lines else ""


def write_migration(process: "subprocess.Popen[str]", wanted: Change) -> Written | None:
    """Write the migration for a change that has been merged.

    Raises:
        RefusedError: It cannot be written; the message tells how to go on.
    """
    try:
        return write(process, wanted)
    except RefusedError as error:
        message = (
            f"{error}\nThe files are merged, but there is no migration. Mend what is wrong, then "
            f'`uv run poe makemigration "{wanted.message}"`; or take all of it back, which is '
            f"safer where a column has a new name or values: {BACK_OUT}{by_hand(wanted)}"
        )
        raise RefusedError(message) from error


def about(written: Written | None) -> str:
    """Return where the migration is and what in it needs a look."""
    if not written:
        return "\nmigration\n  none: the tables stay as they are\n"
    return f"\nmigration\n  {written.path}\n" + "".join(
        f"  Look at: {line}\n" for line in written.warnings
    )


def steps_of(migration: Path) -> str:
    """Return the lines of a migration that go forward."""
    _, _, body = migration.read_text().partition("def upgrade() -> None:")
    return body.partition("\ndef downgrade")[0].strip("\n") + "\n"
