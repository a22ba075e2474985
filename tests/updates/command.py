"""What the tests of `poe update` share."""

from pathlib import Path
from typing import Final

from copier import VcsRef, run_update

from tests.answer_sets import Spec
from tests.repositories import commit, git
from tests.support import Service

ANSWERS: Final = ".copier-answers.yml"
BACK_OUT: Final = "git reset --hard && git clean -fd -e uv.lock"
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


def change_answers(place: Path, answers: Spec) -> None:
    """Change answers at the version that a service has, as `poe resource` does."""
    current = VcsRef.CURRENT
    run_update(place, data=answers, vcs_ref=current, defaults=True, overwrite=True, quiet=True)


def status(service: Service) -> list[str]:
    """Return what has changed since the last commit, but for the lock file that uv writes."""
    listed = git(service.path, "status", "--short", "--untracked-files=all").splitlines()
    return [line for line in listed if line != "?? uv.lock"]
