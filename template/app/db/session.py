"""Sessions of the database, each with a time limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.config import Settings
from app.db.engine import create_engine
from app.db.sync_session import CLOSE_SECONDS, SECONDS, ReadingSession, ServiceSession, close
from app.db.telemetry import ConnectionQueue, observe
from app.db.time_limit import time_limit


class Database:
    """The connection pool of one process; it connects at the first session."""

    def __init__(self, settings: Settings) -> None:
        self.stream_timeout = settings.database_stream_timeout
        self._timeout = settings.database_timeout
        self._engine = create_engine(settings)
        observe(self._engine, settings.database_url.get_secret_value())
        shared = settings.database_pool_mode == "transaction"
        # Limits of a connection that others use too hold for one transaction only.
        limits = {SECONDS: self._timeout} if shared else {}
        self._sessions = self._make(ServiceSession, limits)
        # All statements read one snapshot.
        self._snapshots = self._make(
            ReadingSession, limits, isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        # Each statement sees what is committed, as in a transaction of READ COMMITTED.
        single = self._make(ReadingSession, limits, isolation_level="AUTOCOMMIT")
        self._reading = self._snapshots if shared else single
        # First come, first served: in the pool's own queue new requests overtake waiting ones.
        self._size = settings.database_pool_size
        self._turn = ConnectionQueue(self._size)
        # At least one connection remains for short sessions.
        self._slow_turn = asyncio.Semaphore(
            min(settings.database_slow_share, max(1, self._size - 1))
        )
        self._probe = create_engine(settings, pool_size=1)

    def _make(
        self, kind: type[ServiceSession], info: dict[str, float], **options: Any
    ) -> async_sessionmaker[AsyncSession]:
        engine = self._engine.execution_options(**options)
        return async_sessionmaker(
            engine, sync_session_class=kind, info=info, expire_on_commit=False
        )

    @asynccontextmanager
    async def session(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Yield a session; what is not committed is rolled back at the end.

        With `read_only` it has no transaction, which saves two of three round trips, unless a
        pooler needs one.

        Raises:
            DatabaseUnavailableError: The database refused or dropped the connection, or the
                session was in use for longer than `database_timeout` seconds.
        """
        session = self._reading() if read_only else self._sessions()
        async with time_limit(self._timeout), self._turn:
            try:
                yield session
            finally:
                await close(session)

    @asynccontextmanager
    async def slow_session(
        self, seconds: float, *, read_only: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """Yield a session with its own time limit, for a stream or a slow statement.

        With `read_only`, all statements read the same snapshot. At most `database_slow_share` of
        the connections serve such sessions, so that the others remain for short ones.

        Raises:
            DatabaseUnavailableError: The database refused or dropped the connection, none was free
                within `database_timeout`, or the session was in use for longer than `seconds`.
        """
        session = self._snapshots() if read_only else self._sessions()
        session.info[SECONDS] = seconds
        async with time_limit(seconds), AsyncExitStack() as stack:
            async with time_limit(self._timeout):
                await stack.enter_async_context(self._slow_turn)
                await stack.enter_async_context(self._turn)
                stack.push_async_callback(close, session)
                await session.connection()
            yield session

    async def ping(self) -> None:
        """Check that the database answers.

        It has its own connection, so it does not wait for requests.

        Raises:
            DatabaseUnavailableError: It did not answer in time.
        """
        async with time_limit(self._timeout), self._probe.connect() as probe:
            await probe.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections once they are free; gives up if the database hangs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                for _ in range(self._size):
                    await self._turn.acquire()
                await self._probe.dispose()
                await self._engine.dispose()
