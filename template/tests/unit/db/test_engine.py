"""Behind a pooler in transaction mode, no session of the server belongs to one client."""

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError
from tests.variants import database_with

STATEMENT = text("SHOW statement_timeout")
IDLE = text("SHOW idle_in_transaction_session_timeout")
PREPARED = text("SELECT name FROM pg_prepared_statements")


@pytest.mark.parametrize("read_only", [True, False])
async def test_in_transaction_mode_a_transaction_has_the_limits_and_leaves_nothing(
    settings: Settings, read_only: bool
) -> None:
    changes = {"database_pool_mode": "transaction", "database_timeout": 4.0}
    async with (
        database_with(settings, **changes) as database,
        database.session(read_only=read_only) as session,
    ):
        for limit in (STATEMENT, IDLE):
            assert await session.scalar(limit) == "4s"
        await session.execute(text("ROLLBACK"))
        for limit in (STATEMENT, IDLE):
            assert await session.scalar(limit) != "4s"
        assert (await session.scalars(PREPARED)).all() == []


async def test_a_prepared_statement_that_a_pooler_lost_is_reported_with_the_setting(
    settings: Settings,
) -> None:
    async with database_with(settings, database_pool_size=1) as database:
        async with database.session() as session:
            await session.execute(STATEMENT)
            await session.execute(text("DEALLOCATE ALL"))  # the next server connection has none
        with capture_logs() as logs, pytest.raises(DatabaseUnavailableError):
            async with database.session() as session:
                await session.execute(STATEMENT)
    assert ["DATABASE_POOL_MODE=transaction" in line["reason"] for line in logs] == [True]
