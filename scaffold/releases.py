"""The releases of a template: how they are ordered, and what they bring."""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from packaging.version import InvalidVersion, Version

from scaffold.errors import ScaffoldError

CHANGELOG: Final = "CHANGELOG.md"
SECTION: Final = re.compile(r"^(?=## \S)", re.MULTILINE)
DESCRIBED: Final = re.compile(r"^(?P<tag>.+)-(?P<count>\d+)-g[0-9a-f]{7,}$")
# How Copier writes a repository, and how git does.
SHORT_FORMS: Final = (
    (re.compile(r"^gh:/?(.*?)(\.git)?$"), r"https://github.com/\1.git"),
    (re.compile(r"^gl:/?(.*?)(\.git)?$"), r"https://gitlab.com/\1.git"),
    (re.compile(r"^git\+"), ""),
)
UNREACHABLE: Final = "The template at {source} cannot be read: {reason}"


def version_of(release: str) -> Version | None:
    """Return the version that a tag, or what `git describe` printed, stands for, if any."""
    found = DESCRIBED.match(release)
    text = f"{found['tag']}+{found['count']}" if found else release
    try:
        return Version(text)
    except InvalidVersion:
        return None


def is_newer(release: str, than: str) -> bool:
    """Tell whether a release comes after another; of what has no version, anything else does."""
    one, other = version_of(release), version_of(than)
    return one > other if one and other else release != than


def news(source: str, after: str, until: str) -> str:
    """Return what the template's CHANGELOG says about the releases after one, until another.

    Raises:
        ScaffoldError: The template cannot be read.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clone = ("clone", "--quiet", "--bare", "--filter=blob:none", "--", url_of(source), folder)
        done = run_git(*clone)
        if done.returncode:
            message = UNREACHABLE.format(source=source, reason=done.stderr.strip())
            raise ScaffoldError(message)
        text = run_git("-C", folder, "show", f"{until}:{CHANGELOG}").stdout
    return sections(text, after, until)


def sections(changelog: str, after: str, until: str) -> str:
    """Return what a CHANGELOG says about the releases after one, until another."""
    first, last = version_of(after), version_of(until)
    chosen = []
    for part in SECTION.split(changelog):
        version = version_of(part.split()[1]) if part.startswith("## ") else None
        if version and (not first or version > first) and (not last or version <= last):
            chosen.append(part.strip())
    return "\n\n".join(chosen)


def run_git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run git outside of the service."""
    return subprocess.run(
        ["git", *arguments], capture_output=True, text=True, errors="replace", check=False
    )


def url_of(source: str) -> str:
    """Return a source of Copier's as git takes it."""
    for short_form, url in SHORT_FORMS:
        source = short_form.sub(url, source)
    return str(Path(source).expanduser()) if source.startswith("~") else source
