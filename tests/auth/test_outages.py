"""A service and its provider as processes: the provider is down, hangs, and comes back."""

import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import httpx2
import pytest

from tests.faults.ports import HOST, free_port
from tests.faults.postgres import prepare
from tests.faults.server import PRODUCTS, Server, await_truth, kill_group, serve, status_at
from tests.support import Service

ISSUE: Final = """
import sys
import uvicorn
from tools.issuer.app import create_issuer

port = int(sys.argv[1])
uvicorn.run(create_issuer(f"http://127.0.0.1:{port}"), port=port, log_config=None)
"""
# With shorter pauses, so that nothing waits for them.
HURRIED: Final = """
from app.auth import keys
from app.__main__ import main

keys.INTERVAL_SECONDS = keys.RETRY_SECONDS = 0.1
keys.FETCH_SECONDS = 1.0
main()
"""
METADATA: Final = "/.well-known/openid-configuration"
UNKNOWN: Final = "eyJhbGciOiJFUzI1NiIsImtpZCI6InVua25vd24ifQ.e30.AAAA"

pytestmark = pytest.mark.slow


class Provider:
    """The issuer for development, as a process that a test stops; each start has a new key."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = folder / "provider.log"
        self.process: Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ("python", "-c", ISSUE, str(self.port))
        self.process = self.service.start(*command, log=self.log)
        await_truth(lambda: status_at(self.port, METADATA) == 200, "an issuer", self.log)

    def stop(self) -> None:
        """Stop it at once."""
        if self.process:
            kill_group(self.process)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; SIGSTOP lets it hang."""
        assert self.process
        self.process.send_signal(number)

    def token(self) -> str:
        """Return a token with the scope for reading products."""
        form = {"grant_type": "client_credentials", "sub": "alice", "scope": "products:read"}
        answer = httpx2.post(f"{self.url}/token", data=form, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service(features=["auth"], service_name="shop")


@pytest.fixture
def provider(service: Service, tmp_path: Path) -> Iterator[Provider]:
    provider = Provider(service, tmp_path)
    yield provider
    provider.stop()


@pytest.fixture
def server(service: Service, provider: Provider, tmp_path: Path) -> Iterator[Server]:
    """The service, which trusts the provider."""
    settings = {"AUTH_ISSUER": provider.url, "AUTH_AUDIENCE": "shop"}
    with tempfile.TemporaryDirectory(prefix="auth-") as place:
        database = prepare(service, Path(place) / "data")
        database.start()
        command = ("python", "-c", HURRIED)
        log = tmp_path / "service.log"
        try:
            with serve(service, database.url, log, *command, **settings) as server:
                yield server
        finally:
            database.stop("immediate")


def read(client: httpx2.Client, token: str) -> httpx2.Response:
    """Read products with a token."""
    return client.get(PRODUCTS, headers={"Authorization": f"Bearer {token}"})


@contextmanager
def reading(server: Server, token: str) -> Iterator[Counter[int]]:
    """Read all the time, and count what the service answers."""
    answers: Counter[int] = Counter()
    end = threading.Event()

    def work() -> None:
        with server.client() as client:
            while not end.is_set():
                answers[read(client, token).status_code] += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield answers
    end.set()
    for thread in threads:
        thread.join()


def test_a_service_outlives_its_provider(server: Server, provider: Provider) -> None:
    with server.client() as client:

        def status(token: str) -> int:
            return read(client, token).status_code

        # It is down at the start.
        answer = read(client, UNKNOWN)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert {server.status(path) for path in ("/livez", "/readyz")} == {200}
        # It comes up.
        provider.start()
        first = provider.token()
        await_truth(lambda: status(first) == 200, "the first token is accepted", server.log)
        with reading(server, first) as answers:
            # It hangs, and goes on.
            provider.signal(signal.SIGSTOP)
            assert status(UNKNOWN) == 401
            provider.signal(signal.SIGCONT)
            # It stops.
            provider.stop()
            assert status(UNKNOWN) == 401
            await_truth(lambda: sum(answers.values()) > 100, "requests were served", server.log)
        assert answers.keys() == {200}
        # It comes back with another key.
        provider.start()
        second = provider.token()
        await_truth(lambda: status(second) == 200, "the second token is accepted", server.log)
        assert status(first) == 401
    assert_one_line_each(server.log_lines(), [first, second])


def assert_one_line_each(lines: list[dict[str, Any]], tokens: list[str]) -> None:
    """Check that requests have a line each, with the subject, and no token is in the log."""
    requests = [line for line in lines if line["event"] == "request"]
    ids = [line["request_id"] for line in requests]
    assert len(set(ids)) == len(ids)
    assert {
        line["subject"] for line in requests if line["path"] == PRODUCTS and line["status"] == 200
    } == {"alice"}
    assert not [token for token in tokens if token in str(lines)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["AUTH_ISSUER is not set", "AUTH_AUDIENCE is not set"]),
        (
            {"AUTH_ISSUER": "http://127.0.0.1:9", "HOST": "0.0.0.0"},
            ["AUTH_AUDIENCE", "AUTH_ISSUER is not valid"],
        ),
        ({"AUTH_ISSUER": "http://login.example"}, ["AUTH_AUDIENCE", "AUTH_ISSUER is not valid"]),
    ],
)
def test_a_service_does_not_start_without_a_provider_that_is_safe(
    service: Service, settings: dict[str, str], expected: list[str]
) -> None:
    url = "postgresql://nobody@localhost/none"
    code, output = service.attempt("python", "-m", "app", DATABASE_URL=url, **settings)
    assert code == 1
    assert len(output.splitlines()) == len(expected)
    for line, beginning in zip(output.splitlines(), expected, strict=True):
        assert line.startswith(beginning)
