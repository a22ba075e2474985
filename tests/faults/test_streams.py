"""Streams from the database: slow clients, clients that leave, a database that fails midway."""

import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from tests.faults.ports import HOST
from tests.faults.postgres import Postgres
from tests.faults.server import PRODUCTS, Server, await_truth, serve
from tests.support import Service

BY_HAND = Path(__file__).parent / "streams_by_hand.py"
SHARE = 3
LATE_CLIENTS = 3
URLS = ["/api/v1/streams/text", "/api/v1/streams/items", "/api/v1/streams/events"]
IN_USE = "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()"
TERMINATE = IN_USE.replace("count(*)", "count(pg_terminate_backend(pid))")

pytestmark = pytest.mark.slow

Start = Callable[..., Server]


@pytest.fixture
def start(
    database: Postgres, make_service: Callable[..., Service], tmp_path: Path
) -> Iterator[Start]:
    """Return a function that starts a service that has streams."""
    service = make_service()
    shutil.copy(BY_HAND, service.path / "app" / "api" / "v1" / "endpoints" / "streams.py")
    with ExitStack() as servers:
        yield lambda **settings: servers.enter_context(
            serve(service, database.url, tmp_path / "service.log", **settings)
        )


def begin(server: Server, path: str) -> socket.socket:
    """Return a connection of a client that reads the beginning of a response, and no more."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect((HOST, server.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def await_no_stream(database: Postgres, server: Server) -> None:
    """Wait until no connection of the service is in use."""
    await_truth(lambda: database.query(IN_USE) == "0", "the connections are free", server.log)


def requests_in(server: Server) -> list[dict[str, object]]:
    """Return the lines of its log that are not the server's own."""
    return [line for line in server.log_lines() if line.get("logger") != "uvicorn.error"]


def cuts_in(server: Server) -> list[object]:
    """Return why responses were not completed, by its log."""
    return [line["cut"] for line in requests_in(server) if "cut" in line]


def await_cuts(server: Server, count: int) -> None:
    """Wait until it has logged that many responses that were not completed."""
    await_truth(lambda: len(cuts_in(server)) == count, "it is logged", server.log)


def test_slow_clients_leave_connections_to_the_others(database: Postgres, start: Start) -> None:
    server = start(DATABASE_TIMEOUT="1", DATABASE_SLOW_SHARE=str(SHARE), DATABASE_POOL_SIZE="4")
    with ExitStack() as clients:
        for _ in range(SHARE):
            clients.enter_context(begin(server, URLS[0]))
        with server.client() as client:
            for _ in range(LATE_CLIENTS):
                late = client.get(URLS[0])
                assert (late.status_code, late.headers["Retry-After"]) == (503, "1")
                assert client.get(PRODUCTS).status_code == 200
                assert client.get("/readyz").status_code == 200
    await_no_stream(database, server)


def test_a_client_that_leaves_ends_the_stream(database: Postgres, start: Start) -> None:
    server = start()
    for count, path in enumerate(URLS, 1):
        begin(server, path).close()
        await_no_stream(database, server)
        await_cuts(server, count)
    assert cuts_in(server) == ["disconnected"] * len(URLS)
    assert "exception" not in server.log.read_text()


def test_a_stream_may_take_longer_than_other_requests(database: Postgres, start: Start) -> None:
    server = start(DATABASE_TIMEOUT="1", DATABASE_STREAM_TIMEOUT="3")
    with begin(server, URLS[0]) as client:
        await_truth(lambda: "cut" in server.log.read_text(), "the time is up", server.log)
        while client.recv(2**20):  # what was on its way, and then the end
            pass
    unavailable, request = requests_in(server)[-2:]
    assert unavailable["reason"] == "database_timeout"
    assert request["cut"] == "DatabaseUnavailableError"
    assert 2900 < float(str(request["duration_ms"])) < 20000
    await_no_stream(database, server)


def test_a_database_that_fails_midway_cuts_the_connection_with_one_line(
    database: Postgres, start: Start
) -> None:
    server = start()
    for count, path in enumerate(URLS, 1):
        with server.client() as client, client.stream("GET", path) as answer:
            chunks = answer.iter_raw()
            next(chunks)
            assert database.query(TERMINATE) == "1"
            with pytest.raises(httpx2.RemoteProtocolError):
                for _ in chunks:
                    pass
        await_cuts(server, count)
    assert cuts_in(server) == ["DatabaseUnavailableError"] * len(URLS)
    assert "exception" not in server.log.read_text()
    events = [line["event"] for line in requests_in(server)]
    assert events == ["request", *["database_unavailable", "request"] * len(URLS)]


def test_a_session_that_has_ended_is_not_used_again(database: Postgres, start: Start) -> None:
    server = start()
    with server.client() as client:
        for _ in range(20):
            with pytest.raises(httpx2.RemoteProtocolError):
                client.get("/api/v1/streams/closed")
    assert (
        database.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%series%'") == "1"
    )
    assert server.log.read_text().count("takes `StreamDb`") == 20


def test_a_database_that_is_away_puts_streams_off(database: Postgres, start: Start) -> None:
    server = start()
    database.stop()
    assert [server.status(path) for path in URLS] == [503, 503, 503]
    database.start()
    assert server.status(PRODUCTS) == 200


def test_a_slow_statement_has_its_own_deadline(start: Start) -> None:
    server = start(DATABASE_TIMEOUT="1")
    with server.client() as client:
        assert client.get("/api/v1/streams/slow?seconds=1.5").status_code == 200
        late = client.get("/api/v1/streams/slow?seconds=60")
    assert (late.status_code, late.headers["Retry-After"]) == (503, "1")


def test_a_stream_does_not_outlive_the_service(database: Postgres, start: Start) -> None:
    server = start(SHUTDOWN_TIMEOUT="1")
    with begin(server, URLS[0]):
        server.signal(signal.SIGTERM)
        assert server.await_exit() in {0, -signal.SIGTERM}
    assert cuts_in(server) == ["disconnected"]
    assert "exception" not in server.log.read_text()
    await_no_stream(database, server)
