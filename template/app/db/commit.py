"""Committing, with the database's refusals told in the client's terms."""

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

UNIQUE_VIOLATION: Final = "23505"
CHECK_VIOLATION: Final = "23514"
# Before PostgreSQL 18 both are the first; then ON DELETE RESTRICT has the second.
REFERENCE_VIOLATIONS: Final = ("23503", "23001")
SET_NULL: Final = "SET NULL"


async def commit(db: AsyncSession) -> None:
    """Commit, so that what follows may rely on the rows being stored.

    Raises:
        ConflictError: A value that may exist once only is taken; the error names the fields.
        StillReferencedError: Other rows refer to one that was to be deleted.
        UnknownReferenceError: There is no row with an id that was sent; names the fields.
        RefusedValueError: A CHECK constraint does not hold; the error names the fields.
    """
    try:
        await db.commit()
    except exc.IntegrityError as error:
        await db.rollback()
        refusal = explain(error)
        if refusal is None:
            raise
        raise refusal from error


def explain(error: exc.IntegrityError) -> ServiceError | None:
    """Return the database's refusal in the client's terms, or nothing where it has none."""
    violation: Any = error.orig.__cause__ if error.orig else None
    sqlstate = getattr(violation, "sqlstate", None)
    if sqlstate in REFERENCE_VIOLATIONS and (error.statement or "").startswith("DELETE"):
        return StillReferencedError(violation.table_name)
    refusals: dict[str | None, type[ConflictError | UnknownReferenceError | RefusedValueError]] = {
        UNIQUE_VIOLATION: ConflictError,
        CHECK_VIOLATION: RefusedValueError,
        **dict.fromkeys(REFERENCE_VIOLATIONS, UnknownReferenceError),
    }
    if sqlstate not in refusals:
        return None
    return refusals[sqlstate](columns_of(violation.table_name, violation.constraint_name))


def columns_of(table_name: str, constraint_name: str) -> tuple[str, ...]:
    """Return the columns of a constraint or unique index, by the name the database reports.

    None of one that the code does not know, as while a newer migration is rolled out.
    """
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return ()
    parts: list[ColumnCollectionConstraint | Index] = [*table.indexes]
    parts += [part for part in table.constraints if isinstance(part, ColumnCollectionConstraint)]
    named = (part for part in parts if part.name == constraint_name)
    return tuple(column.name for part in named for column in part.columns)


async def delete_row(db: AsyncSession, row: RowMixin | UuidRowMixin) -> None:
    """Delete a row, and count the change in each row whose reference to it becomes null."""
    own = inspect(type(row)).local_table
    for key in references_to(own):
        table = key.parent.table
        if key.ondelete == SET_NULL and "version" in table.c:
            others = key.parent == row.id
            if table is own:  # the row goes, whatever it refers to
                others &= table.c.id != row.id
            freed = {key.parent.name: None, "version": table.c.version + 1}
            await db.execute(update(table).where(others).values(freed))
    for relationship in inspect(type(row)).relationships:
        # What goes first is for the database to say; the ORM knows no row that refers to itself.
        set_committed_value(row, relationship.key, None)
    await db.delete(row)


def references_to(table: FromClause) -> list[ForeignKey]:
    """Return the foreign keys of all tables that refer to this one."""
    keys = [key for other in Base.metadata.tables.values() for key in other.foreign_keys]
    return [key for key in keys if key.column.table is table]
