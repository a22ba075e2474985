"""Repositories of the template with releases: those of its own history, and synthetic ones."""

import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Final

from tests.repositories import commit, git
from tests.support import TEMPLATE
from tests.updates.template_changes import CHANGES
from tests.updates.text import apply

RELEASE: Final = re.compile(r"^([0-9a-f]{40}) release: (v\d+\.\d+\.\d+)$", re.MULTILINE)
BASE: Final = "v1.0.0"
HEAD: Final = "v999.0.0"  # the template as it stands, after all its releases
NEXT: Final = "v999.0.1"
MOST_CHANGES: Final = 8


def released() -> dict[str, str]:
    """Return the commits of the template's releases by their tags, the oldest first."""
    found = RELEASE.findall(git(TEMPLATE, "log", "--reverse", "--format=%H %s"))
    return {tag: commit_id for commit_id, tag in found}


def last_of_minors() -> list[str]:
    """Return the tag of the last release of each minor version, the oldest first."""
    return list({tag.rpartition(".")[0]: tag for tag in released()}.values())


def with_history(place: Path, files: Path) -> Path:
    """Make a repository with all releases so far, and the template as it stands as the last."""
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", TEMPLATE, place], check=True)
    git(place, "config", "advice.detachedHead", "false")
    for tag, commit_id in released().items():
        git(place, "tag", "--force", tag, commit_id)
    git(place, "checkout", "--quiet", "HEAD", "--", ".")
    replace_template(place, files)
    commit(place)
    git(place, "tag", HEAD)
    return place


def with_changes(place: Path, files: Path, releases: int) -> dict[str, list[str]]:
    """Make a repository with the template as it stands, and later releases with drawn changes.

    Returns:
        The names of the changes in each release, by its tag.
    """
    shutil.copytree(files, place)
    git(place, "init", "--quiet")
    commit(place)
    git(place, "tag", BASE)
    made = {}
    for number in range(1, releases + 1):
        random, tag = Random(number), f"v1.0.{number}"
        git(place, "checkout", "--quiet", BASE)
        changes = random.sample(CHANGES, random.randint(1, MOST_CHANGES))
        made[tag] = [name for name, _ in apply(changes, place / "template")]
        commit(place)
        git(place, "tag", tag)
    return made


def replace_template(place: Path, files: Path) -> None:
    """Put the template as it stands in the place of what a commit has."""
    shutil.rmtree(place / "template")
    shutil.copytree(files / "template", place / "template")
    shutil.copy(files / "copier.yml", place)
