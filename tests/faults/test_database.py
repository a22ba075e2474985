"""A database that stops, is not there, hangs, restarts or refuses never hangs or fools a client."""

import asyncio
import socket
import subprocess
import time
from collections import Counter
from typing import Any

import httpx2
import pytest

from tests.faults.conftest import Serve
from tests.faults.ports import HOST
from tests.faults.postgres import Postgres, url_at
from tests.faults.proxy import proxy_to
from tests.faults.server import PRODUCTS, Server
from tests.support import Service

PRODUCT = {"name": "one", "price": 1.5}
ANSWER_SECONDS = 5.0
CLIENTS = 64
ALIVE_SECONDS = 2.0

pytestmark = pytest.mark.slow

Request = tuple[str, str, dict[str, Any] | None]
Answers = list[tuple[httpx2.Response, float]]
MIXED: list[Request] = [
    ("GET", PRODUCTS, None),
    ("GET", f"{PRODUCTS}1", None),
    ("POST", PRODUCTS, PRODUCT),
    ("PATCH", f"{PRODUCTS}1", {"price": 2.5}),
    ("DELETE", f"{PRODUCTS}2", None),
]


def assert_put_off(answer: httpx2.Response) -> None:
    """Check that the answer is a 503 that says when to come again."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["status"] == 503


async def ask(server: Server, requests: list[Request]) -> Answers:
    """Send all requests at once; return each answer and how many seconds it took."""
    limits = httpx2.Limits(max_connections=len(requests) + 1)

    async def one(client: httpx2.AsyncClient, request: Request) -> tuple[httpx2.Response, float]:
        method, path, body = request
        started = time.perf_counter()
        answer = await client.request(method, path, json=body)
        return answer, time.perf_counter() - started

    async with httpx2.AsyncClient(base_url=server.url, timeout=30, limits=limits) as client:
        return await asyncio.gather(*(one(client, request) for request in requests))


def test_services_that_start_together_migrate_one_after_the_other(
    service: Service, database: Postgres
) -> None:
    database.query("CREATE DATABASE together")
    url = f"{database.url.rpartition('/')[0]}/together"
    together = [
        subprocess.Popen(
            ["alembic", "upgrade", "head"],
            cwd=service.path,
            env=service.variables(DATABASE_URL=url),
        )
        for _ in range(3)
    ]
    assert [process.wait() for process in together] == [0, 0, 0]


def test_a_database_that_stops_puts_requests_off_until_it_is_back(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url)
    with server.client() as client:
        assert client.post(PRODUCTS, json=PRODUCT).status_code == 201
        database.stop("immediate")
        for method, path, body in MIXED:
            assert_put_off(client.request(method, path, json=body))
        assert_put_off(client.get("/readyz"))
        assert client.get("/livez").status_code == 200
        database.start()
        server.await_status("/readyz", 200)
        assert client.get(f"{PRODUCTS}1").json()["name"] == PRODUCT["name"]


def test_a_service_that_starts_before_its_database_waits_for_it(
    database: Postgres, start: Serve
) -> None:
    database.stop()
    server = start(database.url)
    with server.client() as client:
        assert_put_off(client.get("/readyz"))
        assert_put_off(client.post(PRODUCTS, json=PRODUCT))
        assert client.get("/livez").status_code == 200
        database.start()
        server.await_status("/readyz", 200)
        assert client.post(PRODUCTS, json=PRODUCT).status_code == 201


def assert_hanging_is_put_off(server: Server) -> None:
    """Check that every one of many requests is answered in time, and liveness all the while."""
    requests = [MIXED[number % len(MIXED)] for number in range(CLIENTS)]
    put_off, alive = asyncio.run(ask_and_watch(server, requests))
    for answer, _ in put_off:
        assert_put_off(answer)
    assert max(seconds for _, seconds in put_off) < ANSWER_SECONDS
    assert {answer.status_code for answer, _ in alive} == {200}
    assert max(seconds for _, seconds in alive) < ALIVE_SECONDS


async def ask_and_watch(server: Server, requests: list[Request]) -> tuple[Answers, Answers]:
    """Send all requests at once, and ask for liveness until all are answered."""
    asking = asyncio.create_task(ask(server, requests))
    alive: Answers = []
    while not asking.done():
        alive += await ask(server, [("GET", "/livez", None)])
        await asyncio.wait([asking], timeout=0.1)
    return await asking, alive


def test_a_database_that_hangs_puts_requests_off_in_time(database: Postgres, start: Serve) -> None:
    with proxy_to(database.port) as proxy:
        server = start(url_at(proxy.port))
        warm = [("POST", PRODUCTS, PRODUCT)] * CLIENTS
        answers = asyncio.run(ask(server, [*warm]))
        assert Counter(answer.status_code for answer, _ in answers) == {201: CLIENTS}
        proxy.freeze()
        assert_hanging_is_put_off(server)
        proxy.thaw()
        server.await_status("/readyz", 200)
        again = asyncio.run(ask(server, [("GET", PRODUCTS, None)] * CLIENTS))
        assert Counter(answer.status_code for answer, _ in again) == {200: CLIENTS}


def test_a_port_that_accepts_and_never_answers_puts_requests_off_in_time(start: Serve) -> None:
    with socket.create_server((HOST, 0), backlog=2 * CLIENTS) as silent:
        server = start(url_at(silent.getsockname()[1]))
        assert_hanging_is_put_off(server)


def test_a_restart_of_the_database_under_an_idle_pool_is_not_noticed(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url, DATABASE_POOL_SIZE="16")
    asyncio.run(ask(server, [("GET", PRODUCTS, None)] * 16))
    database.restart()
    statuses: Counter[int] = Counter()
    for _ in range(4):
        answers = asyncio.run(ask(server, [("GET", PRODUCTS, None)] * 16))
        statuses.update(answer.status_code for answer, _ in answers)
    assert statuses == {200: CLIENTS}


def test_a_commit_that_the_database_refuses_is_never_passed_off_as_done(
    database: Postgres, start: Serve
) -> None:
    database.query("""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'refused at commit'; END $$;
        CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON products
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
    """)
    server = start(database.url)
    with server.client() as client:
        answer = client.post(PRODUCTS, json=PRODUCT)
        assert answer.status_code == 500
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert client.get(PRODUCTS).json()["items"] == []
    assert database.query("SELECT count(*) FROM products") == "0"


def test_losing_the_connection_at_commit_is_told_and_stores_nothing(
    database: Postgres, start: Serve
) -> None:
    database.query("""
        CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON products
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leave();
    """)
    server = start(database.url)
    with server.client() as client:
        assert_put_off(client.post(PRODUCTS, json=PRODUCT))
        assert client.get(PRODUCTS).json()["items"] == []
    assert database.query("SELECT count(*) FROM products") == "0"
