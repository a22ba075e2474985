"""Git, as the owner of a service uses it."""

import subprocess
from pathlib import Path
from typing import Final

AUTHOR: Final = ["-c", "user.name=Owner", "-c", "user.email=owner@example.com"]


def git(place: Path, *arguments: str) -> str:
    """Run git in a folder and return what it printed."""
    command = ["git", *AUTHOR, *arguments]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    return done.stdout


def commit(place: Path, message: str = "changed") -> None:
    """Commit all that has changed in a folder."""
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)
