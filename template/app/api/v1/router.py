"""The routers of version 1, discovered in `endpoints/`."""

from types import ModuleType
from typing import Final

from fastapi import APIRouter

from app.api.v1 import endpoints
from app.core.discovery import import_modules

PREFIX: Final = "/api/v1"


class RouterMissingError(Exception):
    """An endpoint module has no router."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(
            f"{module.__file__} has no `router`: add `router = APIRouter(prefix=…)`, or begin "
            "the file's name with an underscore if it has no endpoints."
        )


def find_routers(package: ModuleType = endpoints) -> list[APIRouter]:
    """Return the routers of the modules of the package, in alphabetical order.

    The app includes each of them: a router around them would match every request twice.

    Raises:
        RouterMissingError: A module has no `router`; the error names its file.
    """
    found = []
    for module in import_modules(package.__name__):
        router = getattr(module, "router", None)
        if not isinstance(router, APIRouter):
            raise RouterMissingError(module)
        found.append(router)
    return found
