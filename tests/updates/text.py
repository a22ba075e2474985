"""Small changes to files, as people make them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import TypeVar

Moves = dict[str, str]  # where files are now, by where they were
Result = TypeVar("Result")


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


def move(place: Path, old: str, new: str) -> Moves:
    """Move a file or a folder of a service, and return where each of its files is now."""
    source, target = place / old, place / new
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    if target.is_file():
        return {old: new}
    files = [path.relative_to(target) for path in target.rglob("*") if path.is_file()]
    return {f"{old}/{file.as_posix()}": f"{new}/{file.as_posix()}" for file in files}


def apply(changes: Iterable[Callable[[Path], Result]], place: Path) -> list[tuple[str, Result]]:
    """Make changes one after the other, and return those that found their place, by name."""
    done = []
    for change in changes:
        try:
            done.append((change.__name__, change(place)))
        except (NotThereError, FileNotFoundError):
            continue
    return done


def number(random: Random) -> int:
    """Return a number that no other edit has."""
    return random.randrange(10**9)
