"""A service with `auth` refuses every attack, and outlives its provider's faults."""

import shutil
from collections.abc import Callable

import pytest

from tests.support import TEMPLATE, Service

PLACE = "tests/auth_in_service"


@pytest.mark.slow
def test_attacks_and_outages(make_service: Callable[..., Service]) -> None:
    service = make_service(resources=[], features=["auth"])
    shutil.copytree(TEMPLATE / "tests" / "auth" / "in_service", service.path / PLACE)
    service.run("mypy")
    service.run("pytest", "--quiet", PLACE)
