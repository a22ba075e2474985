"""The rendered service as it runs in production."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import httpx2

from tests.faults.ports import HOST, free_port
from tests.support import Service

COMMAND: Final = ("python", "-m", "app")
PRODUCTS: Final = "/api/v1/products/"
SHUTDOWN_SECONDS: Final = 20
POLL_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Server:
    """A running service."""

    process: Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Return the URL of its root."""
        return f"http://{HOST}:{self.port}"

    def client(self, **options: Any) -> httpx2.Client:
        """Return a client that keeps its connections."""
        return httpx2.Client(base_url=self.url, timeout=10, **options)

    def status(self, path: str) -> int:
        """Return the status that a path answers, over a new connection; 0 without an answer."""
        return status_at(self.port, path)

    def await_status(self, path: str, status: int) -> None:
        """Wait until a path answers with a status."""
        await_truth(lambda: self.status(path) == status, f"{path} answers {status}", self.log)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, as an orchestrator does."""
        os.kill(self.process.pid, number)

    def await_exit(self) -> int:
        """Wait until the process is gone, and return its exit code."""
        return self.process.wait(SHUTDOWN_SECONDS)

    def log_lines(self) -> list[dict[str, Any]]:
        """Return what it logged; every line is a JSON object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@contextmanager
def serve(
    service: Service, database_url: str, log: Path, *command: str, **settings: str
) -> Iterator[Server]:
    """Run the service, by its production command, until the end of the block."""
    port = free_port()
    variables = {"DATABASE_URL": database_url, "PORT": str(port)} | settings
    process = service.start(*(command or COMMAND), log=log, **variables)
    server = Server(process, port, log)
    try:
        server.await_status("/livez", 200)
        yield server
    finally:
        kill_group(process)


def status_at(port: int, path: str) -> int:
    """Return the status that a path answers, over a new connection; 0 without an answer."""
    # A client of httpx2 would read all certificates first, and this is asked all the time.
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def kill_group(process: Popen[bytes]) -> None:
    """Kill a process that leads a group, with all others of it, and wait for its end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def await_truth(
    condition: Callable[[], bool], what: str, log: Path | None = None, seconds: float = 30
) -> None:
    """Wait until a condition holds; where it does not in time, fail and show the log."""
    deadline = time.monotonic() + seconds
    while not condition():
        shown = log.read_text() if log else ""
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}\n{shown}"
        time.sleep(POLL_SECONDS)
