"""Traces leave over OTLP when the standard variables are set, and only then."""

import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults.conftest import Serve
from tests.faults.ports import HOST
from tests.faults.postgres import Postgres
from tests.faults.proxy import black_hole
from tests.faults.server import await_truth

pytestmark = pytest.mark.slow


class Collector(ThreadingHTTPServer):
    """An OTLP collector that keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), Receiver)
        self.received: list[tuple[str, bytes]] = []


class Receiver(BaseHTTPRequestHandler):
    """Takes everything."""

    server: Collector

    def do_POST(self) -> None:
        """Keep the path and the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Run a collector until the end of the test."""
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def test_a_request_leaves_as_a_trace_that_its_log_line_names(
    database: Postgres, start: Serve, collector: Collector
) -> None:
    endpoint = f"http://{HOST}:{collector.server_port}"
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    server = start(database.url, **variables)
    with server.client() as client:
        client.get("/readyz", headers={"X-Request-ID": "traced"})

    def traces() -> bytes:
        return b"".join(body for path, body in collector.received if path == "/v1/traces")

    await_truth(lambda: b"GET /readyz" in traces(), "the trace arrives", server.log)
    [line] = [line for line in server.log_lines() if line.get("request_id") == "traced"]
    assert bytes.fromhex(line["trace_id"]) in traces()


def test_nothing_leaves_and_nothing_is_said_of_it_without_the_variables(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url)
    server.await_status("/readyz", 200)
    assert "trace" not in server.log.read_text().lower()
    assert "otlp" not in server.log.read_text().lower()


def test_a_collector_that_hangs_keeps_nothing_from_stopping(
    database: Postgres, start: Serve
) -> None:
    with black_hole() as port:
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HOST}:{port}"}
        server = start(database.url, **endpoint, OTEL_EXPORTER_OTLP_TIMEOUT="2")
        server.await_status("/readyz", 200)
        server.signal(signal.SIGTERM)
        server.await_exit()
