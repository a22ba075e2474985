"""Locks of rows."""

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import RowMixin, UuidRowMixin

# xmax is the last transaction that locked, changed or deleted the row; 0 for a new row.
XMAX: ColumnElement[bool] = literal_column("xmax <> '0'")


async def is_locked(db: AsyncSession, row: RowMixin | UuidRowMixin) -> bool:
    """Return whether a transaction has locked a row that has not been changed yet."""
    table = type(row)
    return bool(await db.scalar(select(XMAX).select_from(table).where(table.id == row.id)))
