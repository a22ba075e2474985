"""The costs of a running service: start, memory and OpenAPI document."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Final

import psutil

HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.005
PATIENCE_SECONDS: Final = 120


def measure_server(
    python: str, place: Path, shell: dict[str, str], *, path: str
) -> dict[str, float]:
    """Start a service, send it a first request and two for its document, and stop it."""
    command, env = [python, "-m", "app"], shell | {"LOG_LEVEL": "ERROR"}
    start = time.perf_counter()
    with serving(command, place, env, ready="/readyz") as (process, port):
        started = time.perf_counter() - start
        get(port, path)
        memory = worker_memory(process.pid)
        first, size = get(port, "/openapi.json")
        second, _ = get(port, "/openapi.json")
    return {
        "start": started,
        "memory": memory,
        "document": first,
        "document_again": second,
        "document_size": size,
    }


@contextmanager
def serving(
    command: list[str], place: Path, shell: dict[str, str], *, ready: str, log: Path | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Keep a server running on a free port, which it receives as `PORT` or as `{port}`.

    Raises:
        SystemExit: It ends, or does not answer the path `ready` in time.
    """
    port = free_port()
    env = shell | {"HOST": HOST, "PORT": str(port)}
    filled = [part.format(port=port) for part in command]
    with log.open("wb") if log else nullcontext() as output:
        process = subprocess.Popen(filled, cwd=place, env=env, stdout=output)
    try:
        wait_until_ready(process, port, ready)
        yield process, port
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Wait until a server answers a path with 200.

    Raises:
        SystemExit: It ended, or takes too long.
    """
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            get(port, path)
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return
    sys.exit("The server does not answer; its log is above.")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[float, float]:
    """Return the seconds that a response took on a new connection, and its size in bytes.

    Raises:
        OSError: There is no response, or its status is not 200.
    """
    start = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        message = f"GET {path} gave {answer.status}"
        raise OSError(message)
    return time.perf_counter() - start, len(body)


def in_turn(port: int, first: str, second: str, *, times: int) -> tuple[float, float]:
    """Return the median seconds of two paths, requested in turn on one connection."""
    taken: dict[str, list[float]] = {first: [], second: []}
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    for _ in range(times):
        for path, seconds in taken.items():
            start = time.perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            seconds.append(time.perf_counter() - start)
    connection.close()
    return median(taken[first]), median(taken[second])


def worker_memory(process_id: int) -> float:
    """Return the resident bytes of the serving process, or of the largest of several."""
    first = psutil.Process(process_id)
    processes = [first, *first.children(recursive=True)]
    return float(max(process.memory_info().rss for process in processes))
