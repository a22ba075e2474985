"""Keyset pages: each starts behind the last row of the page before, so none costs more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, literal, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.db.base import RowMixin, UuidRowMixin
from app.db.cursor import decode_cursor, encode_cursor
from app.models.base import PageQuery

DESCENDING: Final = "-"

RowT = TypeVar("RowT", bound=RowMixin | UuidRowMixin)


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Rows in order, and the cursor of the page behind them, where there is one."""

    items: Sequence[RowT]
    next_cursor: str | None


async def fetch_page(
    db: AsyncSession, statement: Select[RowT], table: type[RowT], query: PageQuery
) -> Page[RowT]:
    """Return one page of the table's rows that the statement selects.

    The order is that of the query's `sort`, made total by the id.

    Raises:
        InvalidParameterError: The cursor is malformed or belongs to another order.
    """
    sort, limit = query.sort, query.limit
    column: InstrumentedAttribute[Any] = getattr(table, sort.removeprefix(DESCENDING))
    types = (column.type, table.id.type)
    descending = sort.startswith(DESCENDING)
    if query.cursor is not None:
        value, row_id = decode_cursor(query.cursor, sort, types)
        statement = statement.where(comes_after(column, table.id, value, row_id, descending))
    order = (column.desc(), table.id.desc()) if descending else (column, table.id)
    rows = (await db.scalars(statement.order_by(*order).limit(limit + 1))).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], encode_cursor(sort, types, getattr(last, column.key), last.id))


def comes_after(
    column: InstrumentedAttribute[Any],
    id_column: InstrumentedAttribute[Any],
    value: Any,
    row_id: Any,
    descending: bool,
) -> ColumnElement[bool]:
    """Return the condition that a row stands behind the place of this value and id.

    Nulls stand where PostgreSQL puts them: behind all values, or before them when descending.
    So a plain index on the column serves both directions.
    """
    id_after = id_column < row_id if descending else id_column > row_id
    if value is None:
        after_null = and_(column.is_(None), id_after)
        return or_(after_null, column.is_not(None)) if descending else after_null
    here = tuple_(column, id_column)
    place = tuple_(literal(value, column.type), literal(row_id, id_column.type))
    if descending:
        return here < place
    return or_(here > place, column.is_(None)) if column.nullable else here > place
