"""`poe dev` with the feature `auth`: an issuer beside the service, and `poe token`."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Final

import httpx2
import pytest

from tests.faults.ports import HOST, free_port
from tests.faults.server import PRODUCTS, Server, await_truth, kill_group
from tests.faults.test_dev import await_nothing_left, interrupt, processes_of, start_dev
from tests.support import Service

TOKEN: Final = ("poe", "--quiet", "token")
OTHER: Final = "https://login.example/realms/main"

pytestmark = pytest.mark.slow


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Iterator[Service]:
    """Return a service of its own; what still runs of it at the end is killed."""
    service = make_service(features=["auth"])
    yield service
    for process in processes_of(service.path):
        process.kill()


def token_of(service: Service, server: Server, *options: str) -> str:
    """Return the token that `poe token` prints alone."""
    return service.run(*TOKEN, "--port", str(server.port), *options).removesuffix("\n")


def ask(server: Server, token: str, method: str = "GET") -> httpx2.Response:
    """Send a request with a token."""
    product = {"name": "kept", "price": 1.5} if method == "POST" else None
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.request(method, f"{server.url}{PRODUCTS}", headers=headers, json=product)


def issuer_of(server: Server) -> str:
    """Return the issuer that a service trusts, as its OpenAPI document says."""
    document = httpx2.get(f"{server.url}/openapi.json").json()
    [scheme] = document["components"]["securitySchemes"].values()
    url: str = scheme["openIdConnectUrl"]
    return url.removesuffix("/.well-known/openid-configuration")


def test_tokens_work_until_the_service_ends(service: Service) -> None:
    server = start_dev(service, free_port())
    assert f"uv run poe token --sub alice --port {server.port}\n" in server.log.read_text()
    assert ask(server, "none").status_code == 401

    token = token_of(service, server)
    assert ask(server, token, "POST").status_code == 201
    refused = ask(server, token_of(service, server, "--scope", "products:read"), "POST")
    assert refused.status_code == 403
    assert ask(server, token_of(service, server, "--claim", "exp=1")).status_code == 401

    about = service.path / "app/core/about.py"
    about.write_text(about.read_text().replace('NAME: Final = "', 'NAME: Final = "renamed-'))

    def is_reloaded() -> bool:
        with server.client() as client:
            try:
                return "renamed-" in client.get("/openapi.json").text
            except httpx2.TransportError:
                return False

    await_truth(is_reloaded, "the change is served", server.log)
    assert ask(server, token).status_code == 200  # its key is the same

    issuer = issuer_of(server)
    os.killpg(server.process.pid, signal.SIGINT)
    time.sleep(0.01)  # the second is for processes that are ending, as `uv run` sends it
    os.killpg(server.process.pid, signal.SIGINT)
    await_nothing_left(service, server)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{issuer}/keys")
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_issuer_ends_with_the_service_however_it_ends(
    service: Service, number: signal.Signals
) -> None:
    server = start_dev(service, free_port())
    issuer = issuer_of(server)
    os.kill(server.process.pid, number)

    def is_closed() -> bool:
        try:
            return httpx2.get(f"{issuer}/keys").status_code == 0
        except httpx2.TransportError:
            return True

    await_truth(is_closed, "the issuer ends", server.log, 10)
    kill_group(server.process)


def test_an_issuer_of_the_environment_is_used_instead(service: Service) -> None:
    (service.path / ".env").write_text(f"AUTH_ISSUER={OTHER}\nAUTH_AUDIENCE=shop\n")
    server = start_dev(service, free_port())
    assert "poe token" not in server.log.read_text()
    assert issuer_of(server) == OTHER
    code, output = service.attempt(*TOKEN, "--port", str(server.port))
    interrupt(server)
    await_nothing_left(service, server)
    assert code == 1
    assert "does not trust the issuer of `poe dev`: remove AUTH_ISSUER" in output
    assert "Traceback" not in output


def test_a_token_without_a_service_is_explained(service: Service) -> None:
    port = str(free_port())
    code, output = service.attempt(*TOKEN, "--port", port)
    assert code == 1
    sentence = f"No service answers at http://{HOST}:{port}: start it with `uv run poe dev`"
    assert output.startswith(sentence)
    assert "Traceback" not in output


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_others_can_reach_refuses_an_issuer_of_development(
    service: Service, host: str
) -> None:
    settings = {"DATABASE_URL": "postgresql://someone@localhost/shop", "AUTH_AUDIENCE": "shop"}
    issuer = f"http://{HOST}:{free_port()}"
    code, output = service.attempt("python", "-m", "app", HOST=host, AUTH_ISSUER=issuer, **settings)
    assert code == 1
    [line] = output.splitlines()
    assert line.startswith("AUTH_ISSUER is not valid: it must begin with https://")
