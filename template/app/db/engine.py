"""The connection pool: how the service connects, and which connections it drops."""

from typing import Any, Final
from uuid import uuid4

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
UNKNOWN_STATEMENT: Final = "26000"
POOLER_HINT: Final = "behind a pooler in transaction mode set DATABASE_POOL_MODE=transaction"
# Options of SQLAlchemy for prepared statements. asyncpg's own names repeat in each process: behind
# a pooler in transaction mode, one process would execute the statements of another.
NAMED: Final = {"prepared_statement_name_func": lambda: f"statement_{uuid4()}"}
UNNAMED: Final = {"prepared_statement_cache_size": 0}

log = structlog.get_logger()


def create_engine(settings: Settings, *, pool_size: int | None = None) -> AsyncEngine:
    """Build the engine; asyncpg reads the URL itself, so all its options and SSL modes work."""
    timeout = settings.database_timeout
    # In transaction mode other clients use the same session: nothing may remain in it.
    own_session = settings.database_pool_mode == "session"

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        try:
            return await asyncpg.connect(
                settings.database_url.get_secret_value(),
                timeout=timeout,
                statement_cache_size=0,  # SQLAlchemy caches them
                server_settings=session_settings(timeout) if own_session else None,
            )
        except CONNECT_ERRORS as error:
            log.warning("database_unavailable", reason=describe(error))
            raise DatabaseUnavailableError from error

    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect, **(NAMED if own_session else UNNAMED)},
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


def session_settings(timeout: float) -> dict[str, str]:
    """Return what is set for the whole session at connect."""
    milliseconds = str(int(timeout * MILLISECONDS))
    return {
        "statement_timeout": milliseconds,
        "idle_in_transaction_session_timeout": milliseconds,
        "jit": "off",  # compiling costs more than the short queries of a service
    }


def describe(error: BaseException) -> str:
    """Return the reason of an error in one line, with the setting that prevents it."""
    reason = str(error).partition("\n")[0] or type(error).__name__
    refused = getattr(error, "sqlstate", None) == UNKNOWN_STATEMENT or "startup parameter" in reason
    return f"{reason}; {POOLER_HINT}" if refused else reason


def refuse_closed(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection that the server closed while it was idle."""
    if dbapi_connection.driver_connection.is_closed():
        raise exc.DisconnectionError


def drop_at_once(dbapi_connection: Any, _record: Any, _error: BaseException | None) -> None:
    """Abort a broken connection; a graceful close would wait for a server that may hang."""
    dbapi_connection.driver_connection.terminate()


def drop_read_only(context: ExceptionContext) -> None:
    """Have the pool reconnect if a failover has made the server read-only."""
    options = context.connection.get_execution_options() if context.connection else {}
    refused = getattr(context.original_exception, "sqlstate", None) == READ_ONLY
    if refused and not options.get("postgresql_readonly"):
        context.is_disconnect = True
