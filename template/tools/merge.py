"""Runs Copier, which merges what the template gives now with what the owner wrote."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.answers import Source, read_answers, read_source
from tools.ignored import ignored_aside
from tools.refused import RefusedError
from tools.repository import (
    BACK_OUT,
    LOCK_FILE,
    ROOT,
    changes_in,
    conflicts_in,
    git,
    lock_file_is_new,
    merging,
)
from tools.told import is_interrupt

REFUSED: Final = "Validation error for question "
# With little context around its hunks, a patch may land on lines that only look alike. With all of
# it, one that does not fit as a whole is refused, and Copier merges the file three ways.
WHOLE_FILE: Final = 1_000_000
GONE: Final = """
deleted with lines of yours, which git keeps
"""
WRITTEN: Final = f"\nPart of it is written; take it back: {BACK_OUT}"
# Copier asserts that it is none, without a word.
UNTOLD: Final = "a directory of yours is where the template has a file; give it another name first."
KEPT: Final = "{path}: the template has it no more; it was kept, as you had edited it"


def merge(
    root: Path, answers: dict[str, Any], release: str | None = None, *, ask: bool = False
) -> None:
    """Merge what these answers give into the service.

    Args:
        root: The service, with nothing that is not committed.
        answers: What the questions are answered with.
        release: The template's release to take; that of the service unless given.
        ask: Whether to ask the questions that have no answer, instead of taking their defaults.

    Raises:
        RefusedError: The template refuses an answer, or Copier cannot work.
    """

    def rendered() -> set[str]:
        source = read_source()
        return {*render(source, read_answers()), *render(source, answers, release)}

    with git_settings(), merging(root):
        from copier import VcsRef, run_update  # noqa: PLC0415 - takes a while
        from copier.errors import CopierError  # noqa: PLC0415 - with it

        from tools.quick_copier import quick_copier  # noqa: PLC0415 - with it

        try:
            with quick_copier(), ignored_aside(root, rendered):
                run_update(
                    root,
                    data=answers,
                    vcs_ref=release or VcsRef.CURRENT,
                    defaults=not ask,
                    context_lines=WHOLE_FILE,
                    overwrite=True,
                    quiet=True,
                )
        except (CopierError, OSError, ValueError, AssertionError) as error:
            # A dry run has written into a clone.
            written = WRITTEN if root == ROOT and any(changes_in(root)) else ""
            message = sentence_of(str(error) or UNTOLD) + written
            raise RefusedError(message) from error


def merge_release(
    root: Path, release: str, answers: dict[str, Any], source: Source, *, ask: bool = False
) -> list[str]:
    """Merge a release into the service, and return the places where that needs a person.

    Raises:
        RefusedError: The release refuses an answer, or Copier cannot work.
    """
    merge(root, answers, release, ask=ask)
    kept = keep_edited(root, source, answers)
    return conflicts_in(root) + [KEPT.format(path=path) for path in kept]


def missed_by(root: Path, source: Source, release: str, answers: dict[str, Any]) -> list[str]:
    """Return what a release that is merged changed, but the owner has moved or deleted.

    Nothing where that cannot be told, as one of them wants answers that have no default.

    Args:
        root: The service.
        source: The release that it had.
        release: The one that it has now.
        answers: Those from before.
    """
    from copier.errors import CopierError  # noqa: PLC0415 - takes a while

    from tools.quick_copier import quick_copier  # noqa: PLC0415 - with it

    try:
        with quick_copier():
            old, new = render(source, answers), render(source, answers, release)
    except (CopierError, OSError, ValueError) as error:
        if is_interrupt(error):
            raise
        return []
    changed = [path for path in new if path in old and new[path] != old[path]]
    return [path for path in sorted(changed) if not (root / path).exists()]


def render(source: Source, answers: dict[str, Any], release: str | None = None) -> dict[str, bytes]:
    """Return the files that a release of the template has for these answers.

    Raises:
        CopierError: The release refuses an answer, or Copier cannot work.
    """
    from copier import run_copy  # noqa: PLC0415 - takes a while, and is seldom needed

    commit = release or source.commit
    with TemporaryDirectory() as folder:
        run_copy(source.path, folder, data=answers, vcs_ref=commit, defaults=True, quiet=True)
        files = (path for path in Path(folder).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def keep_edited(root: Path, source: Source, answers: dict[str, Any]) -> list[str]:
    """Bring back what the merge deleted although its owner had edited it, and return the files.

    Copier deletes what a release does not have any more, whatever was written in it.
    """
    edited = edited_among(root, changes_in(root).deleted, source, answers)
    if edited:
        git("checkout", "HEAD", "--", *edited, root=root)
    return edited


def edited_among(
    root: Path, paths: list[str], source: Source, answers: dict[str, Any]
) -> list[str]:
    """Return the files that are committed otherwise than the template had rendered them."""
    if not paths:
        return []
    from tools.quick_copier import quick_copier  # noqa: PLC0415 - takes a while

    with quick_copier():
        rendered = render(source, answers)
    return [path for path in paths if rendered.get(path) != committed(root, path)]


def committed(root: Path, path: str) -> bytes:
    """Return a file as the last commit has it."""
    show = ["git", "show", f"HEAD:./{path}"]
    return subprocess.run(show, cwd=root, capture_output=True, check=False).stdout


def gone(root: Path, deleted: list[str], source: Source, answers: dict[str, Any]) -> str:
    """Return how to read what the owner had written in the files that are deleted."""
    edited = edited_among(root, deleted, source, answers)
    return GONE + "".join(f"  git show HEAD:./{path}\n" for path in edited) if edited else ""


def sentence_of(text: str) -> str:
    """Return what the template says about the resources or another answer, or else what Copier says."""
    if not text.startswith(REFUSED):
        return f"Copier could not update the service: {text}"
    return text.removeprefix(REFUSED).removeprefix("'resources': ").strip()


@contextmanager
def git_settings() -> Iterator[None]:
    """Let no setting of the owner's change what git does in a merge.

    Nor does it list the files of a directory that it ignores: Copier hands git each path that it
    lists, and those of an environment are more than fit into a command line.
    A lock file that git does not know yet does not count as a change: `uv run` writes it before
    this program runs, and Copier would stop for it.
    """
    settings = {
        "status.showUntrackedFiles": "normal",
        "apply.whitespace": "nowarn",
        "maintenance.auto": "false",  # Copier commits in repositories that it throws away
    }
    with TemporaryDirectory() as folder:
        if lock_file_is_new():
            settings["core.excludesFile"] = str(excludes_in(Path(folder)))
        count = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
        for number, (key, value) in enumerate(settings.items(), count):
            os.environ[f"GIT_CONFIG_KEY_{number}"] = key
            os.environ[f"GIT_CONFIG_VALUE_{number}"] = value
        os.environ["GIT_CONFIG_COUNT"] = str(count + len(settings))
        try:
            yield
        finally:
            os.environ["GIT_CONFIG_COUNT"] = str(count)


def excludes_in(folder: Path) -> Path:
    """Write a file with what the owner ignores everywhere, and the lock file."""
    own = git("config", "--path", "core.excludesFile").strip()
    own_file = Path(own or os.environ.get("XDG_CONFIG_HOME", "~/.config") + "/git/ignore")
    rules = own_file.expanduser().read_text() if own_file.expanduser().exists() else ""
    ignored = folder / "ignore"
    ignored.write_text(f"{rules}\n{LOCK_FILE}\n")
    return ignored
