"""Git, and the base branch: what the work is compared with."""

import subprocess
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
USUAL: Final = {"main", "master", "trunk"}
NO_REPOSITORY: Final = 'There is no commit to compare with: first `git init -b main`, `git add -A` and `git commit -m "chore: new service"`.'
NO_BRANCH: Final = "There is no branch '{name}', neither here nor at origin: name the one that this work goes into, as in `poe done --base develop`, or fetch it: `git fetch origin {name}`."
MANY_BRANCHES: Final = 'Several branches may be the one that this work goes into ({names}): name it, as in `poe done --base develop`, or for good in pyproject.toml: `[tool.done]`, `base = "develop"`.'
SHALLOW: Final = "This work and '{name}' have no commit in common: fetch the whole history, with `git fetch --unshallow`, or with fetch-depth: 0 in a workflow."


class BaseError(Exception):
    """There is no commit to compare with; the message says what to do."""


class Base(NamedTuple):
    """The commit to compare with, and what it is."""

    commit: str
    name: str


def find_base(name: str = "") -> Base:
    """Return where the work left a branch; on that branch itself, what was there before.

    That is its state at origin, or the last commit while something is not committed, or else
    the commit before; the first commit of all is compared with itself.

    Raises:
        BaseError: There is no such branch, or nothing in common with it.
    """
    head = commit_of("HEAD")
    if not head:
        raise BaseError(NO_REPOSITORY)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"].get("done", {})
    name = name or settings.get("base") or default_branch()
    branches = [branch for branch in (name, f"origin/{name}") if commit_of(branch)]
    if not branches:
        raise BaseError(NO_BRANCH.format(name=name))
    forks = {branch: git("merge-base", "HEAD", branch).strip() for branch in branches}
    if not any(forks.values()):
        raise BaseError(SHALLOW.format(name=name))
    for branch, fork in forks.items():
        if fork not in ("", head):
            return Base(fork, branch)
    before = commit_of("HEAD~1")
    if git("status", "--porcelain", "--", ".").strip() or not before:
        return Base(head, "the last commit")
    return Base(before, "the commit before")


def default_branch() -> str:
    """Return the default branch of origin, or else the only branch that can be it."""
    default = git("rev-parse", "--abbrev-ref", "--verify", "--quiet", "origin/HEAD")
    places = ("refs/heads", "refs/remotes/origin")
    names = (default or git("for-each-ref", "--format=%(refname:lstrip=2)", *places)).split()
    found = {name.removeprefix("origin/") for name in names}
    found = found & USUAL or found or {"main"}
    if len(found) > 1:
        raise BaseError(MANY_BRANCHES.format(names=", ".join(sorted(found))))
    return found.pop()


def commit_of(name: str) -> str:
    """Return the commit that a name stands for, or nothing."""
    return git("rev-parse", "--verify", "--quiet", name + "^{commit}").strip()


def git(*arguments: str, root: Path = ROOT) -> str:
    """Run git in the service and return what it prints, or nothing where it fails."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout
