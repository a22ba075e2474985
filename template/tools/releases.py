"""The releases of the template: which one the service has, which is the newest, what they bring."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from packaging.version import InvalidVersion, Version

from tools.quick_copier import place_in_memory
from tools.refused import RefusedError
from tools.repository import ROOT, git

CHECK: Final = (sys.executable, "-m", "copier", "check-update", "--output-format", "json")
CHANGELOG: Final = "CHANGELOG.md"
SECTION: Final = re.compile(r"^(?=## \S)", re.MULTILINE)
# How Copier spells a repository, and what git takes instead.
SPELLINGS: Final = (
    (re.compile(r"^gh:/?(.*?)(\.git)?$"), r"https://github.com/\1.git"),
    (re.compile(r"^gl:/?(.*?)(\.git)?$"), r"https://gitlab.com/\1.git"),
    (re.compile(r"^git\+"), ""),
)


class Newest(NamedTuple):
    """The newest release of the template, beside that of the service; and what it brings."""

    current: str
    version: str
    tag: str  # as Copier takes it; HEAD where the template has no releases yet
    waiting: bool
    changes: str  # sections of its CHANGELOG, the newest first


def newest_release(source: str) -> Newest:
    """Look for releases where the service came from.

    Raises:
        RefusedError: The template is out of reach, or the service does not say what it has.
    """
    place = place_in_memory()  # Copier clones both releases to look at their versions
    variables = os.environ | ({"TMPDIR": str(place)} if place else {})
    done = subprocess.run(
        CHECK, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"Copier could not look for releases in {source}: {done.stderr.strip()}"
        raise RefusedError(message)
    found = json.loads(done.stdout)
    current, version = found["current_version"], found["latest_version"]
    if not found["update_available"]:
        return Newest(current, version, tag="", waiting=False, changes="")
    with TemporaryDirectory() as folder:
        git("clone", "--quiet", "--bare", "--filter=blob:none", url_of(source), folder)
        root = Path(folder)
        tags = git("tag", root=root).split()
        tag = next((tag for tag in tags if version_of(tag) == Version(version)), "HEAD")
        text = git("show", f"{tag}:{CHANGELOG}", root=root)
    changes = sections(text, Version(current), Version(version))
    return Newest(current, version, tag, waiting=True, changes=changes)


def sections(changelog: str, after: Version, until: Version) -> str:
    """Return what a CHANGELOG says about the releases after one, and until another."""
    chosen = [
        part.strip()
        for part in SECTION.split(changelog)
        if (version := version_of(part.split()[1] if part.startswith("## ") else ""))
        and after < version <= until
    ]
    return "\n\n".join(chosen)


def version_of(name: str) -> Version | None:
    """Return the version that a tag or a heading names, if it names one."""
    try:
        return Version(name)
    except InvalidVersion:
        return None


def url_of(source: str) -> str:
    """Return a source of Copier's as git takes it."""
    for spelling, replacement in SPELLINGS:
        source = spelling.sub(replacement, source)
    return str(Path(source).expanduser()) if source.startswith("~") else source
