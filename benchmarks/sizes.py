"""How large a service is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

MEBIBYTE: Final = 2**20


class Size(NamedTuple):
    """Lines and files of a rendered service, and bytes of what is installed for it."""

    files: int
    lines: int
    tools_files: int
    tools_lines: int
    app_lines: int
    installed: int = 0  # bytes

    def beside(self, other: "Size") -> Iterator[tuple[str, str, str]]:
        """Give a row for each figure, with that of another service beside it."""
        labels = ("files", "lines", "files in `tools/`", "lines in `tools/`", "lines in `app/`")
        for label, one, two in zip(labels, self, other, strict=False):
            yield label, f"{one:,}", f"{two:,}"
        installed = [f"{size.installed / MEBIBYTE:.0f}" for size in (self, other)]
        yield "installed for development, MiB", installed[0], installed[1]


def size_of(place: Path) -> Size:
    """Return the size of what is in a folder."""
    files = [path for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    tools = [path for path in files if path.relative_to(place).parts[0] == "tools"]
    app = [path for path in files if path.relative_to(place).parts[0] == "app"]
    return Size(
        len(files),
        lines_of(files),
        len(tools),
        lines_of(tools),
        lines_of(app),
    )


def bytes_in(place: Path) -> int:
    """Return how many bytes the files in a folder have."""
    return sum(path.lstat().st_size for path in place.rglob("*") if path.is_file())


def lines_of(files: list[Path]) -> int:
    """Return how many lines some files have."""
    return sum(path.read_bytes().count(b"\n") for path in files)
