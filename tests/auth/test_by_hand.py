"""With `auth`, routes that an owner wrote by hand are named until they say who may use them."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support import UV, Service
from tests.test_by_hand import BY_HAND, PACKAGES, RESOURCES, GuestService

ENDPOINTS: Final = "app/api/v1/endpoints"
ROUTERS: Final = sorted((BY_HAND / ENDPOINTS).glob("*.py"))
IMPORT: Final = "from app.api.auth import public, requires\n"
SOCKET: Final = "quotes"  # whose tests send no headers

pytestmark = pytest.mark.slow


@pytest.fixture
def guest(make_service: Callable[..., Service], tmp_path: Path) -> Service:
    """Return a service with what its owner wrote, and the migration for it."""
    made = make_service(resources=RESOURCES, features=["auth"])
    shutil.copytree(BY_HAND, made.path, dirs_exist_ok=True)
    service = GuestService(made.path, made.environment, tmp_path / "packages")
    install = [UV, "pip", "install", "--quiet", "--target", str(service.packages), *PACKAGES]
    python = ["--python", str(made.environment / "bin" / "python")]
    subprocess.run([*install, *python], cwd=service.path, check=True)
    service.run("poe", "makemigration", "tickets")
    return service


def test_each_router_is_named_until_it_has_scopes_or_is_public(guest: Service) -> None:
    code, output = guest.attempt("poe", "--quiet", "rules")
    found = {line.split(":")[0] for line in output.splitlines() if " SVC106 " in line}
    assert code == 1
    assert found == {f"{ENDPOINTS}/{router.name}" for router in ROUTERS}
    for router in ROUTERS:
        protect(guest.path / ENDPOINTS / router.name)
    guest.run("poe", "--quiet", "rules")
    guest.run(
        "pytest", "--quiet", *(f"tests/{kind}" for kind in ("integration/api", "unit/services"))
    )


def protect(module: Path) -> None:
    """Let all routes of a module require a scope, or none for a websocket."""
    needs = "public" if module.stem == SOCKET else f'requires("{module.stem}:use")'
    text = module.read_text()
    assert text.count('"])\n') == 1
    text = text.replace('"])\n', f'"], dependencies=[{needs}])\n')
    module.write_text(text.replace("router = ", f"{IMPORT}\nrouter = ", 1))
