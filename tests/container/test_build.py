"""The image holds what the service needs and nothing more, and builds the same again."""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.container.containers import Image, build_image
from tests.repositories import git
from tests.support import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("container")]

CACHED: Final = "Using cache"
CONTENTS: Final = """
import importlib.metadata, json, shutil, sysconfig
from importlib.util import cache_from_source
from pathlib import Path

stdlib = Path(sysconfig.get_path("stdlib"))
modules = [path for path in stdlib.rglob("*.py") if "site-packages" not in path.parts]
modules += [path for path in Path("/srv").rglob("*.py") if path.parent.name != "bin"]

def is_valid_for_ever(module):
    bytecode = Path(cache_from_source(module))
    return bytecode.exists() and bytecode.read_bytes()[4:8] == bytes([1, 0, 0, 0])

print(json.dumps({
    "files": sorted(path.name for path in Path("/srv").iterdir()),
    "packages": sorted(each.name for each in importlib.metadata.distributions()),
    "programs": [name for name in ("uv", "gcc", "git", "pytest") if shutil.which(name)],
    "stale": [str(path) for path in modules if not is_valid_for_ever(str(path))],
    "modules": len(modules),
}))
"""


def copied(service: Service, place: Path) -> Service:
    """Return a copy of a service, for one test to change."""
    shutil.copytree(service.path, place)
    return Service(place, service.environment)


def inspect(image: Image, name: str) -> dict[str, Any]:
    """Return what the store knows of an image."""
    found: list[dict[str, Any]] = json.loads(image.engine.run("podman", "image", "inspect", name))
    return found[0]


def test_the_tests_of_a_group_run_in_one_worker(request: pytest.FixtureRequest) -> None:
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@container")


def test_it_holds_the_service_its_packages_and_their_bytecode(image: Image) -> None:
    contents = json.loads(image.run("python", "-c", CONTENTS))
    assert contents["files"] == [".venv", "app", "migrations", "pyproject.toml"]
    assert {"fastapi", "uvicorn", "alembic"} <= set(contents["packages"])
    assert {"pytest", "ruff", "mypy", "poethepoet"}.isdisjoint(contents["packages"])
    assert contents["programs"] == []
    assert contents["modules"] > 1000
    assert contents["stale"] == []


def test_two_builds_without_a_cache_are_the_same_image(image: Image, tmp_path: Path) -> None:
    before = image.engine.image_id(image.name)
    again = copied(image.service, tmp_path / "shop")
    for path in (*again.path.glob("app/**/*"), *again.path.glob("migrations/**/*")):
        path.chmod(0o700 if path.is_dir() else 0o600)  # as a clone by an owner with umask 077
    git(again.path, "config", "core.fileMode", "false")
    build_image(image.engine, again, "buildah", "--no-cache")
    assert image.engine.image_id(image.name) == before


def test_a_changed_line_of_code_changes_the_last_layer_only(image: Image, tmp_path: Path) -> None:
    changed = copied(image.service, tmp_path / "shop")
    with (changed.path / "app" / "main.py").open("a") as file:
        file.write("CHANGED = True\n")
    for secret in (".env", "id_rsa", "notes.txt"):
        (changed.path / secret).write_text("secret")

    output = image.engine.build(changed.path, "localhost/changed")

    assert " + fastapi==" not in output  # uv did not run again
    layers = [
        inspect(image, name)["RootFS"]["Layers"] for name in (image.name, "localhost/changed")
    ]
    assert layers[0][:-1] == layers[1][:-1]
    assert layers[0][-1] != layers[1][-1]


def test_a_lock_file_that_does_not_fit_fails_the_build(image: Image, tmp_path: Path) -> None:
    service = copied(image.service, tmp_path / "shop")
    project = service.path / "pyproject.toml"
    text = project.read_text()
    project.write_text(text.replace('    "structlog>=26.1"', '    "typer",\n    "structlog>=26.1"'))
    with pytest.raises(AssertionError, match=r"lockfile.*needs to be updated"):
        image.engine.build(service.path, "localhost/stale", "--target=packages")


def test_it_builds_without_a_lock_file(image: Image, tmp_path: Path) -> None:
    service = copied(image.service, tmp_path / "shop")
    (service.path / "uv.lock").unlink()
    output = image.engine.build(service.path, "localhost/unlocked", "--target=packages")
    assert " + fastapi==" in output


def test_labels_say_what_it_was_built_from(image: Image) -> None:
    commit = git(image.service.path, "rev-parse", "HEAD").strip()
    labels = inspect(image, image.name)["Labels"]
    short = git(image.service.path, "rev-parse", "--short", "HEAD").strip()
    given = {"revision": commit, "source": "https://git.example.com/team/shop", "version": short}
    for name, value in given.items():
        assert labels[f"org.opencontainers.image.{name}"] == value


@pytest.mark.parametrize("program", ["podman", "buildah"])
def test_each_engine_builds_the_command_with_its_own_options(image: Image, program: str) -> None:
    output = build_image(image.engine, image.service, program)
    commit = git(image.service.path, "rev-parse", "--short", "HEAD").strip()
    assert f"Building shop:{commit} with {program}." in output
    assert CACHED in output
    built = inspect(image, f"localhost/shop:{commit}")
    assert built["Id"] == image.engine.image_id(image.name)
    seconds = git(image.service.path, "log", "-1", "--format=%ct").strip()
    assert datetime.fromisoformat(built["Created"]).timestamp() == int(seconds)
