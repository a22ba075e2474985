"""A release is a commit with a version and what it says to owners, and a tag on it."""

from pathlib import Path

import pytest

from tests.repositories import commit, git
from tests.support import TEMPLATE
from tests.updates.releases import released
from tools import release

PROJECT = """[project]
version = "0.3.9"
"""
CHANGELOG = """# Changelog

## Unreleased

What you have to do: nothing.

## 0.3.9 (2026-01-31)

Older.
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with something to release."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "Owner")
    git(tmp_path, "config", "user.email", "owner@example.com")
    commit(tmp_path)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("part", "version"), [("major", "1.0.0"), ("minor", "0.4.0"), ("patch", "0.3.10")]
)
def test_a_release_is_committed_and_tagged(repository: Path, part: str, version: str) -> None:
    release.main(part)
    assert git(repository, "log", "-1", "--format=%s %D").startswith(f"release: v{version} HEAD")
    assert git(repository, "tag", "--points-at", "HEAD") == f"v{version}\n"
    assert f'version = "{version}"' in (repository / "pyproject.toml").read_text()
    text = (repository / "CHANGELOG.md").read_text()
    assert f"## {version} (20" in text
    assert "Unreleased" not in text
    assert git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("file", "text", "part", "sentence"),
    [
        ("own.txt", "new", "minor", "The work tree is dirty: commit or stash first."),
        (
            "own.txt",
            "new",
            "big",
            "'big' is no part of a version: write one of major, minor, patch.",
        ),
    ],
)
def test_what_cannot_be_released_is_said(
    repository: Path, file: str, text: str, part: str, sentence: str
) -> None:
    (repository / file).write_text(text)
    with pytest.raises(SystemExit, match=sentence):
        release.main(part)
    assert git(repository, "tag") == ""


def test_a_release_says_something_to_owners(repository: Path) -> None:
    (repository / "CHANGELOG.md").write_text(CHANGELOG.replace("## Unreleased", "## Soon"))
    commit(repository)
    with pytest.raises(SystemExit, match="says nothing to owners"):
        release.main("patch")


def test_every_release_has_its_section() -> None:
    text = (TEMPLATE / "CHANGELOG.md").read_text()
    assert released()
    assert [tag for tag in released() if f"\n## {tag.removeprefix('v')} (" not in text] == []
