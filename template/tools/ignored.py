"""Files that git ignores: it could not bring them back, so a merge leaves them alone."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.repository import LOCK_FILE, git

# What no template renders: what its own .gitignore names, and what tools and editors write.
NEVER_RENDERED: Final = {
    *(".postgres", ".venv", "__pycache__", ".env", ".coverage", LOCK_FILE),
    *(".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
    *(".DS_Store", ".idea", ".vscode"),
}
LEFT: Final = "\nleft as it is, since git ignores it\n"


@contextmanager
def ignored_aside(root: Path, rendered: Callable[[], set[str]]) -> Iterator[None]:
    """Bring back, after a merge, the ignored files that it may overwrite or delete, and name them.

    Args:
        root: The service.
        rendered: Returns the files that the template has or had; asked only where it matters.
    """
    ignored = ignored_in(root)
    paths = [path for path in sorted(rendered()) if is_among(path, ignored)] if ignored else []
    there = [path for path in paths if (root / path).is_file()]
    with TemporaryDirectory() as folder:
        for path in there:
            copy(root / path, Path(folder, path))
        try:
            yield
        finally:
            for path in there:
                copy(Path(folder, path), root / path)
    if there:
        sys.stdout.write(LEFT + "".join(f"  {path}\n" for path in there))


def ignored_in(root: Path) -> list[str]:
    """Return what git ignores in the service, directories with a slash at the end."""
    options = ("--others", "--ignored", "--exclude-standard", "--directory", "-z")
    listed = git("ls-files", *options, root=root).split("\0")[:-1]
    return [path for path in listed if NEVER_RENDERED.isdisjoint(Path(path).parts)]


def is_among(path: str, ignored: list[str]) -> bool:
    """Tell whether a file is one of these, or in one of these directories."""
    return any(path == each or (each.endswith("/") and path.startswith(each)) for each in ignored)


def copy(source: Path, target: Path) -> None:
    """Copy a file, into a directory that is made where it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
