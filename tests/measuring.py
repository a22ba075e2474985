"""Measures coverage where the command runs, and nowhere else: it doubles the time of each render."""

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from coverage import Coverage

TESTS: Final = Path(__file__).parent
MEASURED: Final = {
    *("scaffold", "scaffold_units", "test_resource_command.py", "test_resource_errors.py"),
    *("test_resource_merge.py", "test_resource_rename.py", "test_update_command.py"),
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stop the measurement during all other tests."""
    stopped: list[Coverage] = []  # a worker has that of its main process, too
    if MEASURED.isdisjoint(item.path.relative_to(TESTS).parts):
        while coverage := Coverage.current():
            coverage.stop()
            stopped.append(coverage)
    try:
        return (yield)
    finally:
        for coverage in reversed(stopped):
            coverage.start()
