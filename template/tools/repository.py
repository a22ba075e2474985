"""What git says about the service."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from tools.refused import RefusedError

ROOT: Final = Path(__file__).parent.parent
MARKER: Final = "<<<<<<< "
LOCK_FILE: Final = "uv.lock"  # `uv run` writes it as soon as a service is used
MARK: Final = "template-merge"  # in git's own directory, while files are merged
BACK_OUT: Final = f"git reset --hard && git clean -fd -e {LOCK_FILE}"
INTERRUPTED: Final = (
    "The last merge was interrupted, so part of it may be missing: take it back, and begin anew:"
    f" {BACK_OUT}"
)


class Changes(NamedTuple):
    """What differs from the last commit, as paths in the service."""

    created: list[str]
    changed: list[str]
    deleted: list[str]


def git(*arguments: str, root: Path = ROOT) -> str:
    """Run git in the service and return what it prints, or nothing where it fails."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout


def refuse_unclean() -> None:
    """Stop where git could not bring back what is there now.

    Raises:
        RefusedError: There is no repository, or something is not committed.
    """
    if not git("rev-parse", "--show-toplevel"):
        message = (
            "This is not a git repository: first `git init -b main`, `git add -A` and "
            '`git commit -m "chore: new service"`.'
        )
        raise RefusedError(message)
    # All of it, where the service is a part of a repository: to back out takes all of it back.
    top = Path(git("rev-parse", "--show-toplevel").rstrip("\n"))
    paths = [path for group in changes_in(top, ROOT / LOCK_FILE) for path in group]
    if paths and was_interrupted(ROOT):
        raise RefusedError(INTERRUPTED)
    if paths:
        message = (
            f"The work tree is dirty ({shortened(paths)}): commit or stash first, with "
            "`git add -A` and `git commit`, or `git stash -u`."
        )
        raise RefusedError(message)


def refuse_unfinished() -> None:
    """Stop where a merge was interrupted, or has left places to mend.

    Raises:
        RefusedError: This is so.
    """
    if was_interrupted(ROOT) and any(changes_in(ROOT)):
        raise RefusedError(INTERRUPTED)
    places = conflicts_in(ROOT)
    if places:
        message = (
            f"A merge is not finished: first mend {', '.join(places)}, or take it back: {BACK_OUT}"
        )
        raise RefusedError(message)


@contextmanager
def merging(root: Path) -> Iterator[None]:
    """Mark the service as being merged; the mark of a merge that does not end stays.

    Raises:
        RefusedError: Another process is merging.
    """
    mark = mark_of(root)
    if mark.exists() and not was_interrupted(root):
        message = "Another `poe resource` or `poe update` is at work here: wait until it has ended."
        raise RefusedError(message)
    mark.write_text(json.dumps([os.getpid(), psutil.Process().create_time()]))
    yield
    mark.unlink()


def was_interrupted(root: Path) -> bool:
    """Tell whether a merge did not come to its end."""
    try:
        process_id, created = json.loads(mark_of(root).read_text())
        return bool(psutil.Process(process_id).create_time() != created)
    except OSError:
        return False
    except (ValueError, psutil.NoSuchProcess):
        return True


def mark_of(root: Path) -> Path:
    """Return the file that tells of a merge."""
    return root / git("rev-parse", "--git-path", MARK, root=root).rstrip("\n")


def lock_file_is_new() -> bool:
    """Tell if there is a lock file that git does not know yet."""
    return bool(git("ls-files", "--others", "--exclude-standard", LOCK_FILE))


def changes_in(root: Path, lock_file: Path | None = None) -> Changes:
    """Return what differs from the last commit, but for a lock file that is new."""
    lock_file = lock_file or root / LOCK_FILE
    prefix = git("rev-parse", "--show-prefix", root=root).strip()
    listed = git("status", "--porcelain", "-z", "--no-renames", "-uall", "--", ".", root=root)
    changes = Changes([], [], [])
    for entry in listed.split("\0")[:-1]:
        state, path = entry[:2], entry[3:].removeprefix(prefix)
        if state == "??" and root / path == lock_file:
            continue
        group = changes.created if state in {"??", "A "} else changes.changed
        (changes.deleted if state in {" D", "D "} else group).append(path)
    return changes


def conflicts_in(root: Path) -> list[str]:
    """Return the places where a merge needs a person, as `file:line` or as a file."""
    paths = unmerged_in(root)
    changes = changes_in(root)
    places = [path for path in changes.created if path.endswith(".rej")]
    for path in sorted({*paths, *changes.created, *changes.changed}):
        lines = marked_lines(root / path)
        places += [f"{path}:{line}" for line in lines]
        places += [path] if path in paths and not lines else []
    return places


def unmerged_in(root: Path) -> set[str]:
    """Return the files that git knows to be in conflict, until somebody adds them."""
    listed = git("diff", "--name-only", "--relative", "--diff-filter=U", "-z", root=root)
    return set(listed.split("\0")[:-1])


def marked_lines(path: Path) -> list[int]:
    """Return the numbers of the lines where conflicts begin."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [number for number, line in enumerate(lines, 1) if line.startswith(MARKER)]


def shortened(paths: list[str], most: int = 3) -> str:
    """Return the first of some paths."""
    return ", ".join(paths[:most]) + (", …" if len(paths) > most else "")


def report(changes: Changes) -> str:
    """Return the files that differ, by what happened to them."""
    groups = [(name, paths) for name, paths in changes._asdict().items() if paths]
    return "".join(
        f"\n{name}\n" + "".join(f"  {path}\n" for path in paths) for name, paths in groups
    )
