"""Sessions with a time limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg
import structlog
from sqlalchemy import event, exc, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session  # noqa: TID251 - an AsyncSession drives one

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError
from app.db.engine import create_engine

# Transient SQLSTATE classes: connection, rollback by the server, resources, operator.
TRANSIENT_CLASSES: Final = ("08", "40", "53", "55", "57")
CLOSE_SECONDS: Final = 2.0
WRITES: Final = "This session only reads: use POST, PUT, PATCH or DELETE for a request that writes."

log = structlog.get_logger()


class ReadingSession(Session):
    """The sync session of an AsyncSession without a transaction; it must not write."""


class Database:
    """The connection pool of one process; it connects at the first session."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.database_timeout
        self._engine = create_engine(settings)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._reading = async_sessionmaker(
            # Each statement sees what is committed, as in a transaction of READ COMMITTED.
            self._engine.execution_options(isolation_level="AUTOCOMMIT"),
            sync_session_class=ReadingSession,
            expire_on_commit=False,
        )
        # First come, first served: in the pool's own queue new requests overtake waiting ones.
        self._turn = asyncio.Semaphore(settings.database_pool_size)
        self._probe = create_engine(settings, pool_size=1)

    @asynccontextmanager
    async def session(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Yield a session; what is not committed is rolled back at the end.

        With `read_only` it has no transaction, which saves two of three round trips.

        Raises:
            DatabaseUnavailableError: The database refused or dropped the connection, or the
                session was in use for longer than `database_timeout` seconds.
        """
        session = self._reading() if read_only else self._sessions()
        async with time_limit(self._timeout), self._turn:
            try:
                yield session
            finally:
                await session.close()

    async def ping(self) -> None:
        """Check that the database answers.

        It has its own connection, so it does not wait for requests.

        Raises:
            DatabaseUnavailableError: It did not answer in time.
        """
        async with time_limit(self._timeout), self._probe.connect() as probe:
            await probe.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections; gives up if the database hangs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._probe.dispose()
                await self._engine.dispose()


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Limit the time, and distinguish an unavailable database from other errors.

    Raises:
        DatabaseUnavailableError: It refused or dropped the connection, or the time is up.
    """
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            yield
    except exc.SQLAlchemyError as error:
        if is_transient(error):
            log.warning("database_unavailable", reason=str(error.__cause__ or error))
            raise DatabaseUnavailableError from error
        hide_values(error)
        raise
    except TimeoutError as error:
        if deadline.expired():
            log.warning("database_unavailable", reason="database_timeout")
            raise DatabaseUnavailableError from error
        raise


@event.listens_for(ReadingSession, "before_flush")
def refuse_to_write(*_: object) -> None:
    """Raise before a write: without a transaction, rows would be stored one by one."""
    raise RuntimeError(WRITES)


def hide_values(error: exc.SQLAlchemyError) -> None:
    """Remove the row from an error: errors are logged, and clients sent its values."""
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        cause = error.orig.__cause__
        if isinstance(cause, asyncpg.PostgresError):
            cause.detail = None
            error.orig.args = error.args = (f"{type(cause).__name__}: {cause}",)


def is_transient(error: exc.SQLAlchemyError) -> bool:
    """Return whether the same request may succeed a little later."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    if isinstance(error.orig and error.orig.__cause__, asyncpg.InvalidCachedStatementError):
        return True  # a migration changed a table that is used in prepared statements
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or sqlstate.startswith(TRANSIENT_CLASSES)
