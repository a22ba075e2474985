"""The tools of a service pass tests of their own, which owners need not carry."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import TEMPLATE, Service


@pytest.mark.slow
def test_a_path_that_the_embedded_database_cannot_take_is_named(
    default_render: Path, environment: Path, tmp_path: Path
) -> None:
    place = tmp_path / "a shop"
    shutil.copytree(default_render, place)
    code, output = Service(place, environment).attempt("poe", "migrate")
    assert code == 1
    assert output.endswith(
        f"move the service out of {place}, or set DATABASE_URL and"
        " TEST_DATABASE_URL to databases of your own.\n"
    )


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
