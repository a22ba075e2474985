"""A service of the tiny template, and the template that it follows, as a test handles them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from tests.repositories import commit, git
from tests.running import Result, scaffold
from tests.scaffold.files import CHANGELOG, COPIER, TEMPLATE

NEXT: Final = "v0.0.2"
LABEL: Final = f"build: update the template, v0.0.1 -> {NEXT}"
ANSWERS: Final = ".copier-answers.yml"
LOCK_FILE: Final = "uv.lock"  # `uv sync` makes it, and an update leaves it alone

Files = Mapping[str, str | bytes | None]


def write(root: Path, files: Files) -> None:
    """Write files below a folder, and delete those that are None."""
    for name, content in files.items():
        path = root / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@dataclass(frozen=True)
class Tiny:
    """A service under git, and its template."""

    root: Path
    template: Path
    variables: dict[str, str] = field(default_factory=dict)

    def release(self, files: Files, tag: str = NEXT) -> None:
        """Make the next release of the template, in which some files differ."""
        write(self.template / "template", files)
        commit(self.template, tag)
        git(self.template, "tag", tag)

    def write(self, files: Files) -> None:
        """Write files of the owner's, and leave them uncommitted."""
        write(self.root, files)

    def own(self, files: Files) -> None:
        """Commit files of the owner's."""
        self.write(files)
        commit(self.root, "mine")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the owner's."""
        text = self.read(name)
        assert old in text
        self.write({name: text.replace(old, new)})

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.root / name).read_bytes().decode()

    def git(self, *arguments: str) -> str:
        """Run git in the service."""
        return git(self.root, *arguments)

    def config(self, **settings: str) -> None:
        """Set what the owner's git does; two underscores stand for a dot."""
        for name, value in settings.items():
            self.git("config", name.replace("__", "."), value)

    def run(self, *arguments: str) -> Result:
        """Run the command in the service."""
        return scaffold(self.root, *arguments, **self.variables)

    def update(self, *options: str) -> Result:
        """Update the service to the next release."""
        return self.run("update", "--to", NEXT, *options)

    def updated(self) -> str:
        """Update the service, which must succeed, and return what was printed."""
        code, output = self.update()
        assert code == 0, output
        assert self.release_of_service() == NEXT
        return output

    def refused(self, *arguments: str) -> str:
        """Run a command, by default an update, that may change nothing, and return what it says."""
        before = self.state()
        code, output = self.run(*(arguments or ("update", "--to", NEXT)))
        assert code == 1, output
        assert self.state() == before
        return output

    def release_of_service(self) -> str:
        """Return the release that the answers name."""
        return str(yaml.safe_load(self.read(ANSWERS))["_commit"])

    def status(self) -> list[str]:
        """Return what differs from the last commit."""
        lines = self.git("status", "--porcelain", "--untracked-files=all").splitlines()
        return [line for line in lines if LOCK_FILE not in line]

    def state(self) -> tuple[str, str, dict[str, object]]:
        """Return all that may not change: the commit, what git says, and every file."""
        said = git(self.root, "status", "--porcelain=v2", "--ignored", "--untracked-files=all")
        lines = [line for line in said.splitlines() if LOCK_FILE not in line]
        return self.git("rev-parse", "HEAD"), "\n".join(lines), contents(self.root)

    def start(self, *arguments: str, log: Path, **variables: str) -> "subprocess.Popen[bytes]":
        """Start the command as a process of its own, with its output in a file."""
        with log.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "scaffold", *arguments],
                cwd=self.root,
                env=os.environ | {"PYTHONPATH": os.fspath(REPOSITORY)} | self.variables | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )


REPOSITORY: Final = Path(__file__).parent.parent.parent


def contents(root: Path) -> dict[str, object]:
    """Return what each file below a folder holds, or where it links to."""
    found: dict[str, object] = {}
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if name.parts[0] == ".git" or name.name == LOCK_FILE:
            continue
        if path.is_symlink():
            found[str(name)] = str(path.readlink())
        elif path.is_file():
            found[str(name)] = (path.read_bytes(), path.stat().st_mode)
    return found


def make_template(place: Path) -> Path:
    """Make the tiny template with its first release."""
    write(place, {"copier.yml": COPIER, "CHANGELOG.md": CHANGELOG})
    write(place / "template", TEMPLATE)
    git(place, "init", "--quiet", "--initial-branch=main")
    commit(place, "v0.0.1")
    git(place, "tag", "v0.0.1")
    return place


def copy(base: Path, place: Path, variables: dict[str, str]) -> Tiny:
    """Copy template and service, so that the one follows the other."""
    tiny = Tiny(place / "service", place / "template", variables)
    shutil.copytree(base, place, symlinks=True, dirs_exist_ok=True)
    tiny.replace(ANSWERS, f"{base}/template", f"{place}/template")
    tiny.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    return tiny
