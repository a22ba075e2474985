"""The service is as green on the newest Python that is found as on the oldest that it supports."""

import os
import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from tests.conftest import sync
from tests.support import EMBEDDED, UV, Service

NEWER = ("3.14", "3.13", "3.12")


def find_python(version: str) -> Path | None:
    """Return an interpreter of this version that runs: one of uv's, on the path or under pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    find = [UV, "python", "find", "--no-project", "--no-python-downloads", version]
    of_uv = subprocess.run(find, capture_output=True, text=True, check=False).stdout.strip()
    found = [Path(of_uv)] if of_uv else []
    for python in [*found, *sorted(root.glob(f"versions/{version}*/bin/python"))]:
        if subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0:
            return python
    return None


FOUND = ((version, python) for version in NEWER if (python := find_python(version)))


@pytest.mark.slow
@pytest.mark.parametrize(("version", "python"), [*islice(FOUND, 1)])
def test_the_default_service_is_green(
    version: str, python: Path, committed_service: Path, tmp_path: Path
) -> None:
    place = tmp_path / "service"
    shutil.copytree(committed_service, place)  # as nobody has run it yet
    sync(place, tmp_path / "environment", str(python))
    service = Service(place, tmp_path / "environment")
    assert service.run("python", "--version").startswith(f"Python {version}.")
    service.run("mypy")
    service.run("poe", "test", "--quiet", TEST_DATABASE_URL=EMBEDDED)
