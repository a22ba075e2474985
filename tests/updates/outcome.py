"""What a merge must give, file by file: worked out from what the owner did, without our code."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import yaml

from tests.updates.text import Moves, write

ONCE: Final = "migrations/versions/"
ANSWERS: Final = ".copier-answers.yml"
LOCK_FILE: Final = "uv.lock"
HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+", re.MULTILINE)
RENAMED: Final = re.compile(r"^rename from a/(.+)\nrename to b/(.+)$", re.MULTILINE)
PIECES: Final = re.compile(rb"[^\n]{0,63}\n|[^\n]{64}|[^\n]+")  # as git compares files
FOLLOWED: Final = 0.9  # how much of a moved file must be as it was for changes to follow it
Files = dict[str, str]


class Texts(NamedTuple):
    """What an update merges."""

    base: Files  # the render that the owner started from
    owner: Files  # the service as its owner had it
    template: Files  # a render of the new release
    moves: Moves  # where the owner has moved files


class Sides(NamedTuple):
    """One file in the three texts of a merge, wherever each of them has it."""

    place: str  # where it must be afterwards
    base: str | None
    owner: str | None
    template: str | None
    moved: bool = False  # by the owner
    other_place: str = ""  # where the template has moved it, if the owner has moved it elsewhere


@dataclass
class Outcome:
    """What is wrong with a merge, what it had to leave to a person, and how much there was to do."""

    wrong: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    files: int = 0  # that both sides had changed
    moved: int = 0  # of these, the ones that a side had moved


def files_in(place: Path) -> Files:
    """Return the texts of a service by path, without what git keeps for itself."""
    paths = [path for path in place.rglob("*") if path.is_file()]
    names = [path.relative_to(place).as_posix() for path in paths]
    return {
        name: path.read_text()
        for name, path in zip(names, paths, strict=True)
        if not name.startswith(".git/") and "__pycache__" not in name
    }


def comparable(files: Files) -> tuple[Files, Any]:
    """Return what a render decides, and the answers as data: old releases sorted their keys."""
    kept = {path: text for path, text in files.items() if not path.startswith((ONCE, LOCK_FILE))}
    return kept, yaml.safe_load(kept.pop(ANSWERS))


def judge(texts: Texts, result: Files, reported: set[str]) -> Outcome:
    """Compare the result of a merge, and the conflicts that it reported, with what must be.

    Args:
        texts: What was merged.
        result: The service after the update.
        reported: The files that the update reported.
    """
    outcome, places = Outcome(), {ANSWERS}
    for sides in sorted(files_to_merge(texts)):
        place, old, owned, released, *_ = sides
        places |= {place, sides.other_place}
        expected, conflict = three_way(sides)
        got = result.get(place)
        both = owned != old != released
        outcome.files += both
        outcome.moved += both and (sides.moved or place not in texts.base)
        if conflict:
            outcome.conflicts.append(place)
            if not reported & {place, sides.other_place}:
                outcome.wrong.append(f"{place}: a conflict, not reported")
            if lost := lost_lines(old, owned, got):
                outcome.wrong.append(f"{place}: lost in a conflict: {lost}")
            if None not in sides and not sides.other_place and not near(sides):
                outcome.wrong.append(f"{place}: a conflict between changes that do not meet")
        elif got != expected:
            outcome.wrong.append(f"{place}: not the three-way merge")
        elif place in reported:
            outcome.wrong.append(f"{place}: reported without a conflict")
    outcome.wrong += [f"{path}: nobody has it there" for path in sorted(result.keys() - places)]
    if yaml.safe_load(result[ANSWERS]) != yaml.safe_load(texts.template[ANSWERS]):
        outcome.wrong.append("the answers are not those of the release")
    return outcome


def files_to_merge(texts: Texts) -> Iterator[Sides]:
    """Pair the files of the three, those that a side has moved among them."""
    base, owner, template, moves = texts
    ours = {old: new for old, new in moves.items() if alike(base.get(old, ""), owner.get(new, ""))}
    theirs = renames(base, template)
    for path in base.keys() - {ANSWERS}:
        here, there = ours.get(path, path), theirs.get(path, path)
        place = there if here == path and path in owner else here
        other = there if path not in {here, there} and here != there else ""
        owned = base[path] if path.startswith(ONCE) else template.get(there)
        yield Sides(place, base[path], owner.get(here), owned, here != path, other)
    old_places = {*base, *ours.values(), *theirs.values()}
    for path in {*owner, *template} - old_places:
        yield Sides(path, None, owner.get(path), template.get(path))


def alike(one: str, other: str) -> bool:
    """Tell whether a file is still so much as it was that anybody would take it for the same."""
    first, second = (Counter(PIECES.findall(text.encode())) for text in (one, other))
    common = sum(len(piece) * count for piece, count in (first & second).items())
    return common >= FOLLOWED * max(len(one.encode()), len(other.encode()), 1)


def renames(before: Files, after: Files) -> Moves:
    """Return what a release has moved, as `git diff` shows it."""
    lost = {path: text for path, text in before.items() if path not in after}
    new = {path: text for path, text in after.items() if path not in before}
    with TemporaryDirectory() as folder:
        for side, files in (("a", lost), ("b", new)):
            Path(folder, side).mkdir()
            for path, text in files.items():
                write(Path(folder, side, path), text)
        return dict(RENAMED.findall(diff(folder, f"-M{FOLLOWED:.0%}")))


def three_way(sides: Sides) -> tuple[str | None, bool]:
    """Return what one file must be, and whether only a person can tell."""
    _, base, owner, template, moved, other_place = sides
    if other_place or (template is None and moved):  # the release has deleted or moved it, too
        return owner, True
    if template in {base, owner}:
        return owner, False
    if owner == base:
        return template, False
    if owner is not None and template is not None and base is not None:
        return merge_file(owner, base, template)
    return owner, owner is not None  # what the owner deleted stays so


def merge_file(owner: str, base: str, template: str) -> tuple[str, bool]:
    """Have git merge three texts."""
    with TemporaryDirectory() as folder:
        names = ("owner", "base", "template")
        for name, text in zip(names, (owner, base, template), strict=True):
            Path(folder, name).write_text(text)
        command = ["git", "merge-file", "--stdout", *names]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout, done.returncode != 0


def lost_lines(base: str | None, owner: str | None, got: str | None) -> list[str]:
    """Return the lines that only the owner had written and that are not there any more."""
    before, kept = (base or "").splitlines(), (got or "").splitlines()
    return [line for line in (owner or "").splitlines() if line not in before and line not in kept]


def near(sides: Sides) -> bool:
    """Tell if the two have changed the same or adjacent lines of the base."""
    base = sides.base or ""
    ours, theirs = (changed_lines(base, side or "") for side in (sides.owner, sides.template))
    return any(
        first <= other_last + 1 and other_first <= last + 1
        for first, last in ours
        for other_first, other_last in theirs
    )


def changed_lines(base: str, side: str) -> list[tuple[int, int]]:
    """Return the ranges of lines of the base that one side changed, as first and last."""
    with TemporaryDirectory() as folder:
        Path(folder, "a").write_text(base)
        Path(folder, "b").write_text(side)
        found = HUNK.findall(diff(folder, "-U0"))
    ranges = [(int(start), int(count or 1)) for start, count in found]
    # An insertion has no lines of the base: it stands behind the one that is named.
    return [(start, start + count - 1) if count else (start, start + 1) for start, count in ranges]


def diff(folder: str, *options: str) -> str:
    """Return what git sees between `a` and `b` in a folder."""
    command = ["git", "diff", "--no-index", *options, "a", "b"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
