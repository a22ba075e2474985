"""The database session of a request."""

from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database

SAFE_METHODS: Final = ("GET", "HEAD")


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; it is rolled back unless a service commits it.

    For safe methods (RFC 9110, 9.2.1) it is read-only and has no transaction.
    """
    database: Database = request.app.state.database
    async with database.session(read_only=request.method in SAFE_METHODS) as session:
        yield session
