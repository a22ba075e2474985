"""`poe image` finds an engine, tells it what to build, and reports what is missing."""

import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.support import Service

pytestmark = pytest.mark.slow

WORKING: Final = '#!/bin/sh\n[ "$1" = version ] || echo "$0: $SOURCE_DATE_EPOCH: $*"\n'
WITHOUT_DAEMON: Final = '#!/bin/sh\n[ "$1" = version ] && exit 1\necho "nobody asks me"\n'
FAILING: Final = '#!/bin/sh\n[ "$1" = version ] || exit 7\n'
REMOTES: Final = {
    "https://github.com/team/shop.git": "https://github.com/team/shop",
    "https://token@github.com/team/shop": "https://github.com/team/shop",
    "https://user:pass@git.example.com:8443/team/shop.git": "https://git.example.com:8443/team/shop",
    "git@github.com:team/shop.git": "https://github.com/team/shop",
    "git@gitlab.com:42/group/shop.git": "https://gitlab.com/42/group/shop",
    "ssh://git@git.example.com:2222/team/shop.git": "https://git.example.com/team/shop",
    "/srv/git/shop.git": "",
    "file:///srv/git/shop.git": "",
}

Image = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the engines; of other programs only git is there."""
    place = tmp_path / "programs"
    place.mkdir()
    (place / "git").symlink_to(str(shutil.which("git")))
    return place


@pytest.fixture
def image(owned: Service, folder: Path) -> Image:
    """Return the function that runs `poe image` with these engines."""

    def run(*arguments: str, engines: dict[str, str], **variables: str) -> tuple[int, str]:
        for name, script in engines.items():
            file = folder / name
            file.write_text(script)
            file.chmod(file.stat().st_mode | stat.S_IXUSR)
        path = f"{owned.environment / 'bin'}:{folder}"
        return owned.attempt("poe", "image", *arguments, PATH=path, **variables)

    return run


@pytest.mark.parametrize(
    ("engines", "chosen"),
    [
        ({"docker": WORKING, "podman": WORKING, "buildah": WORKING}, "docker"),
        ({"docker": WITHOUT_DAEMON, "podman": WORKING, "buildah": WORKING}, "podman"),
        ({"buildah": WORKING}, "buildah"),
    ],
)
def test_the_first_engine_that_runs_builds(
    image: Image, owned: Service, engines: dict[str, str], chosen: str
) -> None:
    short, commit_id, time = git(owned.path, "log", "-1", "--format=%h %H %ct").split()
    code, output = image("--no-cache", engines=engines)
    assert code == 0, output
    assert f":{short} with {chosen}.\n" in output
    _, given = output.split(f"/{chosen}: ")
    assert given.startswith(f"{time}: build --tag=")
    assert f"--build-arg=REVISION={commit_id} " in given
    assert f"--build-arg=VERSION={short}" in given
    assert (f"--timestamp={time}" in given) == (chosen != "docker")
    assert given.endswith("--no-cache .\n")


def test_an_engine_can_be_chosen(image: Image) -> None:
    engines = {"docker": WORKING, "podman": WORKING, "buildah": WORKING}
    assert " with buildah.\n" in image("--engine", "buildah", engines=engines)[1]
    assert " with podman.\n" in image(engines=engines, DOCKER="podman")[1]


@pytest.mark.parametrize("engines", [{}, {"docker": WITHOUT_DAEMON}])
def test_no_engine_is_one_sentence(image: Image, engines: dict[str, str]) -> None:
    code, output = image(engines=engines)
    assert code == 1
    assert "Cannot build: docker or podman or buildah is not running or not installed" in output
    assert "Traceback" not in output
    code, output = image("--engine", "nerdctl", engines=engines)
    assert code == 1
    assert "Cannot build: nerdctl is not running or not installed" in output


def test_the_exit_code_is_that_of_the_engine(image: Image) -> None:
    assert image(engines={"podman": FAILING})[0] == 7


def test_uncommitted_changes_show_in_the_tag(image: Image, owned: Service) -> None:
    git(owned.path, "tag", "v1.2.0")
    with (owned.path / "app" / "main.py").open("a") as file:
        file.write("CHANGED = True\n")
    output = image(engines={"podman": WORKING})[1]
    assert "-dirty with podman.\n" in output
    assert "--build-arg=VERSION=v1.2.0-dirty " in output
    commit(owned.path)
    assert "dirty" not in image(engines={"podman": WORKING})[1]


def test_nothing_is_built_before_the_first_commit(image: Image, owned: Service) -> None:
    shutil.rmtree(owned.path / ".git")
    code, output = image(engines={"podman": WORKING})
    assert code == 1
    assert "There is no commit to build: first `git init -b main`" in output


@pytest.mark.parametrize(("remote", "source"), REMOTES.items())
def test_the_source_is_the_remote_without_credentials(
    image: Image, owned: Service, remote: str, source: str
) -> None:
    git(owned.path, "remote", "add", "origin", remote)
    output = image(engines={"podman": WORKING})[1]
    assert f"--build-arg=SOURCE={source} " in output
