"""Git in a service: what it knows of the work tree, and what this package asks it to do."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from scaffold.errors import ScaffoldError

LOCK_FILE: Final = "uv.lock"  # `uv run` writes it as soon as a service is used
# A hook or an alias of git sets these, and they would point git somewhere else.
INHERITED: Final = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)
# No hook or maintenance of the owner's runs while this package works.
UNDISTURBED: Final = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "maintenance.auto=false"),
)
NO_REPOSITORY: Final = (
    "This is not a git repository: first run `git init -b main`, `git add -A` and"
    ' `git commit -m "chore: new service"`.'
)
NO_COMMIT: Final = (
    "Nothing is committed here yet: first run `git add -A` and"
    ' `git commit -m "chore: new service"`.'
)
ARROW: Final = " → "
# By the stages that a path in conflict has: 1 base, 2 ours, 3 theirs.
DELETED_BY: Final = {
    frozenset({1, 2}): " (the template deletes it, you changed it)",
    frozenset({1, 3}): " (you deleted it, the template changes it)",
}
SPARSE: Final = (
    "This is a sparse checkout, in which a merge cannot write all files: first run"
    " `git sparse-checkout disable`."
)
UNFINISHED: Final = {
    "MERGE_HEAD": ("merge", "git merge --abort"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --abort"),
    "REVERT_HEAD": ("revert", "git revert --abort"),
    "rebase-merge": ("rebase", "git rebase --abort"),
    "rebase-apply": ("rebase", "git rebase --abort"),
}


class Changes(NamedTuple):
    """What differs from the last commit, as paths in the service."""

    created: list[str]
    changed: list[str]
    moved: list[str]  # as "old → new"
    deleted: list[str]


class Repository:
    """The repository of a service, which may be a part of it."""

    def __init__(self, root: Path) -> None:
        """Find the repository around a service.

        Raises:
            ScaffoldError: There is none.
        """
        self.root = root
        found = self.ask("rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix")
        if not found:
            raise ScaffoldError(NO_REPOSITORY)
        top, git_dir, self.prefix = found.split("\n")[:3]
        self.top, self.git_dir = Path(top), Path(git_dir)

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, data: str | None = None
    ) -> str:
        """Run git in the service and return what it prints.

        Raises:
            ScaffoldError: It failed; the message has what it printed.
        """
        done = self.call(*arguments, env=env, data=data)
        if done.returncode:
            message = f"`git {' '.join(arguments)}` failed: {done.stderr.strip()}"
            raise ScaffoldError(message)
        return done.stdout

    def ask(self, *arguments: str) -> str:
        """Run git in the service and return what it prints, or nothing if it fails."""
        done = self.call(*arguments)
        return "" if done.returncode else done.stdout

    def call(
        self, *arguments: str, env: Mapping[str, str] | None = None, data: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run git in the service, out of reach of Ctrl-C: it ends what it has begun."""
        inherited = {key: value for key, value in os.environ.items() if key not in INHERITED}
        return subprocess.run(
            ["git", *UNDISTURBED, *arguments],
            cwd=self.root,
            env=inherited | dict(env or {}),
            input=data,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            start_new_session=True,
        )

    def require_clean(self) -> None:
        """Check that git could bring back all that is there now.

        Raises:
            ScaffoldError: Something is not committed, or another operation is under way.
        """
        if not self.ask("rev-parse", "--verify", "--quiet", "HEAD"):
            raise ScaffoldError(NO_COMMIT)
        for name, (operation, abort) in UNFINISHED.items():
            if self.git_path(name).exists():
                message = f"A {operation} is under way: finish it, or undo it with `{abort}`."
                raise ScaffoldError(message)
        if self.ask("config", "--type=bool", "core.sparseCheckout").strip() == "true":
            raise ScaffoldError(SPARSE)
        # All of the repository, where the service is a part of it: git resets all of it.
        paths = [path for path in self.uncommitted(self.top) if path != self.prefix + LOCK_FILE]
        if paths:
            message = (
                f"The work tree is dirty ({shortened(paths)}): commit or stash first, with"
                " `git add -A` and `git commit`, or `git stash -u`."
            )
            raise ScaffoldError(message)

    def git_path(self, name: str) -> Path:
        """Return where git keeps a file of this work tree, within its own directory."""
        return self.root / self.run("rev-parse", "--git-path", name).rstrip("\n")

    def uncommitted(self, place: Path) -> list[str]:
        """Return all paths below a place that differ from the last commit, new ones included."""
        arguments = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
        listed = self.run("-C", str(place), *arguments, "--", ".")
        return [entry[3:] for entry in listed.split("\0")[:-1]]

    def has_changes(self) -> bool:
        """Tell whether anything but a new lock file differs from the last commit."""
        return any(path != self.prefix + LOCK_FILE for path in self.uncommitted(self.root))

    def is_staged(self) -> bool:
        """Tell whether the index differs from the last commit."""
        return self.call("diff", "--cached", "--quiet").returncode != 0

    def staged(self) -> list[str]:
        """Return the new files and the conflicts in the index, as paths from the top."""
        options = ("--name-only", "--diff-filter=AU", "--no-renames", "--no-relative", "-z")
        return self.run("diff", "--cached", *options, "HEAD", "--", ".").split("\0")[:-1]

    def changes(self) -> Changes:
        """Return what differs from the last commit, but for a lock file that is new."""
        changes = Changes([], [], [], [])
        listed = self.run("diff", "--name-status", "-M", "--relative", "-z", "HEAD", "--", ".")
        words = iter(listed.split("\0")[:-1])
        for state in words:
            path = next(words)
            if state.startswith("R"):
                changes.moved.append(path + ARROW + next(words))
            else:
                groups = {"A": changes.created, "D": changes.deleted}
                groups.get(state, changes.changed).append(path)
        changes.created.extend(path for path in self.untracked() if path != LOCK_FILE)
        return Changes(*(sorted(set(paths)) for paths in changes))

    def untracked(self) -> list[str]:
        """Return the files that git neither tracks nor ignores."""
        return self.run("ls-files", "--others", "--exclude-standard", "-z").split("\0")[:-1]

    def unmerged(self) -> dict[str, set[int]]:
        """Return the paths in conflict, with the stages that each has: 1 base, 2 ours, 3 theirs."""
        stages: dict[str, set[int]] = {}
        listed = self.run("-C", str(self.top), "ls-files", "--unmerged", "-z")
        for entry in listed.split("\0")[:-1]:
            about, path = entry.split("\t", 1)
            shown = os.path.relpath(self.top / path, self.root)
            stages.setdefault(shown, set()).add(int(about.split()[2]))
        return stages

    def hide_unmerged(self) -> str:
        """Take conflicts for resolved as they stand, and return what `show_unmerged` wants."""
        listed = self.run("-C", str(self.top), "ls-files", "--unmerged", "-z")
        if listed:
            paths = {entry.split("\t", 1)[1] for entry in listed.split("\0")[:-1]}
            self.run("-C", str(self.top), "add", "--all", "--force", "--", *sorted(paths))
        return listed

    def show_unmerged(self, listed: str) -> None:
        """Give conflicts that were hidden back to git."""
        if listed:
            paths = {entry.split("\t", 1)[1] for entry in listed.split("\0")[:-1]}
            no_blob = "0" * len(listed.split(" ")[1])
            removed = "".join(f"0 {no_blob}\t{path}\0" for path in paths)
            restore = ("update-index", "-z", "--index-info")
            self.run("-C", str(self.top), *restore, data=removed + listed)

    def is_edited(self, path: str) -> bool:
        """Tell whether a file in conflict that has no markers is no longer as the merge left it.

        Git leaves a binary file, or one that a side has deleted, as it was: what the owner has
        decided there, only `git add` or `git rm` says. In a text it writes markers.
        """
        ours, theirs = (self.ask("rev-parse", f":{stage}:./{path}").strip() for stage in (2, 3))
        as_text = ours and theirs and self.merges_as_text(path, ours, theirs)
        return bool(as_text) or self.ask("hash-object", "--", path).strip() != (ours or theirs)

    def merges_as_text(self, path: str, ours: str, theirs: str) -> bool:
        """Tell whether git writes markers into a file where both sides changed the same lines."""
        driver = self.run("check-attr", "merge", "--", path).rstrip().rpartition(": ")[2]
        numbers = self.run("diff", "--numstat", ours, theirs)  # "-" of a binary file
        return driver in {"unspecified", "set", "text"} and not numbers.startswith("-")

    def conflicts(self) -> list[str]:
        """Return the places where a merge needs a person, as `file:line` or as a file.

        A file that was added with its markers is one, and so is what a patch has left.
        """
        changes, unmerged = self.changes(), self.unmerged()
        moved = [move.split(ARROW)[1] for move in changes.moved]
        places = [path for path in changes.created if path.endswith(".rej")]
        for path in sorted({*unmerged, *changes.created, *changes.changed, *moved}):
            lines = marked_lines(self.root / path)
            places += [f"{path}:{line}" for line in lines]
            if path in unmerged and not lines:
                places.append(path + DELETED_BY.get(frozenset(unmerged[path]), ""))
        return places

    def text_at(self, revision: str, path: str) -> str:
        """Return a file of the service as a commit has it, or nothing if it has none."""
        return self.ask("show", f"{revision}:./{path}")


def marked_lines(path: Path) -> list[int]:
    """Return the numbers of the lines where conflicts begin."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return []
    return [number for number, line in enumerate(lines, 1) if line.startswith(b"<<<<<<< ")]


def shortened(paths: list[str], most: int = 3) -> str:
    """Return the first of some paths."""
    return ", ".join(paths[:most]) + (", …" if len(paths) > most else "")
