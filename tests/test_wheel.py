"""The template's command is built from a plain clone, installed by itself, and run by services."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest
from copier import run_copy

from scaffold.cli import DISTRIBUTION
from tests.interruption import stopped_in_git
from tests.repositories import commit, git
from tests.support import TEMPLATE, UV, Service

ADD: Final = ("poe", "resource", "add", "bill", "no:int")
OTHER_SOURCE: Final = "SCAFFOLD_SOURCE"


def test_the_wheel_holds_the_command_only(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"scaffold"}
    modules = [
        path for path in (TEMPLATE / "scaffold").rglob("*") if path.suffix in {".py", ".typed"}
    ]
    expected = {path.relative_to(TEMPLATE).as_posix() for path in modules}
    assert {name for name in names if name.startswith("scaffold/")} == expected


@pytest.mark.slow
def test_the_wheel_runs_in_an_environment_of_its_own(
    wheel: Path, committed_service: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, wheel], check=True)
    alone = Service(committed_service, environment)
    version = alone.run("scaffold", "--version").strip()
    assert wheel.name.startswith(f"{DISTRIBUTION.replace('-', '_')}-{version}-")
    assert alone.run("scaffold", "resource", "list").startswith("product name:str")
    assert alone.run("python", "-m", "scaffold", "resource", "list", "--quiet") == ""


@pytest.fixture
def released(released_template: Path, environment: Path, tmp_path: Path) -> Service:
    """A service of a release whose command is in it, in folders with spaces in their names."""
    template, place = tmp_path / "the template", tmp_path / "service"
    shutil.copytree(released_template, template)
    run_copy(str(template), place, defaults=True, quiet=True)
    git(place, "init", "--quiet", "--initial-branch", "main")
    commit(place)
    return Service(place, environment)


@pytest.mark.slow
def test_a_service_runs_the_command_of_its_release(released: Service, wheel: Path) -> None:
    assert released.run("poe", "resource", "list").splitlines()[-1].startswith("product name:str")
    git(released.path.with_name("the template"), "tag", "--annotate", "--message", "x", "v999.1.0")
    code, output = released.attempt("poe", "update", "--check")
    assert code == 2, output
    assert "v999.0.0 -> v999.1.0" in output
    output = released.run(*ADD, **{OTHER_SOURCE: str(wheel)})
    assert "app/models/bill.py" in output
    assert "_add_bill.py" in output
    code, output = released.attempt("poe", "resource", "add", "box", **{OTHER_SOURCE: str(wheel)})
    assert code == 1
    assert "Write a name and at least one field" in output


@pytest.mark.slow
def test_an_interrupt_reaches_the_command_and_leaves_the_tree(
    released: Service, wheel: Path
) -> None:
    variables = {OTHER_SOURCE: str(wheel)}
    code, output = stopped_in_git(released, ADD, signal.SIGINT, 20, **variables)
    assert code != 0  # that of the command, or of a program around it that has ended first
    assert "Traceback" not in output
    assert git(released.path, "status", "--short") in {"", "?? uv.lock\n"}
