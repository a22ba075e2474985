"""Behind a pooler in transaction mode, nothing remains in the session of the server."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Row, text

from app.core.config import Settings
from app.db.session import Database
from tests.variants import database_with

SESSION_STATE = text(
    "SELECT name, setting FROM pg_settings UNION ALL"
    " SELECT name, statement FROM pg_prepared_statements"
)


@pytest.fixture
async def pooled(settings: Settings) -> AsyncIterator[Database]:
    """The test database through one connection, used as behind a pooler in transaction mode."""
    changes = {"database_pool_mode": "transaction", "database_timeout": 4.0}
    async with database_with(settings, database_pool_size=1, **changes) as database:
        yield database


async def read_state(database: Database) -> set[Row[str, str]]:
    """Return the settings and prepared statements that outlive a transaction."""
    async with database.session(read_only=True) as session:
        await session.execute(text("ROLLBACK"))
        return set((await session.execute(SESSION_STATE)).all())


async def test_in_transaction_mode_nothing_remains_in_the_session(pooled: Database) -> None:
    before = await read_state(pooled)
    async with pooled.session() as session:
        await session.execute(text("CREATE TYPE mood AS ENUM ('good')"))
        await session.execute(text("SELECT ARRAY['good'::mood]"))  # asyncpg looks up the type
        await session.execute(text("DROP TYPE mood"))
        await session.commit()
    assert await read_state(pooled) == before
