"""Owners never meet, whatever they request."""

import shutil
from collections.abc import Callable

import pytest

from tests.mutations.ownership import ANSWERS
from tests.support import TEMPLATE, Service


@pytest.mark.slow
def test_sequences_of_requests_of_three_owners(make_service: Callable[..., Service]) -> None:
    service = make_service(**ANSWERS)
    place = service.path / "tests" / "owners"
    shutil.copytree(TEMPLATE / "tests" / "ownership" / "in_service", place)
    service.run("mypy")
    service.run("pytest", "--quiet", "tests/owners")
