"""Sessions have a time limit, and recover after an outage of the database."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError
from app.db.session import Database
from tests.gadgets import Gadget
from tests.variants import database_with

SHORT_SECONDS = 0.3
SENT = "what a client sent"


async def terminate(db: AsyncSession, backend: int | None) -> None:
    """Have the server close another connection, and wait until it has."""
    await db.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


@pytest.fixture
async def single(settings: Settings) -> AsyncIterator[Database]:
    """The test database through one connection."""
    async with database_with(settings, database_pool_size=1, database_timeout=4.0) as database:
        yield database


@pytest.fixture
async def impatient(settings: Settings) -> AsyncIterator[Database]:
    """The test database, through one connection and a short deadline."""
    changes = {"database_timeout": SHORT_SECONDS, "database_pool_size": 1}
    async with database_with(settings, **changes) as database:
        yield database


@pytest.mark.parametrize("silent", [False, True])
async def test_a_database_that_refuses_connections_or_never_answers_is_unavailable(
    settings: Settings, silent: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = SecretStr(f"postgresql://someone@127.0.0.1:{listener.getsockname()[1]}/shop")
        if not silent:
            listener.close()
        async with database_with(settings, database_url=url, database_timeout=1.0) as database:
            with pytest.raises(DatabaseUnavailableError):
                await database.ping()


async def test_a_slow_statement_is_aborted_and_the_connection_replaced(
    impatient: Database,
) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with impatient.session() as session:
            await session.execute(text("SELECT pg_sleep(60)"))
    async with impatient.session() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_connection_that_the_server_closed_is_replaced(
    single: Database, db: AsyncSession
) -> None:
    async with single.session() as session:
        backend = await session.scalar(text("SELECT pg_backend_pid()"))
    await terminate(db, backend)
    await asyncio.sleep(0.05)  # the event loop notices it a little later
    async with single.session() as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) != backend


async def test_losing_the_connection_midway_is_unavailable(
    single: Database, db: AsyncSession
) -> None:
    async def lose_it() -> None:
        async with single.session() as session:
            backend = await session.scalar(text("SELECT pg_backend_pid()"))
            await terminate(db, backend)
            await session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailableError):
        await lose_it()


async def test_a_ping_does_not_wait_for_requests(impatient: Database) -> None:
    async with impatient.session() as session:
        await session.execute(text("SELECT 1"))
        await impatient.ping()


async def test_a_server_that_became_read_only_is_disconnected(single: Database) -> None:
    async with single.session() as session:
        await session.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
        await session.commit()
    with pytest.raises(DatabaseUnavailableError):
        async with single.session() as session:
            await session.execute(text("CREATE TABLE left_behind ()"))
    async with single.session() as session:
        await session.execute(text("CREATE TABLE left_behind ()"))


async def test_a_migration_of_a_table_makes_it_unavailable_once(
    single: Database, engine: AsyncEngine
) -> None:
    read = text("SELECT * FROM changing")
    async with single.session() as session:
        await session.execute(text("CREATE TABLE changing (size int)"))
        await session.commit()
    async with single.session() as session:
        await session.execute(read)
    async with engine.begin() as migration:
        await migration.execute(text("ALTER TABLE changing ADD COLUMN name text"))
    with pytest.raises(DatabaseUnavailableError):
        async with single.session() as session:
            await session.execute(read)
    async with single.session() as session:
        await session.execute(read)
        await session.execute(text("DROP TABLE changing"))
        await session.commit()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("INSERT INTO kept VALUES (:name)", 'null value in column "size"'),
        ("SELECT CAST(CAST(:name AS text) AS int)", "a value is not valid"),
    ],
)
async def test_no_value_of_a_row_is_in_an_error(
    single: Database, statement: str, message: str
) -> None:
    async def break_a_rule() -> None:
        async with single.session() as session:
            await session.execute(
                text("CREATE TEMPORARY TABLE kept (name text, size int NOT NULL)")
            )
            await session.execute(text(statement), {"name": SENT})

    with pytest.raises(exc.DBAPIError) as caught:
        await break_a_rule()
    printed = "".join(traceback.format_exception(caught.value))
    assert message in printed
    assert SENT not in printed


async def test_what_was_not_committed_is_rolled_back(impatient: Database) -> None:
    async with impatient.session() as session:
        await session.execute(text("CREATE TABLE left_behind ()"))
    async with impatient.session() as session:
        assert await session.scalar(text("SELECT to_regclass('left_behind')")) is None


async def test_a_session_for_reading_has_no_transaction(single: Database) -> None:
    async with single.session(read_only=True) as session:
        first = await session.scalar(text("SELECT now()"))
        assert await session.scalar(text("SELECT now()")) > first
    async with single.session() as session:
        first = await session.scalar(text("SELECT now()"))
        assert await session.scalar(text("SELECT now()")) == first


async def test_a_session_for_reading_refuses_to_store_rows(single: Database) -> None:
    async with single.session(read_only=True) as session:
        session.add(Gadget(name="one"))
        with pytest.raises(RuntimeError, match="only reads"):
            await session.commit()


async def test_an_error_in_a_query_is_not_reported_as_an_outage(impatient: Database) -> None:
    with pytest.raises(exc.ProgrammingError):
        async with impatient.session() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))


async def test_an_unrelated_timeout_is_not_reported_as_an_outage(
    impatient: Database,
) -> None:
    with pytest.raises(TimeoutError):
        async with impatient.session():
            raise TimeoutError
