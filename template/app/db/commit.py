"""Commit, and report constraint violations as errors for the client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import ForeignKey, FromClause, Index, exc, inspect, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.schema import ColumnCollectionConstraint

from app.core.errors import (
    ConflictError,
    RefusedValueError,
    ServiceError,
    StillReferencedError,
    UnknownReferenceError,
)
from app.db.base import Base, RowMixin, UuidRowMixin
from app.db.sync_session import TRANSACTION
from app.db.time_limit import hide_values

UNIQUE_VIOLATION: Final = "23505"
CHECK_VIOLATION: Final = "23514"
# ON DELETE RESTRICT raises the second from PostgreSQL 18 on.
REFERENCE_VIOLATIONS: Final = ("23503", "23001")
SET_NULL: Final = "SET NULL"


async def commit(db: AsyncSession) -> None:
    """Commit, or inside of `transaction` write; a constraint violation is an error for the client.

    Raises:
        ConflictError: A unique value is already taken; names the fields.
        StillReferencedError: Other rows refer to a row that is to be deleted.
        UnknownReferenceError: A referenced row does not exist; names the fields.
        RefusedValueError: A CHECK constraint is violated; names the fields.
    """
    try:
        await (db.flush() if TRANSACTION in db.info else db.commit())
    except exc.IntegrityError as error:
        hide_values(error)
        if TRANSACTION not in db.info:
            await db.rollback()
        explained = explain(error)
        if explained is None:
            raise
        raise explained from error


@asynccontextmanager
async def transaction(db: AsyncSession) -> AsyncIterator[None]:
    """Commit at the end of the block what services write in it, or roll all of it back.

    Inside of another one it is a savepoint: an error that leaves it and is caught there reverts
    only this block.

    Raises:
        ServiceError: As `commit`.
    """
    if TRANSACTION in db.info:
        async with db.begin_nested():
            yield
            await commit(db)
        return
    db.info[TRANSACTION] = True
    try:
        yield
    except BaseException:
        await db.rollback()
        raise
    finally:
        del db.info[TRANSACTION]
    await commit(db)


def explain(error: exc.IntegrityError) -> ServiceError | None:
    """Return the error for the client, or None if clients cannot cause the violation."""
    violation: Any = error.orig.__cause__ if error.orig else None
    sqlstate = getattr(violation, "sqlstate", None)
    if sqlstate in REFERENCE_VIOLATIONS and (error.statement or "").startswith("DELETE"):
        return StillReferencedError(violation.table_name)
    errors: dict[str | None, type[ConflictError | UnknownReferenceError | RefusedValueError]] = {
        UNIQUE_VIOLATION: ConflictError,
        CHECK_VIOLATION: RefusedValueError,
        **dict.fromkeys(REFERENCE_VIOLATIONS, UnknownReferenceError),
    }
    if sqlstate not in errors:
        return None
    return errors[sqlstate](columns_of(violation.table_name, violation.constraint_name))


def columns_of(table_name: str, constraint_name: str) -> tuple[str, ...]:
    """Return the columns of a constraint or unique index, by the name the database reports.

    Empty if the code does not know it, for example while a newer migration is rolled out.
    """
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return ()
    parts: list[ColumnCollectionConstraint | Index] = [*table.indexes]
    parts += [part for part in table.constraints if isinstance(part, ColumnCollectionConstraint)]
    named = (part for part in parts if part.name == constraint_name)
    return tuple(column.name for part in named for column in part.columns)


async def delete_row(db: AsyncSession, row: RowMixin | UuidRowMixin) -> None:
    """Delete a row, and increment the version of each row whose reference becomes null."""
    own = inspect(type(row)).local_table
    for key in references_to(own):
        table = key.parent.table
        if key.ondelete == SET_NULL and "version" in table.c:
            others = key.parent == row.id
            if table is own:  # the row itself is deleted
                others &= table.c.id != row.id
            freed = {key.parent.name: None, "version": table.c.version + 1}
            await db.execute(update(table).where(others).values(freed))
    for relationship in inspect(type(row)).relationships:
        # The database orders the deletes: the ORM fails at a row that refers to itself.
        set_committed_value(row, relationship.key, None)
    await db.delete(row)


def references_to(table: FromClause) -> list[ForeignKey]:
    """Return the foreign keys of all tables that refer to this one."""
    keys = [key for other in Base.metadata.tables.values() for key in other.foreign_keys]
    return [key for key in keys if key.column.table is table]
