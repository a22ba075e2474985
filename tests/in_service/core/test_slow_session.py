"""Sessions with their own deadline: for streams and for slow statements."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError
from app.db.session import Database
from tests.gadgets import Gadget
from tests.variants import database_with

SHORT_SECONDS = 0.3
COUNT = text("SELECT count(*) FROM counted")
SLEEP = text("SELECT pg_sleep(:seconds)")
LIMITS = text(
    "SELECT current_setting('statement_timeout'),"
    " current_setting('idle_in_transaction_session_timeout')"
)


@pytest.fixture
async def impatient(settings: Settings) -> AsyncIterator[Database]:
    """The test database with a short deadline; one of two connections is for slow sessions."""
    changes = {"database_pool_size": 2, "database_slow_share": 1}
    async with database_with(settings, database_timeout=SHORT_SECONDS, **changes) as database:
        yield database


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_statement_may_take_longer_than_usual(impatient: Database, read_only: bool) -> None:
    async with impatient.slow_session(60, read_only=read_only) as session:
        await session.execute(SLEEP, {"seconds": 2 * SHORT_SECONDS})
        assert tuple((await session.execute(LIMITS)).one()) == ("1min", "1min")
        await session.rollback()
        assert tuple((await session.execute(LIMITS)).one()) == ("1min", "1min")


async def test_the_usual_limits_hold_again_afterwards(impatient: Database) -> None:
    async with impatient.slow_session(60) as session:
        await session.execute(LIMITS)
    async with impatient.session() as session:
        assert tuple((await session.execute(LIMITS)).one()) == ("300ms", "300ms")


async def test_its_own_deadline_holds(impatient: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with impatient.slow_session(2 * SHORT_SECONDS) as session:
            await session.execute(SLEEP, {"seconds": 60})
    async with impatient.slow_session(60) as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_all_statements_read_one_snapshot(impatient: Database, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE counted (number int)"))
    async with impatient.slow_session(60, read_only=True) as session:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO counted VALUES (1)"))
        assert await session.scalar(COUNT) == 0
    async with impatient.slow_session(60, read_only=True) as session:
        assert await session.scalar(COUNT) == 1
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE counted"))


async def test_a_session_that_only_reads_refuses_to_write(impatient: Database) -> None:
    async with impatient.slow_session(60, read_only=True) as session:
        session.add(Gadget(name="one"))
        with pytest.raises(RuntimeError, match="only reads"):
            await session.commit()
    with pytest.raises(exc.DBAPIError, match="read-only transaction"):
        async with impatient.slow_session(60, read_only=True) as session:
            await session.execute(text("CREATE TABLE left_behind ()"))


@pytest.mark.parametrize("slow", [False, True])
async def test_a_session_that_was_closed_does_not_connect_again(
    impatient: Database, slow: bool
) -> None:
    async with impatient.slow_session(60) if slow else impatient.session() as session:
        await session.execute(text("SELECT 1"))
    with pytest.raises(RuntimeError, match="closed when its endpoint returned"):
        await session.execute(text("SELECT 1"))
    with pytest.raises(RuntimeError, match="closed when its endpoint returned"):
        await session.stream(text("SELECT 1"))
    session.add(Gadget(name="one"))
    with pytest.raises(RuntimeError, match="closed when its endpoint returned"):
        await session.commit()


async def test_a_stream_that_is_abandoned_gives_its_connection_back(impatient: Database) -> None:
    async def read_one_row() -> None:
        async with impatient.slow_session(60, read_only=True) as session:
            rows = await session.stream(text("SELECT generate_series(1, 100000)"))
            await anext(aiter(rows))
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read_one_row(), SHORT_SECONDS)
    async with impatient.slow_session(60) as session:
        assert await session.scalar(text("SELECT 1")) == 1
