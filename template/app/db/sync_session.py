"""The sync sessions that the AsyncSessions of the service drive, and what they refuse."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, exc, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session  # noqa: TID251 - an AsyncSession drives one

from app.db.engine import MILLISECONDS

CLOSE_SECONDS: Final = 2.0
# Keys of a session's `info`.
CLOSED: Final = "closed"
SECONDS: Final = "seconds"
TRANSACTION: Final = "transaction"
# Not jit: asyncpg also sets it, for the whole session, and does not restore it where it was off.
LIMIT_STATEMENTS: Final = text(
    "SELECT set_config('statement_timeout', :milliseconds, true),"
    " set_config('idle_in_transaction_session_timeout', :milliseconds, true)"
)
CLOSED_ALREADY: Final = (
    "This session was closed when its endpoint returned. A response that is streamed takes"
    " `StreamDb` of app/api/deps.py instead of `Db`; a background task or a websocket takes"
    " `Sessions`, and opens its own: `async with sessions.session() as db`."
)
WRITES: Final = "This session only reads: use POST, PUT, PATCH or DELETE for a request that writes."
COMMITS: Final = (
    "Inside of `transaction(db)` nothing else commits: call `commit(db)` of app/db/commit.py, which"
    " leaves that to the end of the transaction."
)


class ServiceSession(Session):
    """A session that cannot be used after it was closed; SQLAlchemy's would connect again."""

    def get_bind(self, *args: Any, **kw: Any) -> Engine | Connection:
        """Return what to connect with.

        Raises:
            RuntimeError: The session was closed.
        """
        if CLOSED in self.info:
            raise RuntimeError(CLOSED_ALREADY)
        return super().get_bind(*args, **kw)


class ReadingSession(ServiceSession):
    """A session that only reads."""


async def close(session: AsyncSession) -> None:
    """Close a session for good; its connection is dropped if the rollback fails or hangs."""
    with suppress(TimeoutError, exc.SQLAlchemyError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await session.close()
    session.info[CLOSED] = True


@event.listens_for(ServiceSession, "after_begin")
def limit_statements(session: Session, _transaction: object, connection: Connection) -> None:
    """Give the statements of a transaction the time limit of the session, if it has its own."""
    if SECONDS in session.info:
        milliseconds = str(int(session.info[SECONDS] * MILLISECONDS))
        connection.execute(LIMIT_STATEMENTS, {"milliseconds": milliseconds})


@event.listens_for(ServiceSession, "before_commit")
def refuse_to_commit(session: Session) -> None:
    """Raise before a commit inside of `transaction`, which would store a part of it."""
    if TRANSACTION in session.info and not session.in_nested_transaction():
        raise RuntimeError(COMMITS)


@event.listens_for(ReadingSession, "before_flush")
def refuse_to_write(*_: object) -> None:
    """Raise before a write: without a transaction, rows would be stored one by one."""
    raise RuntimeError(WRITES)
