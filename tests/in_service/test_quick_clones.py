import os
import subprocess
import sys
from pathlib import Path

import pytest
from copier import run_copy

from tools.quick_copier import cloned_once

RUN_COPY = """
import sys
from copier import run_copy
from tools.quick_copier import cloned_once

with cloned_once():
    run_copy(*sys.argv[1:], vcs_ref="v1", quiet=True)
"""


@pytest.fixture
def releases(tmp_path: Path) -> str:
    """A template with two releases that writes where it was cloned to, by a URL as of a remote."""
    template = tmp_path / "releases"
    (template / "template").mkdir(parents=True)
    (template / "copier.yml").write_text("_subdirectory: template\n")
    (template / "template" / "place.jinja").write_text("{{ _copier_conf.src_path }}")
    author = ("-c", "user.name=Owner", "-c", "user.email=owner@example.com")
    commit = ("commit", "--quiet", "--allow-empty", "--message")
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        (*author, *commit, "one"),
        ("tag", "v1"),
        (*author, *commit, "two"),
        ("tag", "v2"),
    ):
        subprocess.run(["git", "-C", str(template), *arguments], check=True)
    return str(template)


@pytest.mark.parametrize("scheme", ["", "git+file://"])
def test_a_release_is_cloned_once(
    scheme: str, releases: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path / "cache"))
    services = [tmp_path / "first", tmp_path / "second", tmp_path / "newer"]
    for service, release in zip(services, ("v1", "v1", "v2"), strict=True):
        with cloned_once():
            run_copy(f"{scheme}{releases}", service, vcs_ref=release, quiet=True)
    first, second, newer = (Path(service, "place").read_text() for service in services)
    assert first == second != newer
    run_copy(f"{scheme}{releases}", tmp_path / "outside", vcs_ref="v1", quiet=True)
    assert Path(tmp_path, "outside", "place").read_text() != first


def test_clones_are_removed_when_the_process_ends(releases: str, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    command = [sys.executable, "-c", RUN_COPY, releases, str(tmp_path / "service")]
    subprocess.run(command, env=environment, check=True)
    cloned_to = Path(tmp_path, "service", "place").read_text()
    assert Path(cloned_to).is_relative_to(tmp_path / "temporary")
    assert not list((tmp_path / "temporary").iterdir())
