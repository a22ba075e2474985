"""The production server starts, serves, and shuts down gracefully."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx2
import pytest

from app.__main__ import main

DEADLINE_SECONDS = 30.0
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts `python -m app`; processes that still run are killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(**variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "app"],
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
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


def test_it_serves_until_a_signal_stops_it(
    start: Start, database_url: str, free_tcp_port: int
) -> None:
    server = start(DATABASE_URL=database_url, PORT=str(free_tcp_port), WORKERS="2")
    with httpx2.Client(base_url=f"http://127.0.0.1:{free_tcp_port}") as client:
        wait_until_alive(client)
        ready = client.get("/readyz")
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=DEADLINE_SECONDS)
    assert ready.status_code == httpx2.codes.OK
    assert server.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in output


def test_it_reports_the_setting_that_prevents_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere")
    with pytest.raises(SystemExit) as caught:
        main()
    assert str(caught.value.code).startswith("DATABASE_URL is not valid")
