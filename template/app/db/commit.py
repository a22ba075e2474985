"""Committing, with the database's refusals told in the client's terms."""

from typing import Any, Final

from sqlalchemy import Index, exc
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import ColumnCollectionConstraint

from app.core.errors import ConflictError
from app.db.base import Base

UNIQUE_VIOLATION: Final = "23505"


async def commit(db: AsyncSession) -> None:
    """Commit, so that what follows may rely on the rows being stored.

    Raises:
        ConflictError: A value that may exist once only is taken; the error names the fields.
    """
    try:
        await db.commit()
    except exc.IntegrityError as error:
        await db.rollback()
        violation: Any = error.orig.__cause__ if error.orig else None
        if getattr(violation, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        fields = columns_of(violation.table_name, violation.constraint_name)
        raise ConflictError(fields) from error


def columns_of(table_name: str, constraint_name: str) -> tuple[str, ...]:
    """Return the columns of a constraint or unique index, by the name the database reports."""
    table = Base.metadata.tables[table_name]
    parts: list[ColumnCollectionConstraint | Index] = [*table.indexes]
    parts += [part for part in table.constraints if isinstance(part, ColumnCollectionConstraint)]
    by_name = {part.name: part for part in parts}
    return tuple(column.name for column in by_name[constraint_name].columns)
