"""Runs Copier, which merges what the template gives now with what the owner wrote."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.answers import Source
from tools.refused import RefusedError
from tools.repository import (
    LOCK_FILE,
    changes_in,
    conflicts_in,
    git,
    lock_file_is_new,
)

REFUSED: Final = "Validation error for question "
# With little context around its hunks, a patch may land on lines that only look alike. With all of
# it, one that does not fit as a whole is refused, and Copier merges the file three ways.
WHOLE_FILE: Final = 1_000_000
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
    with lock_file_aside():
        # It takes a while to import, and keeps the environment that it finds.
        from copier import VcsRef, run_update  # noqa: PLC0415 - takes a while
        from copier.errors import CopierError  # noqa: PLC0415 - with it

        from tools.quick_copier import quick_copier  # noqa: PLC0415 - with it

        try:
            with quick_copier():
                run_update(
                    root,
                    data=answers,
                    vcs_ref=release or VcsRef.CURRENT,
                    defaults=not ask,
                    context_lines=WHOLE_FILE,
                    overwrite=True,
                    quiet=True,
                )
        except (CopierError, OSError, ValueError) as error:
            message = sentence_of(str(error))
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
    from copier import run_copy  # noqa: PLC0415 - takes a while, and is seldom needed

    from tools.quick_copier import quick_copier  # noqa: PLC0415 - with it

    with quick_copier(), TemporaryDirectory() as folder:
        run_copy(
            source.path, folder, data=answers, vcs_ref=source.commit, defaults=True, quiet=True
        )
        return [path for path in paths if differs(root, path, Path(folder, path))]


def differs(root: Path, path: str, rendered: Path) -> bool:
    """Tell if the committed file is another than the one that the template had rendered."""
    committed = git("rev-parse", f"HEAD:./{path}", root=root)
    return not rendered.exists() or git("hash-object", str(rendered), root=root) != committed


def sentence_of(text: str) -> str:
    """Return what the template says about the resources or another answer, or else what Copier says."""
    if not text.startswith(REFUSED):
        return f"Copier could not update the service: {text}"
    return text.removeprefix(REFUSED).removeprefix("'resources': ").strip()


@contextmanager
def lock_file_aside() -> Iterator[None]:
    """Let a lock file that git does not know yet not count as a change.

    `uv run` writes it before this program runs, and Copier would stop for it.
    """
    if not lock_file_is_new():
        yield
        return
    own = git("config", "--path", "core.excludesFile").strip()
    own_file = Path(own or os.environ.get("XDG_CONFIG_HOME", "~/.config") + "/git/ignore")
    with TemporaryDirectory() as folder:
        ignored = Path(folder, "ignore")
        rules = own_file.expanduser().read_text() if own_file.expanduser().exists() else ""
        ignored.write_text(f"{rules}\n{LOCK_FILE}\n")
        count = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
        os.environ["GIT_CONFIG_COUNT"] = str(count + 1)
        os.environ[f"GIT_CONFIG_KEY_{count}"] = "core.excludesFile"
        os.environ[f"GIT_CONFIG_VALUE_{count}"] = str(ignored)
        try:
            yield
        finally:
            os.environ["GIT_CONFIG_COUNT"] = str(count)
