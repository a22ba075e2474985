"""What git says about the service."""

import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from tools.refused import RefusedError

ROOT: Final = Path(__file__).parent.parent
MARKER: Final = "<<<<<<< "
LOCK_FILE: Final = "uv.lock"  # `uv run` writes it as soon as a service is used
BACK_OUT: Final = f"git reset --hard && git clean -fd -e {LOCK_FILE}"


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
            "This is not a git repository: first `git init`, `git add -A` and "
            '`git commit -m "chore: new service"`.'
        )
        raise RefusedError(message)
    # All of it, where the service is a part of a repository: to back out takes all of it back.
    top = Path(git("rev-parse", "--show-toplevel").rstrip("\n"))
    paths = [path for group in changes_in(top, ROOT / LOCK_FILE) for path in group]
    if paths:
        message = (
            f"The work tree is dirty ({shortened(paths)}): commit or stash first, with "
            "`git add -A` and `git commit`, or `git stash -u`."
        )
        raise RefusedError(message)


def refuse_unfinished() -> None:
    """Stop where a merge has left places to mend.

    Raises:
        RefusedError: There are such places.
    """
    places = conflicts_in(ROOT)
    if places:
        message = (
            f"A merge is not finished: first mend {', '.join(places)}, or take it back: {BACK_OUT}"
        )
        raise RefusedError(message)


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
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
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
