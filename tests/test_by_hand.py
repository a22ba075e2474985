"""A service with code that its owner wrote by hand, of each kind, is as green as a rendered one."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.answer_sets import TEXT, Spec, resource
from tests.faults.postgres import prepare
from tests.faults.server import serve
from tests.support import TEMPLATE, UV, Service

BY_HAND: Final = TEMPLATE / "tests" / "by_hand"
# What FastAPI needs for forms and uvicorn for websockets; an owner adds them with `uv add`.
PACKAGES: Final = ("python-multipart", "websockets")
RESOURCES: Final[list[Spec]] = [
    resource("product", name=TEXT, price={"type": "float", "gt": 0}),
    resource("order", note=TEXT | {"max_length": 200, "optional": True}),
    resource(
        "order_item",
        order={"type": "ref", "to": "order"},
        name=TEXT | {"max_length": 100},
        amount={"type": "int", "ge": 1},
    ),
]
CLIENT: Final = """
import sys
from websockets.sync.client import connect

with connect(sys.argv[1]) as socket:
    for message in sys.argv[2:]:
        socket.send(message)
        print(socket.recv())
"""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class GuestService(Service):
    """A service whose environment has more packages."""

    packages: Path

    def variables(self, **extra: str) -> dict[str, str]:
        """Return the environment variables of a shell in which the environment is active."""
        return super().variables(PYTHONPATH=str(self.packages), **extra)


@pytest.fixture(scope="module")
def guest(
    template_files: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> GuestService:
    """Return a service with what its owner wrote, and the migration for it."""
    place = tmp_path_factory.mktemp("guest")
    answers = {"resources": RESOURCES}
    run_copy(str(template_files), place / "service", data=answers, defaults=True, quiet=True)
    shutil.copytree(BY_HAND, place / "service", dirs_exist_ok=True)
    service = GuestService(place / "service", environment, place / "packages")
    install = [UV, "pip", "install", "--quiet", "--target", str(service.packages), *PACKAGES]
    python = ["--python", str(environment / "bin" / "python")]
    subprocess.run([*install, *python], cwd=service.path, check=True)
    service.run("poe", "makemigration", "tickets")
    return service


def test_the_guide_quotes_what_is_tested() -> None:
    guide = (TEMPLATE / "template" / "docs" / "by-hand.md").read_text()
    quotes = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    tested = "\n".join(file.read_text() for file in sorted(BY_HAND.rglob("*.py")))
    assert len(quotes) > 8
    assert [quote for quote in quotes if quote not in tested] == []


def test_all_checks_pass(guest: GuestService) -> None:
    output = guest.run("poe", "check")
    assert "No issues found" in output
    assert "SVC" not in output


def test_a_websocket_is_served(guest: GuestService, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="by-hand-") as place:
        database = prepare(guest, Path(place) / "data")
        database.start()
        try:
            with serve(guest, database.url, tmp_path / "log") as server, server.client() as client:
                client.post("/api/v1/products/", json={"name": "Lamp", "price": 2})
                url = f"{server.url.replace('http', 'ws')}/api/v1/quotes/"
                printed = guest.run("python", "-c", CLIENT, url, '{"name": "Lamp"}', "Lamp")
        finally:
            database.stop()
    priced, malformed = printed.splitlines()
    assert priced == '{"price":2.0,"error":null}'
    assert "Send the name of a product" in malformed
