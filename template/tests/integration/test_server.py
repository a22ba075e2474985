"""The production server starts, serves, exports telemetry, and shuts down gracefully."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import httpx2
import pytest

from app.__main__ import main
from app.core import about

DEADLINE_SECONDS = 30.0


class Collector(BaseHTTPRequestHandler):
    """An OTLP collector that keeps what it was sent."""

    received: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def collector() -> Iterator[str]:
    """The URL of a collector."""
    Collector.received.clear()
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["1", "2"], ids="workers={}".format)
def server(
    request: pytest.FixtureRequest, database_url: str, free_tcp_port: int, collector: str
) -> Iterator[subprocess.Popen[str]]:
    """The service as a process, which is killed at the end if it still runs."""
    variables = {
        "DATABASE_URL": database_url,
        "PORT": str(free_tcp_port),
        "WORKERS": request.param,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app"],
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def wait_until_alive(client: httpx2.Client) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        try:
            client.get("/livez").raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not answer")


def test_it_serves_and_exports_telemetry_until_a_signal_stops_it(
    server: subprocess.Popen[str], free_tcp_port: int
) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{free_tcp_port}") as client:
        wait_until_alive(client)
        client.get("/readyz").raise_for_status()
        client.get("/openapi.json", params={"email": "someone"}).raise_for_status()
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=DEADLINE_SECONDS)
    assert server.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in output
    sent = b"".join(Collector.received)
    for name in (about.NAME.encode(), b"GET /openapi.json", b"db.client.connection.max"):
        assert name in sent
    for hidden in (b"livez", b"readyz", b"someone"):
        assert hidden not in sent


def test_it_reports_the_setting_that_prevents_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere")
    with pytest.raises(SystemExit) as caught:
        main()
    assert str(caught.value.code).startswith("DATABASE_URL is not valid")
