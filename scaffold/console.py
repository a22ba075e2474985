"""What a person sees: status lines while a command works, and its result."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import PurePosixPath
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from scaffold.git import Changes

COLORS: Final = {"created": "green", "changed": "yellow", "moved": "cyan", "deleted": "red"}


class Screen:
    """Prints results to standard output, and what the command is doing to standard error.

    On a terminal there are trees, tables, colours and a status line; otherwise plain lines.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.out, self.err = plain_console(), plain_console(stderr=True)

    def print(self, text: str, style: str | None = None) -> None:
        """Print a line or more of the result."""
        if not self.quiet:
            self.out.print(text, style=style)

    @contextmanager
    def status(self, text: str, *, live: bool = True) -> Iterator[None]:
        """Say what is being done for as long as the block runs; not live if it asks questions."""
        if self.quiet:
            yield
        elif live and self.err.is_terminal:
            with self.err.status(f"{text} …"):
                yield
        else:
            self.err.print(f"{text} …")
            yield

    def heading(self, text: str) -> None:
        """Print what the result is about."""
        self.print(text, style="bold")

    def changes(self, changes: Changes) -> None:
        """Print the files that differ: a tree of them on a terminal, otherwise lists."""
        if self.out.is_terminal:
            self.tree(changes)
            return
        for name, paths in changes._asdict().items():
            if paths:
                self.print("\n".join([f"\n{name}", *(f"  {path}" for path in paths)]))

    def tree(self, changes: Changes) -> None:
        """Print the files that differ as a tree of folders."""
        entries = sorted(
            (path, name) for name, paths in changes._asdict().items() for path in paths
        )
        tree = Tree(", ".join(summary(changes)), hide_root=not entries)
        for folder, group in groupby(entries, lambda entry: str(PurePosixPath(entry[0]).parent)):
            branch = tree if folder == "." else tree.add(f"{folder}/")
            for path, name in group:
                branch.add(Text(f"{PurePosixPath(path).name}  {name}", style=COLORS[name]))
        if not self.quiet:
            self.out.print()
            self.out.print(tree)

    def section(self, name: str, lines: list[str]) -> None:
        """Print some lines under a name."""
        if lines:
            self.print("\n".join([f"\n{name}", *(f"  {line}" for line in lines)]))

    def table(self, columns: list[str], rows: list[list[str]]) -> None:
        """Print a table."""
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*row)
        if not self.quiet:
            self.out.print(table, soft_wrap=False)


def plain_console(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is: no markup in it, no colours but ours, no wraps."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def summary(changes: Changes) -> list[str]:
    """Return how many files there are of each kind."""
    counts = {name: len(paths) for name, paths in changes._asdict().items()}
    return [f"{count} {name}" for name, count in counts.items() if count]
