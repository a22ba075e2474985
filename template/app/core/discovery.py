"""Discovery of the modules in a package, so that no list has to be maintained."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def import_modules(package_name: str) -> list[ModuleType]:
    """Import the modules of a package in alphabetical order, without those named `_…`."""
    package = import_module(package_name)
    names = sorted(module.name for module in iter_modules(package.__path__))
    return [import_module(f"{package_name}.{name}") for name in names if not name.startswith("_")]
