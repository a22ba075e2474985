"""Modules are discovered in order, and errors name the file."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.api.v1.router import RouterMissingError, find_routers
from app.core.discovery import import_modules

ROUTER = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/{name}')\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package that can be imported as `found_by_tests`."""
    place = tmp_path / "found_by_tests"
    place.mkdir()
    (place / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("found_by_tests")]:
        monkeypatch.delitem(sys.modules, name)
    return place


def test_modules_come_in_alphabetical_order_without_hidden_ones(package: Path) -> None:
    for name in ("pears", "apples", "_hidden"):
        (package / f"{name}.py").touch()
    names = [module.__name__ for module in import_modules(package.name)]
    assert names == ["found_by_tests.apples", "found_by_tests.pears"]


def test_a_hand_written_module_needs_no_registration(package: Path) -> None:
    route = "@router.get('/ripe')\nasync def ripe() -> None: ...\n"
    (package / "pears.py").write_text(ROUTER.format(name="pears") + route)
    [pears] = import_modules(package.name)
    [router] = find_routers(ModuleType(package.name))
    assert str(router.url_path_for("ripe")) == "/pears/ripe"
    assert pears.__name__ == "found_by_tests.pears"


def test_a_module_without_a_router_is_reported_with_its_file(package: Path) -> None:
    (package / "pears.py").touch()
    with pytest.raises(RouterMissingError, match=r"pears\.py has no `router`"):
        find_routers(ModuleType(package.name))
