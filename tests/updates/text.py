"""Small changes to files, as people make them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random


class NotThereError(LookupError):
    """What was to be changed is not in the file, as another change has come before."""


def append(file: Path, text: str) -> None:
    """Write text at the end of a file."""
    file.write_text(file.read_text() + text)


def write(file: Path, text: str) -> None:
    """Write a file, and the folders that it needs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def replace(file: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text.

    Raises:
        NotThereError: There is none.
    """
    text = file.read_text()
    if old not in text:
        raise NotThereError(file, old)
    file.write_text(text.replace(old, new, 1))


def rename(file: Path, old: str, new: str) -> None:
    """Give a name in a module another, wherever it stands.

    Raises:
        NotThereError: It stands nowhere.
    """
    text = file.read_text()
    changed = re.sub(rf"\b{old}\b", new, text)
    if changed == text:
        raise NotThereError(file, old)
    file.write_text(changed)


def insert_before(file: Path, line: str, text: str) -> None:
    """Write text before the first line that begins so."""
    replace(file, f"\n{line}", f"\n{text}{line}")


def cut(file: Path, start: str, end: str) -> None:
    """Take out what stands from one text to the next occurrence of another, which stays.

    Raises:
        NotThereError: The first text stands nowhere.
    """
    text = file.read_text()
    first = text.find(start)
    if first < 0:
        raise NotThereError(file, start)
    last = text.find(end, first + len(start))
    file.write_text(text[:first] + (text[last:] if last > 0 else ""))


def apply(changes: Iterable[Callable[[Path], None]], place: Path) -> list[str]:
    """Make changes one after the other, and return the names of those that found their place."""
    done = []
    for change in changes:
        try:
            change(place)
        except (NotThereError, FileNotFoundError):
            continue
        done.append(change.__name__)
    return done


def number(random: Random) -> int:
    """Return a number that no other edit has."""
    return random.randrange(10**9)
