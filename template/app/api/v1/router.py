"""All endpoints of version 1, found by looking into `endpoints/`."""

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
            "the file's name with an underscore if it holds no endpoints."
        )


def build_router(package: ModuleType = endpoints) -> APIRouter:
    """Return one router over the modules of the package, in alphabetical order.

    Raises:
        RouterMissingError: A module has no `router`; the error names its file.
    """
    whole = APIRouter(prefix=PREFIX)
    for module in import_modules(package.__name__):
        part = getattr(module, "router", None)
        if not isinstance(part, APIRouter):
            raise RouterMissingError(module)
        whole.include_router(part)
    return whole
