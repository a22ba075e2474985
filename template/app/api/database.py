"""The session of a request."""

from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database

SAFE_METHODS: Final = ("GET", "HEAD")


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """Hand out a session for one request; it never commits, its user does.

    That of a safe method only reads (RFC 9110, 9.2.1), and so does without a transaction.
    """
    database: Database = request.app.state.database
    async with database.session(read_only=request.method in SAFE_METHODS) as session:
        yield session
