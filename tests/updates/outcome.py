"""What a merge must give, file by file: worked out without Copier, and compared with what it gave."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import yaml

ONCE: Final = "migrations/versions/"
ANSWERS: Final = ".copier-answers.yml"
MARKERS: Final = re.compile(r"^(<<<<<<< |=======$|>>>>>>> )", re.MULTILINE)
HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+", re.MULTILINE)
Files = dict[str, str]


@dataclass
class Outcome:
    """What is wrong with a merge, what it had to leave to a person, and how much there was to do."""

    wrong: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    files: int = 0  # that both sides had changed


def files_in(place: Path) -> Files:
    """Return the texts of a service by path, without what git keeps for itself."""
    paths = [path for path in place.rglob("*") if path.is_file()]
    names = [path.relative_to(place).as_posix() for path in paths]
    return {
        name: path.read_text()
        for name, path in zip(names, paths, strict=True)
        if not name.startswith(".git/") and "__pycache__" not in name
    }


def judge(base: Files, owner: Files, template: Files, result: Files, reported: set[str]) -> Outcome:
    """Compare the result of a merge, and the conflicts that it reported, with what must be.

    Args:
        base: The render that the owner started from.
        owner: The service as its owner had it.
        template: A render of the new release.
        result: The service after the update.
        reported: The files that the update reported.
    """
    outcome = Outcome()
    for path in sorted({*base, *owner, *template, *result} - {ANSWERS}):
        old, owned, released = sides = [files.get(path) for files in (base, owner, template)]
        expected, conflict = three_way(*sides, once=path.startswith(ONCE))
        got = result.get(path)
        outcome.files += owned != old != released
        if conflict:
            outcome.conflicts.append(path)
            if path not in reported:
                outcome.wrong.append(f"{path}: a conflict, not reported")
            if lost := lost_lines(old, owned, got):
                outcome.wrong.append(f"{path}: lost in a conflict: {lost}")
            if None not in sides and not near(*sides):
                outcome.wrong.append(f"{path}: a conflict between changes that do not meet")
        elif got != expected:
            outcome.wrong.append(f"{path}: not the three-way merge")
        elif path in reported:
            outcome.wrong.append(f"{path}: reported without a conflict")
    if yaml.safe_load(result[ANSWERS]) != yaml.safe_load(template[ANSWERS]):
        outcome.wrong.append("the answers are not those of the release")
    return outcome


def three_way(
    base: str | None, owner: str | None, template: str | None, *, once: bool = False
) -> tuple[str | None, bool]:
    """Return what one file must be, and whether only a person can tell."""
    if once or template in {base, owner}:
        return owner, False
    if owner == base:
        return template, False
    if owner is None:  # the owner deleted it, and it stays so
        return None, False
    if template is None:  # the release deleted it, and it stays as its owner had it
        return owner, True
    if base is None:
        return owner, True
    merged, conflicts = merge_file(owner, base, template)
    return merged, conflicts


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


def near(base: str | None, owner: str | None, template: str | None) -> bool:
    """Tell if the two have changed the same or adjacent lines of the base."""
    ours, theirs = (changed_lines(base or "", side or "") for side in (owner, template))
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
        command = ["git", "diff", "--no-index", "-U0", "a", "b"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    ranges = [(int(start), int(count or 1)) for start, count in HUNK.findall(done.stdout)]
    # An insertion has no lines of the base: it stands behind the one that is named.
    return [(start, start + count - 1) if count else (start, start + 1) for start, count in ranges]
