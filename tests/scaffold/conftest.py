"""The tiny template and a service of it: made once per worker, copied for each test."""

import os
import subprocess
from pathlib import Path

import pytest
from copier import run_copy

from tests.repositories import commit, git
from tests.scaffold.tiny import Tiny, copy, make_template


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny template and a service of its first release."""
    place = tmp_path_factory.mktemp("tiny")
    template, service = make_template(place / "template"), place / "service"
    run_copy(str(template), service, vcs_ref="v0.0.1", defaults=True, quiet=True)
    git(service, "init", "--quiet", "--initial-branch=main")
    git(service, "config", "user.name", "Owner")
    git(service, "config", "user.email", "owner@example.com")
    commit(service, "feat: new service")
    return place


@pytest.fixture(scope="session")
def tiny_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the virtual environment of all tiny services."""
    place = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([os.environ.get("UV", "uv"), "venv", "--quiet", place], check=True)
    return place


@pytest.fixture
def tiny(base: Path, tiny_environment: Path, tmp_path: Path) -> Tiny:
    """Return a service of the tiny template, for one test to change."""
    return copy(
        base,
        tmp_path,
        {
            "VIRTUAL_ENV": str(tiny_environment),
            "GIT_EDITOR": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
