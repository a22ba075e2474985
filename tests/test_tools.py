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
def test_the_tools_pass_their_own_tests(make_service: Callable[..., Service]) -> None:
    service = make_service()
    shutil.copytree(TEMPLATE / "tests" / "in_service", service.path / "tests" / "of_tools")
    service.run("mypy")
    service.run("pytest", "--quiet", "tests/of_tools")
