"""What a service carries of `poe resource` and `poe update`: it runs the template's own command."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from template.tools import template as launcher
from tests.repositories import commit, git

COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"
HTTPS: Final = "https://github.com/owner/template.git"
# What an update is asked, what the command is asked then, and its release.
UPDATES: Final[list[tuple[list[str], list[str], str]]] = [
    ([], ["--to", "v0.10.0"], "v0.10.0"),
    (["--check"], ["--check", "--to", "v0.10.0"], "v0.10.0"),
    (["--to", "v0.7.0"], ["--to", "v0.7.0"], "v0.7.0"),
    (["--to=v0.7.0"], ["--to=v0.7.0"], "v0.7.0"),
    (["--continue"], ["--continue"], "v0.6.0"),
    (["--abort"], ["--abort"], "v0.6.0"),
]
# Stands for uv: it writes down what it was asked, and ends with a code of the test's choice.
UV: Final = """#!/bin/sh
case "$*" in *--version*) exit "${PROBE:-0}";; esac
[ "$SCAFFOLD_PROGRAM" = poe ] && printf '%s\\n' "$@" > "$0.asked"
exit "${CODE:-0}"
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the launcher takes for its service."""
    handler = signal.getsignal(signal.SIGINT)
    place = tmp_path / "service"
    place.mkdir()
    monkeypatch.setattr(launcher, "ROOT", place)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.delenv(launcher.OTHER_SOURCE, raising=False)
    yield place
    signal.signal(signal.SIGINT, handler)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A repository with releases and without a command."""
    place = tmp_path / "a template"
    place.mkdir()
    git(place, "init", "--quiet")
    for tag in ("v0.5.1", "v0.6.0", "v0.7.0", "v0.8.0-rc.1", "other"):
        commit(place)
        git(place, "tag", tag)
    commit(place)
    git(place, "tag", "--annotate", "--message", "annotated", "v0.10.0")
    return place


@pytest.fixture
def asked(
    tmp_path: Path, service: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[str]]:
    """A function that returns what uv was asked."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(UV)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert service.is_dir()
    return lambda: Path(f"{program}.asked").read_text().splitlines()


def remember(service: Path, source: object, release: str = "v0.6.0") -> None:
    """Write the answers of a service."""
    (service / launcher.ANSWERS).write_text(f"_src_path: {source}\n_commit: {release}\n")


def ended(
    command: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> str | int | None:
    """Run a command with arguments, and return what it ends with: a code or a sentence."""
    monkeypatch.setattr(sys, "argv", ["poe", *arguments])
    with pytest.raises(SystemExit) as end:
        command()
    return end.value.code


@pytest.mark.parametrize("release", [COMMIT, COMMIT[:7], f"v0.6.0-3-g{COMMIT[:7]}"])
def test_a_commit_needs_no_look_at_the_template(release: str) -> None:
    commit_id = release.rpartition("-g")[2]
    assert launcher.command_source(HTTPS, release) == f"git+{HTTPS}@{commit_id}"


@pytest.mark.parametrize("tag", ["v0.7.0", "v0.10.0"])
def test_a_tag_is_pinned_to_its_full_commit(template: Path, tag: str) -> None:
    url = launcher.url_of(str(template))
    commit_id = git(template, "rev-parse", f"{tag}^{{commit}}").strip()
    assert launcher.command_source(url, tag) == f"git+{url}@{commit_id}"


@pytest.mark.parametrize(
    ("current", "newest"),
    [
        ("v0.6.0", "v0.10.0"),
        (f"v0.7.0-2-g{COMMIT[:7]}", "v0.10.0"),
        (COMMIT, "v0.10.0"),
        ("v0.10.0", "v0.10.0"),
        (f"v0.10.0-2-g{COMMIT[:7]}", f"v0.10.0-2-g{COMMIT[:7]}"),
        ("v0.11.0rc1", "v0.11.0rc1"),
    ],
)
def test_the_newest_release_is_no_pre_release(template: Path, current: str, newest: str) -> None:
    assert launcher.newest(launcher.releases(launcher.url_of(str(template))), current) == newest


def test_a_resource_is_changed_with_the_release_that_the_service_has(
    service: Path,
    template: Path,
    asked: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(service, template)
    assert ended(launcher.resource, monkeypatch, "list", "--quiet") == 0
    commit_id = git(template, "rev-parse", "v0.6.0").strip()
    source = f"git+file://{str(template).replace(' ', '%20')}@{commit_id}"
    assert asked()[-5:] == [source, "scaffold", "resource", "list", "--quiet"]
    assert asked()[:2] == ["tool", "run"]


def test_an_update_runs_with_the_release_that_it_goes_to(
    service: Path,
    template: Path,
    asked: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(service, template)
    for options, passed, release in UPDATES:
        assert ended(launcher.update, monkeypatch, *options) == 0
        assert asked()[-len(passed) - 1 :] == ["update", *passed]
        commit_id = git(template, "rev-parse", f"{release}^{{commit}}").strip()
        assert asked()[-len(passed) - 3].endswith(f"@{commit_id}")


def test_another_source_of_the_command_needs_no_look_at_the_template(
    service: Path, asked: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(service, "/missing")
    monkeypatch.setenv(launcher.OTHER_SOURCE, "/srv/scaffold.whl")
    assert ended(launcher.resource, monkeypatch, "list") == 0
    assert asked()[-4:] == ["/srv/scaffold.whl", "scaffold", "resource", "list"]


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_exit_codes_come_through(
    service: Path, asked: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    remember(service, HTTPS, COMMIT)
    monkeypatch.setenv("CODE", str(code))
    assert ended(launcher.resource, monkeypatch, "list") == code
    assert "list" in asked()


def test_a_command_that_does_not_start_is_reported(
    service: Path, asked: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(service, HTTPS, COMMIT)
    monkeypatch.setenv("CODE", "2")
    monkeypatch.setenv("PROBE", "2")
    assert ended(launcher.resource, monkeypatch, "list") == (
        f"\nThe template's command did not start from git+{HTTPS}@{COMMIT}; uv says why above."
    )
    assert "list" in asked()


def test_an_unreachable_template_is_an_error_that_says_what_to_do(
    service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(service, "/missing/template")
    for command in (launcher.resource, launcher.update):
        sentence = str(ended(command, monkeypatch))
        assert sentence.startswith("Cannot read the template at file:///missing/template: fatal:")
        assert sentence.endswith("set SCAFFOLD_SOURCE to a path or a wheel of its command.")


def test_an_unknown_release_is_an_error_that_names_the_latest(
    service: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(service, template)
    sentence = str(ended(launcher.update, monkeypatch, "--to", "v0.9.0"))
    assert "has no release v0.9.0: write one of v0.10.0, v0.8.0-rc.1, v0.7.0, v0.6.0" in sentence
    bare = template.with_name("bare")
    git(template.parent, "init", "--quiet", "--bare", str(bare))
    remember(service, bare)
    assert str(ended(launcher.resource, monkeypatch)).endswith("write one of none yet.")


def test_a_release_without_the_command_is_an_error(
    service: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(service, template)
    assert ended(launcher.update, monkeypatch, "--to", "v0.5.1") == (
        "Release v0.5.1 has no command for this: use `uvx copier update --vcs-ref v0.5.1`."
    )


def test_a_missing_uv_is_an_error_that_says_how_to_get_it(
    service: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    remember(service, HTTPS, COMMIT)
    git_only = tmp_path / "git-only"
    git_only.mkdir()
    (git_only / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(git_only))
    assert str(ended(launcher.resource, monkeypatch)).endswith("`pip install uv`.")


@pytest.mark.parametrize("text", [None, "", "- a\n", "_src_path: a\n", "a: [", "_commit: v1\n"])
def test_missing_answers_are_an_error(
    service: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    if text is not None:
        (service / launcher.ANSWERS).write_text(text)
    for command in (launcher.resource, launcher.update):
        assert ended(command, monkeypatch) == launcher.NO_SOURCE


def test_answers_in_conflict_are_those_that_were_committed(service: Path) -> None:
    git(service, "init", "--quiet")
    remember(service, "gh:owner/template")
    commit(service)
    file = service / launcher.ANSWERS
    file.write_text(f"<<<<<<< HEAD\n{file.read_text()}=======\n_commit: v0.7.0\n>>>>>>> other\n")
    assert launcher.read_source() == (HTTPS, "v0.6.0")
    file.unlink()
    assert launcher.read_source() == (HTTPS, "v0.6.0")
