"""An OTLP collector: one that takes everything, or one that fails."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.faults.ports import HOST


class Collector(ThreadingHTTPServer):
    """A collector that keeps what it was sent, and answers with this status after this time."""

    daemon_threads = True

    def __init__(self, status: int = 200, seconds: float = 0) -> None:
        super().__init__((HOST, 0), Receiver)
        self.status = status
        self.seconds = seconds
        self.received: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        """Return what OTEL_EXPORTER_OTLP_ENDPOINT is set to."""
        return f"http://{HOST}:{self.server_port}"

    def content(self, path: str = "") -> bytes:
        """Return all that was sent to a path, or to any."""
        return b"".join(body for sent_to, body in self.received if path in sent_to)


class Receiver(BaseHTTPRequestHandler):
    """Receives one request."""

    server: Collector

    def do_POST(self) -> None:
        """Keep the path and the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        time.sleep(self.server.seconds)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.send_header("Retry-After", "8")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


@contextmanager
def collect(status: int = 200, seconds: float = 0) -> Iterator[Collector]:
    """Run a collector until the end of the block."""
    with Collector(status, seconds) as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()
