"""The operation under way in a service: noted in git's own directory until it has ended."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from scaffold.errors import ScaffoldError
from scaffold.git import Repository

NOTE: Final = "scaffold.json"
WORDS: Final = {"resource": "change of the resources", "update": "update"}
RESUME: Final = {
    "resource": ("uv run poe resource continue", "uv run poe resource abort"),
    "update": ("uv run poe update --continue", "uv run poe update --abort"),
}
UNDER_WAY: Final = (
    "The {words} ({title}) is under way here, or was interrupted. Finish it with `{go_on}`, or undo"
    " it with `{abort}`."
)
CUT_OFF: Final = (
    "The merge was interrupted, so part of it may be missing. Undo it with `{abort}`, and start"
    " again."
)
NOTHING: Final = "Nothing is under way here: there is nothing to {verb}."
COMMITTED: Final = (
    "The {words} ({title}) has been committed since, so it has ended. To undo it, revert that"
    " commit with git."
)


@dataclass
class Operation:
    """What is being merged, and what is left to do after it."""

    command: str  # "resource" or "update"
    title: str
    commit_message: str
    head: str  # the commit that the service had
    created: list[str] = field(default_factory=list)  # what the merge may create, from the top
    elsewhere: list[str] = field(default_factory=list)  # what the merge changed outside of a folder
    migration: dict[str, Any] = field(default_factory=dict)  # what only this run knows of it
    branch: str = ""  # the branch to commit the result to, if given
    two_steps: bool = False  # more is done than one merge of git's
    merged: bool = False  # git has merged
    finished: bool = False  # nothing is left to do but to commit

    @property
    def go_on(self) -> str:
        """The command that finishes it."""
        return RESUME[self.command][0]

    @property
    def abort(self) -> str:
        """The command that undoes it."""
        return RESUME[self.command][1]

    def format(self, text: str, **more: str) -> str:
        """Return a text with the names and commands of this operation."""
        known = {"title": self.title, "go_on": self.go_on, "abort": self.abort}
        return text.format(words=WORDS[self.command], **known, **more)


def begin(repository: Repository, operation: Operation) -> None:
    """Note an operation before anything is written.

    Raises:
        ScaffoldError: Another process has just begun one.
    """
    note = repository.git_path(NOTE)
    if current(repository) is None:
        end(repository)
    try:
        with note.open("x") as file:
            json.dump(asdict(operation), file)
    except FileExistsError:
        message = read(note).format(UNDER_WAY)
        raise ScaffoldError(message) from None


def save(repository: Repository, operation: Operation) -> None:
    """Note what has become of an operation."""
    repository.git_path(NOTE).write_text(json.dumps(asdict(operation)))


def end(repository: Repository) -> None:
    """Forget the operation."""
    repository.git_path(NOTE).unlink(missing_ok=True)


def read(note: Path) -> Operation:
    """Return the operation that a note describes."""
    return Operation(**json.loads(note.read_text()))


def current(repository: Repository) -> Operation | None:
    """Return the operation under way, or nothing: one whose result is committed has ended."""
    note = repository.git_path(NOTE)
    try:
        operation = read(note)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):  # cut off while it was written, before anything else
        note.unlink()
        return None
    if operation.head == head_of(repository) and repository.has_changes():
        return operation
    return None


def require_none(repository: Repository) -> None:
    """Check that nothing is under way, and forget what has ended.

    Raises:
        ScaffoldError: An operation is under way, or was interrupted.
    """
    operation = current(repository)
    if operation and not operation.finished:
        raise ScaffoldError(operation.format(UNDER_WAY))
    if not operation:
        end(repository)


def nothing_under_way(repository: Repository, verb: str) -> ScaffoldError:
    """Return the error of a command that finds no operation, and forget one that has ended."""
    note = repository.git_path(NOTE)
    message = NOTHING.format(verb=verb)
    if note.exists() and read(note).head != head_of(repository):
        message = read(note).format(COMMITTED)
    end(repository)
    return ScaffoldError(message)


def require_whole(repository: Repository, operation: Operation) -> None:
    """Check that the merge itself came to its end.

    Git writes the index after all files, so an index with changes shows that git finished, even if this command was killed.

    Raises:
        ScaffoldError: It was cut off.
    """
    if not operation.merged and (operation.two_steps or not repository.is_staged()):
        raise ScaffoldError(operation.format(CUT_OFF))


def undo(repository: Repository, operation: Operation) -> None:
    """Bring back the service as it was committed, and delete what the operation created."""
    created = {*operation.created, *([] if operation.merged else repository.staged())}
    places = (".", *(f":(top,literal){path}" for path in operation.elsewhere))
    repository.run("reset", "--quiet", "--", *places)
    tracked = repository.run("ls-files", "-z", "--full-name").split("\0")
    for path in created.difference(tracked):
        file = repository.top / path
        if file.is_file() or file.is_symlink():
            file.unlink()
            remove_empty(file, repository.root)
    repository.run("restore", "--worktree", "--", *places)
    repository.git_path("MERGE_MSG").unlink(missing_ok=True)
    end(repository)


def remove_empty(path: Path, root: Path) -> None:
    """Remove the directories above a path that hold nothing any more."""
    for parent in path.parents:
        if parent == root:
            return
        if parent.is_dir():  # git has removed it, otherwise
            if any(parent.iterdir()):
                return
            parent.rmdir()


def head_of(repository: Repository) -> str:
    """Return the commit that is checked out."""
    return repository.run("rev-parse", "HEAD").strip()
