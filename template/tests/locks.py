"""Which rows are locked."""

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import RowMixin, UuidRowMixin

# The transaction that locked, changed or deleted a row last; a new row has none.
XMAX: ColumnElement[bool] = literal_column("xmax <> '0'")


async def is_locked(db: AsyncSession, row: RowMixin | UuidRowMixin) -> bool:
    """Tell whether a transaction has locked a row that nobody has changed yet."""
    table = type(row)
    return bool(await db.scalar(select(XMAX).select_from(table).where(table.id == row.id)))
