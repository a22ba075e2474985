"""What the work is compared with: the branch it leaves from."""

from typing import Final

from tools.repository import git

BASE: Final = "main"


def commit_of(name: str) -> str:
    """Return the commit that a branch, here or at origin, or another name stands for."""
    for form in (name, f"origin/{name}"):
        found = git("rev-parse", "--verify", "--quiet", form + "^{commit}").strip()
        if found:
            return found
    return ""


def fork_point(name: str = BASE) -> str:
    """Return the commit of the base branch that this work began with, or nothing."""
    base = commit_of(name)
    return git("merge-base", "HEAD", base).strip() if base else ""


def text_at(commit: str, path: str) -> str | None:
    """Return a file of the service as a commit has it, or nothing where it has none."""
    known = git("ls-tree", "--name-only", commit, "--", path)
    return git("show", f"{commit}:./{path}") if known else None
