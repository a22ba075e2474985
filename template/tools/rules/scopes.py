"""A route names the scopes that it requires, or says that it is public."""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from app.api.auth import get_caller, public
from app.core.config import Settings
from app.main import create_app
from tools.git import ROOT
from tools.rules.finding import Finding, is_excused

CODE: Final = "SVC106"
OPEN: Final = 'names no scope: add dependencies=[requires("…:read")] of app/api/auth.py to the route, its router or where that is included; if everybody may use it, dependencies=[public]'
SETTINGS: Final = Settings(
    _env_file=None,
    database_url=SecretStr("postgresql://nobody@localhost/none"),
    auth_issuer="https://issuer.invalid",
    auth_audience="none",
    auth_jwks_url=None,
    log_level="ERROR",
)
DECIDED: Final = (get_caller, public.dependency)


def check(app: FastAPI | None = None) -> Iterator[Finding]:
    """Yield the routes that do not say who may use them, wherever they were written."""
    for route in iter_route_contexts((app or create_app(SETTINGS)).routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        if dependant and route.endpoint and not decides(dependant):
            function = inspect.unwrap(route.endpoint)
            path = os.path.relpath(inspect.getfile(function), ROOT)
            lines, first = inspect.getsourcelines(function)
            number = next(n for n, line in enumerate(lines) if "def " in line)
            if not is_excused(lines[number], CODE):
                yield Finding(Path(path).as_posix(), first + number, CODE, f"{route.name} {OPEN}")


def decides(dependant: Dependant) -> bool:
    """Return whether a dependency, or one of its own, is about callers."""
    return dependant.call in DECIDED or any(map(decides, dependant.dependencies))
