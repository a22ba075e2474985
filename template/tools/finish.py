"""What comes after a release is merged: the environment, the migrations, and a commit if wished."""

import os
import subprocess
import sys
from typing import Any, Final

from tools.answers import read_answers, read_committed, resources_of
from tools.merge import gone
from tools.refused import RefusedError
from tools.repository import (
    BACK_OUT,
    LOCK_FILE,
    ROOT,
    changes_in,
    git,
    lock_file_is_new,
    marked_lines,
    refuse_unfinished,
    unmerged_in,
)

SYNC: Final = (os.environ.get("UV", "uv"), "sync", "--active", "--inexact", "--quiet")
CONTINUE: Final = "uv run poe update --continue"
LOST: Final = """\
The update has lost resources: {names}. The release refuses what .copier-answers.yml says of them,
and Copier took its default instead. Take it back:
  {back_out}
Then this says what is wrong; mend it in .copier-answers.yml, commit, and run it again:
  uv run copier update --data-file .copier-answers.yml"""
NEXT: Final = """
Next: look at `git diff HEAD`, run `uv run poe check`, and commit.
To take all of it back: {back_out}
"""


def finish(*, by_hand: bool = False) -> None:
    """Bring the environment up to date, and tell what is left to do.

    Args:
        by_hand: Whether a person, or Copier by itself, has worked since the last commit.

    Raises:
        RefusedError: Conflicts are left, or the environment or the migrations are not as they
            should be.
    """
    for path in unmerged_in(ROOT):
        if not marked_lines(ROOT / path):
            git("add", "--all", "--", path)
    refuse_unfinished()
    if by_hand:
        look_back()
    run(*SYNC)
    # In a process of its own: the release may have changed all that is imported here.
    pending = run(sys.executable, "-m", "tools.pending_migration")
    sys.stdout.write(f"\nenvironment\n  up to date\n\nmigration\n  {pending}\n")
    sys.stdout.write(NEXT.format(back_out=BACK_OUT))


def look_back() -> None:
    """Tell which lines of the owner's Copier has deleted.

    Raises:
        RefusedError: Resources are lost.
    """
    answers, source = read_committed()
    refuse_loss(answers, read_answers())
    sys.stdout.write(gone(ROOT, changes_in(ROOT).deleted, source, answers))


def refuse_loss(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Stop where Copier has taken its default for resources that the release refuses.

    Raises:
        RefusedError: Resources are lost.
    """
    left = {resource["name"] for resource in resources_of(after)}
    lost = [each["name"] for each in resources_of(before) if each["name"] not in left]
    if lost:
        raise RefusedError(LOST.format(names=", ".join(lost), back_out=BACK_OUT))


def commit_to(branch: str, message: str) -> None:
    """Commit the work tree to a branch, which is made anew.

    Raises:
        RefusedError: Git cannot.
    """
    kept_out = [f":(exclude){LOCK_FILE}"] if lock_file_is_new() else []
    run("git", "switch", "--quiet", "--force-create", branch)
    run("git", "add", "--all", "--", ".", *kept_out)
    run("git", "commit", "--quiet", "--no-verify", "--message", message)
    sys.stdout.write(f"Committed to the branch {branch}.\n")


def run(*command: str) -> str:
    """Run a program in the service, and return what it prints.

    Raises:
        RefusedError: It failed; the message has what it said, and how to go on.
    """
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        code, said = 1, "There is no such program."
    else:
        code, said = done.returncode, done.stderr.strip()
    if code:
        message = (
            f"The release is merged, but this failed: {' '.join(command)}\n{said}\n"
            f"Mend it, and finish: {CONTINUE}\nOr take all of it back: {BACK_OUT}"
        )
        raise RefusedError(message)
    return done.stdout.strip()
