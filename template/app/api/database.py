"""The database sessions of requests."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.body import refuse_large_body
from app.db.session import Database

SAFE_METHODS: Final = ("GET", "HEAD")


async def get_database(connection: HTTPConnection) -> Database:
    """Return the database of the app, from which sessions are opened."""
    refuse_large_body(connection)  # before the endpoint runs, which may not read it
    database: Database = connection.app.state.database
    return database


AppDatabase = Annotated[Database, Depends(get_database)]


async def get_db(request: Request, database: AppDatabase) -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; it is rolled back unless a service commits it.

    For safe methods (RFC 9110, 9.2.1) it is read-only and has no transaction.
    """
    async with database.session(read_only=request.method in SAFE_METHODS) as session:
        yield session


async def get_stream_db(database: AppDatabase) -> AsyncIterator[AsyncSession]:
    """Yield a session that reads one snapshot until the response has been sent."""
    async with database.slow_session(database.stream_timeout, read_only=True) as session:
        yield session


def within(seconds: float) -> Callable[[Request, Database], AsyncIterator[AsyncSession]]:
    """Return a dependency like `get_db`, with this time limit instead of `database_timeout`."""

    async def get_slow_db(request: Request, database: AppDatabase) -> AsyncIterator[AsyncSession]:
        read_only = request.method in SAFE_METHODS
        async with database.slow_session(seconds, read_only=read_only) as session:
            yield session

    return get_slow_db
