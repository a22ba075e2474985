"""The connection pool: how the service connects, and which connections it drops."""

from typing import Any, Final

import asyncpg
import structlog
from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.config import Settings
from app.core.errors import DatabaseUnavailableError

CONNECT_ERRORS: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
MILLISECONDS: Final = 1000
READ_ONLY: Final = "25006"

log = structlog.get_logger()


def create_engine(settings: Settings, *, pool_size: int | None = None) -> AsyncEngine:
    """Build the engine; asyncpg reads the URL itself, so all its options and SSL modes work."""
    timeout = settings.database_timeout

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        try:
            return await asyncpg.connect(
                settings.database_url.get_secret_value(),
                timeout=timeout,
                command_timeout=timeout,
                server_settings={
                    "statement_timeout": str(int(timeout * MILLISECONDS)),
                    "idle_in_transaction_session_timeout": str(int(timeout * MILLISECONDS)),
                    "jit": "off",  # compiling costs more than the short queries of a service
                },
            )
        except CONNECT_ERRORS as error:
            log.warning("database_unavailable", reason=str(error) or type(error).__name__)
            raise DatabaseUnavailableError from error

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=pool_size or settings.database_pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_use_lifo=True,
        hide_parameters=True,  # errors are logged, what clients sent must not be
    )
    event.listen(engine.sync_engine, "checkout", refuse_closed)
    event.listen(engine.sync_engine, "invalidate", drop_at_once)
    event.listen(engine.sync_engine, "handle_error", drop_read_only)
    return engine


def refuse_closed(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection that the server closed while it was idle."""
    if dbapi_connection.driver_connection.is_closed():
        raise exc.DisconnectionError


def drop_at_once(dbapi_connection: Any, _record: Any, _error: BaseException | None) -> None:
    """Abort a broken connection; a graceful close would wait for a server that may hang."""
    dbapi_connection.driver_connection.terminate()


def drop_read_only(context: ExceptionContext) -> None:
    """Have the pool reconnect if a failover has made the server read-only."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True
