"""A service that gets a signal finishes what it has accepted, and exits in time."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.faults.conftest import Serve
from tests.faults.load import SLOWLY, stop_under_load
from tests.faults.ports import HOST
from tests.faults.postgres import Postgres, url_at
from tests.faults.proxy import proxy_to
from tests.faults.server import PRODUCTS, Server, await_truth, serve
from tests.support import Service

pytestmark = pytest.mark.slow

ROUNDS: Final = 2
POOL_SIZE: Final = 10
EXIT_SECONDS: Final = 10
STOPPED: Final = (0, -signal.SIGTERM)  # uvicorn ends by the signal, once all is done
PRODUCT: Final = {"name": "one", "price": 1.5}


@pytest.mark.parametrize("keep_alive", [True, False], ids=["kept", "fresh"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stop_under_load_leaves_no_request_without_an_answer(
    database: Postgres, start: Serve, workers: str, keep_alive: bool
) -> None:
    database.query(SLOWLY)
    for _ in range(ROUNDS):  # what it looks for is rare
        database.query("TRUNCATE products")
        server = start(database.url, WORKERS=workers, DATABASE_POOL_SIZE="20")

        result = stop_under_load(server, keep_alive=keep_alive)

        assert server.process.wait(EXIT_SECONDS) in STOPPED
        assert result.unanswered == []
        assert set(result.statuses) == {200, 201}
        stored = database.query("SELECT name FROM products").splitlines()
        assert sorted(stored) == sorted(result.created)


def test_a_request_that_is_still_being_sent_is_answered_and_new_ones_are_refused(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url)
    body = b'{"name": "one", "price": 1.5}'
    head = f"POST {PRODUCTS} HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((HOST, server.port), timeout=EXIT_SECONDS) as connection:
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body[:9])
        server.signal(signal.SIGTERM)
        await_truth(lambda: server.status("/livez") == 0, "connections are refused", server.log)

        connection.sendall(body[9:])

        with connection.makefile("rb") as answer:
            head, _, rest = answer.read().decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 201 ")
    assert "connection: close" in head.lower()
    assert '"name":"one"' in rest
    assert server.process.wait(EXIT_SECONDS) in STOPPED


def test_a_service_whose_database_hangs_still_stops(database: Postgres, start: Serve) -> None:
    with proxy_to(database.port) as proxy:
        server = start(url_at(proxy.port))
        fill_pool(server)
        proxy.freeze()

        server.signal(signal.SIGTERM)

        assert server.process.wait(EXIT_SECONDS) in STOPPED


def test_ctrl_c_ends_all_workers_without_a_traceback(database: Postgres, start: Serve) -> None:
    server = start(database.url, WORKERS="2")
    workers = await_workers(server)

    for pid in (server.process.pid, *(worker.pid for worker in workers)):  # as a terminal does
        os.kill(pid, signal.SIGINT)

    assert server.process.wait(EXIT_SECONDS) == 0
    assert all("exception" not in line for line in server.log_lines())


def test_a_killed_worker_is_replaced(database: Postgres, start: Serve) -> None:
    server = start(database.url, WORKERS="2")
    first, second = await_workers(server)

    first.kill()

    await_truth(lambda: first not in workers_of(server), "the worker has ended", server.log)
    assert second in await_workers(server)
    with server.client() as client:
        assert client.post(PRODUCTS, json=PRODUCT).status_code == 201
    ended = [line for line in server.log_lines() if line["event"] == "worker_ended"]
    assert [line["exit_code"] for line in ended] == [-signal.SIGKILL]


def test_workers_that_are_killed_again_and_again_end_the_service(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url, WORKERS="2")
    await_workers(server)

    def kill_all() -> bool:
        for worker in workers_of(server):
            worker.kill()
        return server.process.poll() is not None

    await_truth(kill_all, "the service has ended", server.log)
    assert server.process.returncode == 1
    events = [line["event"] for line in server.log_lines()]
    assert events.count("worker_ended") == 10
    assert "workers_end_too_often" in events


def test_workers_end_and_release_the_port_when_the_first_process_is_killed(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url, WORKERS="2")
    workers = await_workers(server)

    server.process.kill()

    psutil.wait_procs(workers, EXIT_SECONDS)
    assert server.status("/livez") == 0


def test_poe_serve_becomes_the_service_so_that_signals_reach_it(
    service: Service, database: Postgres, tmp_path: Path
) -> None:
    # Poe starts tasks in a session of their own, and kills them 1.6 seconds after a signal.
    log = tmp_path / "service.log"
    with serve(service, database.url, log, "poe", "serve") as server:
        assert psutil.Process(server.process.pid).cmdline()[1:] == ["-m", "app"]


def fill_pool(server: Server) -> None:
    """Have the service open all the connections of its pool."""
    with server.client() as client, ThreadPoolExecutor(POOL_SIZE) as threads:
        answers = threads.map(lambda _: client.get(PRODUCTS), range(4 * POOL_SIZE))
        assert {answer.status_code for answer in answers} == {200}


def workers_of(server: Server) -> list[psutil.Process]:
    """Return the processes that serve."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(server.process.pid).children()
        return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    return []


def await_workers(server: Server) -> list[psutil.Process]:
    """Wait until both workers serve."""
    started = "Application startup complete."
    ended = "worker_ended"

    def all_started() -> bool:
        events = [line["event"] for line in server.log_lines()]
        return events.count(started) - events.count(ended) == len(workers_of(server)) == 2

    await_truth(all_started, "two workers have started", server.log)
    return workers_of(server)
