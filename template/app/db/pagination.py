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
    rows = (await db.scalars(select_page(statement, table, query))).all()
    if len(rows) <= query.limit:
        return Page(rows, None)
    column = sort_column(table, query)
    last = rows[query.limit - 1]
    value = getattr(last, column.key)
    cursor = encode_cursor(query.sort, (column.type, table.id.type), value, last.id)
    return Page(rows[: query.limit], cursor)


def select_page(statement: Select[RowT], table: type[RowT], query: PageQuery) -> Select[RowT]:
    """Return the statement for the rows of a page, and one more that tells if another follows.

    Raises:
        InvalidParameterError: The cursor is malformed or belongs to another order.
    """
    column = sort_column(table, query)
    descending = query.sort.startswith(DESCENDING)
    if query.cursor is not None:
        value, row_id = decode_cursor(query.cursor, query.sort, (column.type, table.id.type))
        statement = statement.where(comes_after(column, table.id, value, row_id, descending))
    order = (column.desc(), table.id.desc()) if descending else (column, table.id)
    return statement.order_by(*order).limit(query.limit + 1)


def sort_column(table: type[RowT], query: PageQuery) -> InstrumentedAttribute[Any]:
    """Return the column that the page is sorted by."""
    column: InstrumentedAttribute[Any] = getattr(table, query.sort.removeprefix(DESCENDING))
    return column


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
