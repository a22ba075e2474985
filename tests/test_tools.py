"""The tools of a service pass tests of their own, which owners need not carry."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support import EMBEDDED, TEMPLATE, Service

ODD: Final = "It's 50% (of a) shöp, [x] #1+2=3?; touch injected &"
TWICE: Final = """
import subprocess, sys
from tools.postgres import embedded_server
with embedded_server("scratch") as url:
    print(url, flush=True)
    if len(sys.argv) == 1:
        subprocess.run([sys.executable, "-c", sys.orig_argv[-1], "again"], check=True)
"""


def copied(render: Path, place: Path, environment: Path) -> Service:
    """Return a copy of a service in a place."""
    shutil.copytree(render, place)
    return Service(place, environment)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a shop", ODD, "long" * 30])
def test_the_embedded_database_works_in_any_path(
    default_render: Path, environment: Path, tmp_path: Path, name: str
) -> None:
    service = copied(default_render, tmp_path / name, environment)
    service.run("poe", "migrate")
    moved = service.path.rename(service.path.with_name("moved"))
    again = Service(moved, environment)
    again.run("poe", "migrate")
    again.run("pytest", "-q", "tests/integration/test_migrations.py", TEST_DATABASE_URL=EMBEDDED)
    assert not list(tmp_path.rglob("injected"))


@pytest.mark.slow
def test_processes_share_one_server_in_a_path_with_a_space(
    default_render: Path, environment: Path, tmp_path: Path
) -> None:
    service = copied(default_render, tmp_path / "a shop", environment)
    first, second = service.run("python", "-c", TWICE).splitlines()
    assert first == second
    assert " " not in first


@pytest.mark.slow
@pytest.mark.parametrize("character", ['"', "`"])
def test_a_path_that_the_embedded_database_cannot_take_is_named(
    default_render: Path, environment: Path, tmp_path: Path, character: str
) -> None:
    service = copied(default_render, tmp_path / f"a{character} shop", environment)
    code, output = service.attempt("poe", "migrate")
    assert code == 1
    assert 'PostgreSQL takes no path with one of "$`\\: move a service out of there.' in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_a_database_that_does_not_start_is_reported(owned: Service) -> None:
    data = owned.path / ".postgres" / "development"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    (data / "log").write_text("Nobody wants to read all of this.\n")
    code, output = owned.attempt("poe", "migrate")
    assert code == 1
    assert "pg_ctl: " in output
    assert f"The embedded PostgreSQL does not start: see the end of {data}/log." in output
    assert "Nobody wants" not in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_the_tools_pass_their_own_tests(make_service: Callable[..., Service]) -> None:
    service = make_service()
    place = service.path / "tests" / "of_tools"
    shutil.copytree(TEMPLATE / "tests" / "in_service", place)
    shutil.copy(TEMPLATE / "scaffold" / "in_service" / "write_migration.py", place)
    service.run("mypy")
    service.run("pytest", "--quiet", "tests/of_tools")
