"""The merge: two renders become two commits, and git picks the second one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scaffold import operation as operations
from scaffold.errors import Interrupt, ScaffoldError
from scaffold.git import Repository
from scaffold.operation import Operation
from scaffold.render import Render, render_into, write_tree

# Files that their owner moved are more than 90 % alike. Those of two resources can be, too, so
# `deletions_first` keeps them apart.
PICK: Final = ("cherry-pick", "--no-commit", "--strategy-option=find-renames=90%")
# A new file comes where the template has it, even if its neighbours were moved.
SETTINGS: Final = (
    *("-c", "merge.directoryRenames=false"),
    *("-c", "merge.renames=true"),
    *("-c", "merge.renameLimit=0"),  # git's own
    *("-c", "rerere.autoUpdate=false"),  # a conflict stays one until the owner has seen it
)
IDENTITY: Final = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "template"), ("EMAIL", "template@localhost"))
}
DELETED_HERE: Final = {1, 3}  # the stages of a file that the owner deleted and the template changed
IN_THE_WAY: Final = (
    "The template brings {paths}, where files of yours are that git does not track: move them, or"
    " commit them, and start again. Nothing has been written."
)


@contextmanager
def rendered(
    repository: Repository, old: Render, new: Render, *, ask: bool = False
) -> Iterator[tuple[Path, Path]]:
    """Render the template twice, for as long as the block runs.

    Raises:
        ScaffoldError: A release refuses an answer, or Copier fails.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        before, after = (Path(folder, name, repository.root.name) for name in ("old", "new"))
        render_into(before, old)
        render_into(after, new, ask=ask)
        leave_out_untracked(repository, before, after)
        yield before, after


def leave_out_untracked(repository: Repository, before: Path, after: Path) -> None:
    """Delete from both renders what the owner has taken out of git, but kept as a file."""
    tracked = set(repository.run("ls-files", "-z").split("\0"))
    for file in [path for path in before.rglob("*") if path.is_file()]:
        path = file.relative_to(before)
        if path.as_posix() not in tracked and is_there(repository.root / path):
            file.unlink()
            (after / path).unlink(missing_ok=True)


def commits_of(
    repository: Repository, old: Path, new: Path, message: str, *, deletions_first: bool = False
) -> list[str]:
    """Write two folders as commits that no branch holds, the last with a message.

    Args:
        repository: Where to.
        old: The first folder; files may be deleted from it.
        new: The last folder.
        message: What the last commit says, in conflicts for example.
        deletions_first: Whether a commit in between deletes what the last one does not have. So
            git takes no new file for one that is deleted, as those of two resources are alike.
    """
    trees = [write_tree(repository, old)]
    if deletions_first:
        for file in [path for path in old.rglob("*") if path.is_file()]:
            if not (new / file.relative_to(old)).exists():
                file.unlink()
        trees.append(write_tree(repository, old))
    trees.append(write_tree(repository, new))
    commits: list[str] = []
    for tree in dict.fromkeys(trees):
        parent = ("-p", commits[-1]) if commits else ()
        command = ("commit-tree", tree, *parent, "-F", "-")
        commits.append(repository.run(*command, env=IDENTITY, data=message).strip())
    return commits


def differing(repository: Repository, first: str, second: str) -> dict[str, str]:
    """Return the paths from the top that differ between two commits, each with A, M, D or T."""
    options = ("-r", "-z", "--no-renames", "--name-status")
    words = repository.run("diff-tree", *options, first, second).split("\0")[:-1]
    return dict(zip(words[1::2], words[::2], strict=True))


def merge(repository: Repository, commits: list[str], operation: Operation) -> list[str]:
    """Merge the difference between the first and the last commit into work tree and index.

    Returns:
        The files that their owner had deleted and that the template changed: they stay deleted.

    Raises:
        ScaffoldError: Untracked files are in the way, or git refuses; nothing is written.
    """
    picked = commits[1:]
    changed = differing(repository, commits[0], commits[-1])
    written = [path for path, state in changed.items() if state != "D"]
    operation.created += refuse_overwrite(repository, written)
    operation.two_steps = len(picked) > 1
    with uninterrupted():
        operations.begin(repository, operation)
        return pick(repository, picked, operation)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended, and raise Interrupt then."""
    received = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: received.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if received:
        raise Interrupt


def pick(repository: Repository, commits: list[str], operation: Operation) -> list[str]:
    """Have git merge what commits change, and keep deleted what its owner had deleted.

    Raises:
        ScaffoldError: Git refuses; nothing is written.
    """
    unmerged = ""
    for commit in commits:
        unmerged += repository.hide_unmerged()
        done = repository.call(*SETTINGS, *PICK, commit)
        if done.returncode and not repository.unmerged():
            operations.undo(repository, operation)
            message = f"git could not merge: {done.stderr.strip()}"
            raise ScaffoldError(message)
    repository.show_unmerged(unmerged)
    stages = repository.unmerged()
    deleted = sorted(path for path, found in stages.items() if found == DELETED_HERE)
    if deleted:
        repository.run("rm", "--quiet", "--force", "--", *deleted)
    operation.created += repository.staged()  # git gives some files names of its own
    operation.elsewhere = changed_elsewhere(repository)
    operation.merged = True
    operations.save(repository, operation)
    return deleted


def changed_elsewhere(repository: Repository) -> list[str]:
    """Return what a merge has changed outside of the service: files that their owner moved there."""
    options = ("--name-only", "--no-renames", "--diff-filter=a", "-z")
    listed = repository.run("-C", str(repository.top), "diff", *options, "HEAD").split("\0")[:-1]
    return [path for path in listed if not path.startswith(repository.prefix)]


def refuse_overwrite(repository: Repository, paths: list[str]) -> list[str]:
    """Check that nothing which git does not track lies where a merge writes.

    Git itself overwrites files that it ignores.

    Returns:
        The paths that are not there yet.

    Raises:
        ScaffoldError: Something is there.
    """
    listed = repository.run("-C", str(repository.top), "ls-files", "-z").split("\0")
    tracked = set(listed)
    directories = {str(parent) for path in listed for parent in Path(path).parents}
    new = [path for path in paths if path not in tracked]
    blocked = set()
    for path in new:
        for place in (Path(path), *Path(path).parents):
            known = str(place) in tracked or str(place) in directories
            there = repository.top / place
            is_folder = there.is_dir() and not there.is_symlink() and place != Path(path)
            if not known and not is_folder and is_there(there):
                blocked.add(str(place))
    if blocked:
        message = IN_THE_WAY.format(paths=", ".join(sorted(blocked)))
        raise ScaffoldError(message)
    return new


def is_there(path: Path) -> bool:
    """Tell whether anything has this path, a broken link among them."""
    return path.is_symlink() or path.exists()
