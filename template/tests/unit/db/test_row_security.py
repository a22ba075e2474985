"""With row security PostgreSQL itself filters by the owner: also a statement without any filter."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, exc, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from app.core.config import Settings
from app.db.ownership import EVERYONE, OWNER, ROW_SECURITY, owned_by
from app.db.session import Database
from migrations.row_security import disable_row_security, enable_row_security
from tests.others import OTHER
from tests.shelves import BOOKS, Book, Shelf, create_shelves
from tests.tokens import CALLER

UNFILTERED: Final = text("SELECT title FROM books_of_tests").execution_options(**EVERYONE)
STORE: Final = text(
    "INSERT INTO books_of_tests (id, title, shelf_id, owner) VALUES (3, '', 1, :owner)"
)
KNOWN: Final = text("SELECT current_setting('app.owner', true)")


@pytest.fixture
async def secured(
    connection: AsyncConnection, new_session: async_sessionmaker[AsyncSession]
) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a role that row security holds for; two owners have a book each."""
    role = f"tester_{uuid4().hex}"
    await create_shelves(connection)
    async with new_session() as session:
        session.add(Shelf(id=1))
        await session.commit()
    for number, caller in enumerate((CALLER, OTHER)):
        async with new_session() as session:
            owned_by(session, caller).add(Book(id=number, title=caller.subject, shelf_id=1))
            await session.commit()
    await connection.run_sync(switch, enable=True)
    for statement in (f"CREATE ROLE {role}", f"GRANT ALL ON {BOOKS} TO {role}"):
        await connection.execute(text(statement))
    await connection.execute(text(f"SET LOCAL ROLE {role}"))
    new_session.configure(info={ROW_SECURITY: True})
    yield new_session
    await connection.execute(text("RESET ROLE"))
    await connection.run_sync(switch, enable=False)


def switch(connection: Connection, *, enable: bool) -> None:
    """Do what a migration does."""
    with Operations.context(MigrationContext.configure(connection)):
        (enable_row_security if enable else disable_row_security)(str(BOOKS))


async def test_a_statement_without_a_filter_finds_nothing_of_others(
    secured: async_sessionmaker[AsyncSession],
) -> None:
    for caller in (CALLER, OTHER):
        async with secured() as session:
            assert (await session.scalars(UNFILTERED)).all() == []
            await session.commit()
            owned_by(session, caller)
            assert (await session.scalars(UNFILTERED)).all() == [caller.subject]


async def test_a_row_of_another_owner_is_not_stored(
    secured: async_sessionmaker[AsyncSession],
) -> None:
    async with secured() as session:
        owned_by(session, CALLER)
        with pytest.raises(exc.ProgrammingError, match="row-level security"):
            await session.execute(STORE, {OWNER: OTHER.owner}, execution_options=EVERYONE)
        await session.rollback()
        await session.execute(STORE, {OWNER: CALLER.owner}, execution_options=EVERYONE)


async def test_a_transaction_learns_the_owner_late_and_again_after_a_rollback(
    secured: async_sessionmaker[AsyncSession],
) -> None:
    async with secured() as session:
        assert await session.scalar(KNOWN) in {None, ""}
        inner = await session.begin_nested()
        owned_by(session, CALLER)
        assert await session.scalar(KNOWN) == CALLER.owner
        await inner.rollback()
        assert await session.scalar(KNOWN) == CALLER.owner


@pytest.mark.parametrize("mode", ["session", "transaction"])
async def test_each_session_is_about_its_owner_on_one_connection(
    settings: Settings, mode: str
) -> None:
    update = {"auth_row_security": True, "database_pool_size": 1, "database_pool_mode": mode}
    database = Database(settings.model_copy(update=update))
    for read_only in (True, False, True):
        for caller in (CALLER, OTHER):
            async with database.session(read_only=read_only) as session:
                assert await owned_by(session, caller).scalar(KNOWN) == caller.owner
                assert await session.scalar(KNOWN) == caller.owner
                await session.commit()
            async with database.slow_session(9, read_only=read_only) as session:
                assert await session.scalar(KNOWN) in {None, ""}
                assert await owned_by(session, caller).scalar(KNOWN) == caller.owner
        async with database.session(read_only=read_only) as session:
            assert await session.scalar(KNOWN) in {None, ""}
    await database.close()
