"""What the tests of `poe update` share."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from copier import VcsRef, run_update

from tests.answer_sets import Spec
from tests.repositories import commit, git

ANSWERS: Final = ".copier-answers.yml"
UNDO: Final = "git reset --hard && git clean -fd -e uv.lock"
FINISH: Final = "uv run poe update --continue"
CHANGELOG: Final = """# Changelog

## Unreleased

Not for anybody yet.

## 0.0.3 (2026-03-01)

Brings the third.

## 0.0.2 (2026-02-01)

What you have to do: nothing for the second.

## 0.0.1 (2026-01-01)

The first.
"""


def release(template: Path, tag: str = "v0.0.3") -> None:
    """Commit the template as the next release."""
    (template / "CHANGELOG.md").write_text(CHANGELOG)
    commit(template)
    git(template, "tag", tag)


def copier(place: Path, *arguments: str) -> str:
    """Run Copier in a folder, as a user does, and return what it printed."""
    done = subprocess.run(
        [Path(sys.executable).parent / "copier", *arguments],
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def change_answers(place: Path, answers: Spec) -> None:
    """Change answers at the version that a service has, with Copier alone."""
    current = VcsRef.CURRENT
    run_update(place, data=answers, vcs_ref=current, defaults=True, overwrite=True, quiet=True)


def status(place: Path) -> list[str]:
    """Return what has changed since the last commit, but for the lock file that uv writes."""
    listed = git(place, "status", "--short", "--untracked-files=all").splitlines()
    return [line for line in listed if line != "?? uv.lock"]


def owners_side(file: Path) -> None:
    """Resolve the conflict in a file as its owner had it."""
    before, _, rest = file.read_text().partition("<<<<<<< ")
    ours, _, rest = rest.partition("\n")[2].partition("=======\n")
    file.write_text(before + ours + rest.partition(">>>>>>> ")[2].partition("\n")[2])
