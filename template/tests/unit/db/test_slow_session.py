"""Sessions with their own time limit: for streams and for slow statements."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import exc, text

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError
from app.db.session import Database
from tests.variants import database_with

SHORT_SECONDS = 0.3
LIMIT = text("SHOW statement_timeout")
SLEEP = text("SELECT pg_sleep(:seconds)")


@pytest.fixture
async def impatient(settings: Settings) -> AsyncIterator[Database]:
    """The test database with a short deadline; one of two connections is for slow sessions."""
    changes = {"database_timeout": SHORT_SECONDS, "database_pool_size": 2}
    async with database_with(settings, **changes, database_slow_share=1) as database:
        yield database


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_statement_may_take_longer_and_leaves_connections_to_the_others(
    impatient: Database, read_only: bool
) -> None:
    async with impatient.slow_session(60, read_only=read_only) as slow:
        await slow.execute(SLEEP, {"seconds": 2 * SHORT_SECONDS})
        assert await slow.scalar(LIMIT) == "1min"
        with pytest.raises(DatabaseUnavailableError):
            async with impatient.slow_session(60):
                pytest.fail("it has the connection of another")
        async with impatient.session() as session:
            assert await session.scalar(LIMIT) == "300ms"
    async with impatient.session() as session:  # through the connection of the slow one
        assert await session.scalar(LIMIT) == "300ms"


async def test_its_own_deadline_holds(impatient: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with impatient.slow_session(2 * SHORT_SECONDS) as session:
            await session.execute(SLEEP, {"seconds": 60})


async def test_a_session_that_only_reads_has_one_snapshot(impatient: Database) -> None:
    async with impatient.slow_session(60, read_only=True) as session:
        assert await session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        with pytest.raises(exc.DBAPIError, match="read-only transaction"):
            await session.execute(text("CREATE TABLE left_behind ()"))
