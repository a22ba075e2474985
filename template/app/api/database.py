"""The session of a request."""

from collections.abc import AsyncIterator

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """Hand out a session for one request; it never commits, its user does."""
    database: Database = request.app.state.database
    async with database.session() as session:
        yield session
