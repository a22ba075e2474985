"""Reading one row by its id."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import RowMixin, UuidRowMixin

RowT = TypeVar("RowT", bound=RowMixin | UuidRowMixin)


async def find_row(
    db: AsyncSession, table: type[RowT], row_id: object, *, lock: bool = False
) -> RowT | None:
    """Return the row with this id, locked until the end of the transaction if `lock` is set.

    Like `db.get`, but the statement is built only once.
    """
    statement: Select[RowT] = select_by_id(cast("Hashable", table), lock)
    return await db.scalar(statement, {"row_id": row_id})


@cache
def select_by_id(table: type[RowMixin] | type[UuidRowMixin], lock: bool) -> Select[Any]:
    """Return the statement that reads the row whose id is the parameter `row_id`."""
    statement = select(table).where(table.id == bindparam("row_id"))
    if not lock:
        return statement
    # Read again: the row may have changed before it was locked.
    # The lock does not cover the key, so rows that refer to this one can be stored meanwhile.
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)
