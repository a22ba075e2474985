"""A service accepts the tokens of another implementation: the npm package `oidc-provider`.

It runs where Node is found, and takes the package from the registry that npm has.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2
import pytest
from filelock import FileLock

from tests.faults.ports import HOST, free_port
from tests.faults.server import PRODUCTS, await_truth, status_at
from tests.faults.test_dev import await_nothing_left, interrupt, start_dev
from tests.support import Service

PACKAGE: Final = "oidc-provider@9.13.3"
PROVIDER: Final = Path(__file__).with_name("provider.mjs")
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
DISCOVERY: Final = "/.well-known/openid-configuration"
CLIENT: Final = ("nightly-job", "secret")
AUDIENCE: Final = "shop"
READ: Final = "products:read"
WRITE: Final = "products:write"
INTERVAL_SECONDS: Final = 20  # a bit more than the keys are fetched again for an unknown one

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="needs Node"),
]


@pytest.fixture(scope="session")
def package(shared: Path) -> Path:
    """Return the module of the package, installed once per run."""
    place = shared / "oidc-provider"
    module = place / "node_modules" / "oidc-provider" / "lib" / "index.js"
    with FileLock(f"{place}.lock"):
        if not module.exists():
            install = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", place)
            subprocess.run([*install, PACKAGE], check=True, timeout=120)
    return module


@contextmanager
def provider(package: Path, port: int, log: Path) -> Iterator[None]:
    """Run a provider with keys of its own until the end of the block."""
    command = ["node", str(PROVIDER), str(package), str(port), AUDIENCE, f"{READ} {WRITE}"]
    with log.open("ab") as output, subprocess.Popen(command, stdout=output, stderr=output) as node:
        try:
            await_truth(lambda: status_at(port, DISCOVERY) == 200, "it answers", log)
            yield
        finally:
            node.kill()


def request_token(port: int, algorithm: str, scope: str = READ) -> str:
    """Request a token with client credentials and a resource indicator (RFC 8707)."""
    form = {"grant_type": "client_credentials", "resource": f"urn:{algorithm}", "scope": scope}
    answer = httpx2.post(f"http://{HOST}:{port}/token", data=form, auth=CLIENT)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def test_its_tokens_are_accepted_and_its_keys_may_change(
    make_service: Callable[..., Service], package: Path, tmp_path: Path
) -> None:
    service = make_service(features=["auth"])
    port, log = free_port(), tmp_path / "provider.log"
    trusted = f"AUTH_ISSUER=http://{HOST}:{port}\nAUTH_AUDIENCE={AUDIENCE}\n"
    (service.path / ".env").write_text(trusted)
    server = start_dev(service, free_port())

    def status(token: str, method: str = "GET") -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.request(
            method, f"{server.url}{PRODUCTS}", headers=headers, json={}
        ).status_code

    with provider(package, port, log):
        old = request_token(port, ALGORITHMS[0])
        await_truth(lambda: status(old) == 200, "the keys are fetched", server.log)
        for algorithm in ALGORITHMS:
            assert status(request_token(port, algorithm)) == 200
        assert status(old, "POST") == 403
        assert status(request_token(port, ALGORITHMS[0], WRITE), "POST") == 422
        assert status(request_token(port, ALGORITHMS[0], "")) == 403
    assert status(old) == 200  # the keys are known

    with provider(package, port, log):
        new = request_token(port, ALGORITHMS[0])
        await_truth(lambda: status(new) == 200, "new keys", server.log, INTERVAL_SECONDS)
        assert status(old) == 401
    interrupt(server)
    await_nothing_left(service, server)
