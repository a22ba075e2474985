"""Behind PgBouncer in transaction mode nothing fails, nothing leaks, and a missing setting shows."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest

from tests.faults.conftest import Serve
from tests.faults.pgbouncer import SERVER_CONNECTIONS, PgBouncer, pgbouncer
from tests.faults.postgres import Postgres
from tests.faults.server import POLL_SECONDS, PRODUCTS, Server, await_truth
from tests.support import Service

pytestmark = pytest.mark.slow

TRANSACTION_MODE: Final = {"DATABASE_POOL_MODE": "transaction"}
PATIENT: Final = {"DATABASE_TIMEOUT": "30"}  # this machine may be busy with other tests
SET_AT_CONNECT: Final = "statement_timeout, idle_in_transaction_session_timeout, jit"
SESSION_STATE: Final = """
    SHOW statement_timeout; SHOW idle_in_transaction_session_timeout;
    SELECT count(*) FROM pg_prepared_statements
"""
CLIENTS: Final = 50
ROUNDS: Final = 2
TIMEOUT_SECONDS: Final = 2.0
SLEEP: Final = """
    CREATE FUNCTION sleep_long() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
    CREATE TRIGGER slow BEFORE INSERT ON products FOR EACH ROW
    WHEN (NEW.name = 'slow') EXECUTE FUNCTION sleep_long();
"""
ASLEEP: Final = """
    SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'INSERT%'
"""
UNAVAILABLE: Final = 503


class Client:
    """One client that creates a product, and reads, changes and deletes it."""

    def __init__(self, http: httpx2.AsyncClient, statuses: Counter[int]) -> None:
        self.http = http
        self.statuses = statuses
        self.name = uuid4().hex

    async def run(self) -> None:
        """Send the requests; whatever succeeds has to be about this client's own product."""
        created = await self.ask("POST", PRODUCTS, {"name": self.name, "price": 1.5})
        if created is None:
            return
        path = f"{PRODUCTS}{created['id']}"
        page = await self.ask("GET", f"{PRODUCTS}?limit=3&sort=-name&name={self.name}")
        changed = await self.ask("PATCH", path, {"price": 2.5})
        read = await self.ask("GET", path)
        for product in (created, changed, read, *(page["items"] if page else ())):
            if product:
                assert (product["id"], product["name"]) == (created["id"], self.name)
        if changed and read:
            assert read == changed
        await self.ask("DELETE", path)

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        """Return the answer of a request that succeeds, else None; count its status."""
        answer = await self.http.request(method, path, json=body)
        self.statuses[answer.status_code] += 1
        if answer.status_code == UNAVAILABLE:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert int(answer.headers["Retry-After"]) >= 1
        return answer.json() if answer.is_success and answer.content else None


async def load(
    server: Server, statuses: Counter[int] | None = None, rounds: int = ROUNDS
) -> Counter[int]:
    """Have all clients send their requests at once, several times; return the statuses."""
    statuses = Counter() if statuses is None else statuses
    limits = httpx2.Limits(max_connections=CLIENTS)
    async with httpx2.AsyncClient(base_url=server.url, timeout=60, limits=limits) as http:
        for _ in range(rounds):
            await asyncio.gather(*(Client(http, statuses).run() for _ in range(CLIENTS)))
    return statuses


async def load_and_restart(server: Server, pooler: PgBouncer) -> Counter[int]:
    """Restart the pooler while all clients send requests; return the statuses."""
    statuses: Counter[int] = Counter()
    loading = asyncio.create_task(load(server, statuses))
    while statuses.total() < CLIENTS and not loading.done():
        await asyncio.wait([loading], timeout=POLL_SECONDS)
    pooler.kill()
    while not statuses[UNAVAILABLE] and not loading.done():
        await asyncio.wait([loading], timeout=POLL_SECONDS)
    await asyncio.to_thread(pooler.start)
    return await loading


def assert_nothing_remains(database: Postgres, pooler: PgBouncer) -> None:
    """Check that other clients of the pooler get no time limit and no prepared statement."""
    through_it = replace(database, port=pooler.port)
    for _ in range(2 * SERVER_CONNECTIONS):
        assert set(through_it.query(SESSION_STATE).split()) == {"0"}


def test_with_the_setting_parallel_requests_of_two_processes_all_succeed(
    database: Postgres, start: Serve
) -> None:
    with pgbouncer(database) as pooler:
        server = start(pooler.url, WORKERS="2", **PATIENT, **TRANSACTION_MODE)

        statuses = asyncio.run(load(server))

        each = CLIENTS * ROUNDS
        assert statuses == {200: 3 * each, 201: each, 204: each}
        assert server.status("/readyz") == 200
        assert_nothing_remains(database, pooler)


def test_with_the_setting_the_server_aborts_a_slow_statement(
    database: Postgres, start: Serve
) -> None:
    database.query(SLEEP)
    with pgbouncer(database, size=2) as pooler:
        limit = {"DATABASE_TIMEOUT": str(TIMEOUT_SECONDS)}
        server = start(pooler.url, **limit, **TRANSACTION_MODE)
        with server.client() as client:
            answer = client.post(PRODUCTS, json={"name": "slow", "price": 1.5})
            assert answer.status_code == UNAVAILABLE
            assert client.get(PRODUCTS).status_code == 200
        await_truth(lambda: database.query(ASLEEP) == "0", "the statement is aborted", seconds=5)
        assert_nothing_remains(database, pooler)


def test_a_pooler_that_restarts_puts_requests_off_until_it_is_back(
    database: Postgres, start: Serve
) -> None:
    with pgbouncer(database) as pooler:
        server = start(pooler.url, **PATIENT, **TRANSACTION_MODE)

        statuses = asyncio.run(load_and_restart(server, pooler))

        assert set(statuses) <= {200, 201, 204, UNAVAILABLE}
        assert statuses[UNAVAILABLE]
        server.await_status("/readyz", 200)
        assert set(asyncio.run(load(server, rounds=1))) == {200, 201, 204}


def test_without_the_setting_lost_statements_are_a_503_that_names_it(
    database: Postgres, start: Serve
) -> None:
    with pgbouncer(database, ignored=SET_AT_CONNECT) as pooler:
        server = start(pooler.url, **PATIENT)

        statuses = asyncio.run(load(server))

        assert set(statuses) <= {200, 201, 204, UNAVAILABLE}
        assert statuses[UNAVAILABLE]
        assert_setting_is_named(server)


def test_without_the_setting_refused_parameters_are_a_503_that_names_it(
    database: Postgres, start: Serve
) -> None:
    with pgbouncer(database) as pooler:
        server = start(pooler.url, **PATIENT)
        assert set(asyncio.run(load(server, rounds=1))) == {UNAVAILABLE}
        assert server.status("/readyz") == UNAVAILABLE
        assert_setting_is_named(server)


def assert_setting_is_named(server: Server) -> None:
    """Check that each log line about the database says what to set."""
    events = [line for line in server.log_lines() if line["event"] == "database_unavailable"]
    assert events
    assert all("DATABASE_POOL_MODE=transaction" in line["reason"] for line in events)


def test_migrations_run_through_it(service: Service, database: Postgres) -> None:
    with pgbouncer(database) as pooler:
        for revision in ("base", "head"):
            direction = "downgrade" if revision == "base" else "upgrade"
            service.run("alembic", direction, revision, DATABASE_URL=pooler.url)
        service.run("alembic", "check", DATABASE_URL=pooler.url)
    assert database.query("SELECT count(*) FROM products") == "0"
