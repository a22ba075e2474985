"""A limit of the time for the database, and what its errors mean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog
from sqlalchemy import exc

from app.core.errors import DatabaseUnavailableError
from app.db.engine import describe

# Transient SQLSTATE classes: connection, lost statement, rollback by the server, resources,
# operator.
TRANSIENT_CLASSES: Final = ("08", "26", "40", "53", "55", "57")
CLOSED: Final = "connection is closed"
# A cursor on the server raises errors of asyncpg itself.
DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


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
    except (exc.SQLAlchemyError, *DRIVER_ERRORS, ExceptionGroup) as error:
        single = error
        while isinstance(single, ExceptionGroup):  # server-sent events have a task of their own
            single = single.exceptions[0]
        if is_transient(single):
            log.warning("database_unavailable", reason=describe(single.__cause__ or single))
            raise DatabaseUnavailableError from error
        hide_values(single)
        raise
    except TimeoutError as error:
        if deadline.expired():
            log.warning("database_unavailable", reason="database_timeout")
            raise DatabaseUnavailableError from error
        raise


def hide_values(error: Exception) -> None:
    """Remove the row from an error: errors are logged, and clients sent its values."""
    cause = driver_error(error)
    if isinstance(cause, asyncpg.PostgresError):
        cause.detail = None
        if isinstance(cause, asyncpg.DataError):
            cause.args = ("a value is not valid",)  # the message quotes it
        if isinstance(error, exc.DBAPIError) and error.orig is not None:
            error.orig.args = error.args = (f"{type(cause).__name__}: {cause}",)


def driver_error(error: Exception) -> BaseException | None:
    """Return the error of asyncpg behind one of SQLAlchemy."""
    if isinstance(error, exc.DBAPIError):
        return error.orig and error.orig.__cause__
    return error


def is_transient(error: Exception) -> bool:
    """Return whether the same request may succeed a little later."""
    if isinstance(error, exc.TimeoutError):
        return True
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    cause = driver_error(error)
    if isinstance(cause, asyncpg.InvalidCachedStatementError):
        return True  # a migration changed a table that is used in prepared statements
    if isinstance(cause, asyncpg.InterfaceError):
        return CLOSED in str(cause)
    return (getattr(cause, "sqlstate", None) or "").startswith(TRANSIENT_CLASSES)
