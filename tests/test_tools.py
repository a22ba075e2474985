"""The tools of a service pass tests of their own, which owners need not carry."""

import shutil
from collections.abc import Callable

import pytest

from tests.support import TEMPLATE, Service


@pytest.mark.slow
def test_the_tools_pass_their_own_tests(make_service: Callable[..., Service]) -> None:
    service = make_service()
    shutil.copytree(TEMPLATE / "tests" / "in_service", service.path / "tests" / "of_tools")
    service.run("mypy")
    service.run("pytest", "--quiet", "tests/of_tools")
