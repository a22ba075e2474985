"""`poe release`: cuts a release of the template."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
VERSION: Final = re.compile(r'(?<=^version = ")(\d+)\.(\d+)\.(\d+)(?="$)', re.MULTILINE)
UNRELEASED: Final = "## Unreleased\n"
PARTS: Final = ("major", "minor", "patch")


def main(part: str) -> None:
    """Give the next version to what is unreleased, commit it, and tag the commit."""
    if part not in PARTS:
        sys.exit(f"'{part}' is no part of a version: write one of {', '.join(PARTS)}.")
    if git("status", "--porcelain"):
        sys.exit("The work tree is dirty: commit or stash first.")
    project, changelog = ROOT / "pyproject.toml", ROOT / "CHANGELOG.md"
    text, changes = project.read_text(), changelog.read_text()
    if UNRELEASED not in changes:
        sys.exit(f"CHANGELOG.md says nothing to owners: write it below '{UNRELEASED.strip()}'.")
    version = following(text, part)
    project.write_text(VERSION.sub(version, text, count=1))
    heading = f"## {version} ({datetime.now(UTC).date().isoformat()})\n"
    changelog.write_text(changes.replace(UNRELEASED, heading, 1))
    git("commit", "--quiet", "--all", "--message", f"release: v{version}")
    git("tag", f"v{version}")
    sys.stdout.write(
        f"v{version} is cut. Publish it: git push --follow-tags origin HEAD v{version}\n"
    )


def following(text: str, part: str) -> str:
    """Return the version after the one in a text; the parts behind the one that grows are 0."""
    found = VERSION.search(text)
    if not found:
        sys.exit('pyproject.toml has no version = "1.2.3".')
    numbers = [int(number) for number in found.groups()]
    index = PARTS.index(part)
    grown = [*numbers[:index], numbers[index] + 1, 0, 0]
    return ".".join(str(number) for number in grown[: len(PARTS)])


def git(*arguments: str) -> str:
    """Run git in this repository and return what it prints.

    Raises:
        SystemExit: It failed, and has said why.
    """
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout
