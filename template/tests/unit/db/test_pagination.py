"""Keyset pages have every row once, in every order and with nulls."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import InvalidParameterError
from app.db.pagination import Page, fetch_page
from app.models.base import PageQuery
from tests.gadgets import Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")

ROWS: list[dict[str, Any]] = [
    {"name": "d", "size": 3, "weight": 2.5, "boxed": True},
    {"name": "a", "size": None, "weight": 0.1},
    {"name": "c", "size": 3, "weight": 2.5, "made_at": datetime(2025, 5, 5, tzinfo=UTC)},
    {"name": "b", "size": None, "weight": 1e300, "boxed": True},
    {"name": "é", "size": -1, "weight": -0.0},
]
EVERY_GADGET = select(Gadget)
LIMITS = [1, 2, 5, 100]
# Nulls come last in ascending order and first in descending order, as in PostgreSQL.
ORDERS = {
    "id": "dacbé",
    "-id": "ébcad",
    "name": "abcdé",
    "-name": "édcba",
    "size": "édcab",
    "-size": "bacdé",
    "weight": "éadcb",
    "-weight": "bcdaé",
    "boxed": "acédb",
    "-boxed": "bdéca",
    "made_at": "cdabé",
    "-made_at": "ébadc",
}


def names_on(page: Page[Gadget]) -> str:
    """Return the names of a page's rows."""
    return "".join(gadget.name for gadget in page.items)


async def read_all(db: AsyncSession, sort: str, limit: int) -> str:
    """Return the names of all rows, read page by page."""
    names, cursor = "", None
    while True:
        query = PageQuery(sort=sort, limit=limit, cursor=cursor)
        page = await fetch_page(db, EVERY_GADGET, Gadget, query)
        assert 1 <= len(page.items) <= limit
        names += names_on(page)
        cursor = page.next_cursor
        if cursor is None:
            return names


@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_have_every_row_once_in_order(db: AsyncSession, sort: str) -> None:
    await create_gadgets(db, *ROWS)
    for limit in LIMITS:
        assert await read_all(db, sort, limit) == ORDERS[sort], limit


async def test_pages_have_only_the_rows_that_match_the_filters(db: AsyncSession) -> None:
    await create_gadgets(db, *ROWS)
    for size, names in ((3, "dc"), (-1, "é"), (4, "")):
        page = await fetch_page(db, EVERY_GADGET, Gadget, PageQuery(), {"size": size})
        assert names_on(page) == names
    first = await fetch_page(db, EVERY_GADGET, Gadget, PageQuery(limit=1), {"size": 3})
    behind = PageQuery(cursor=first.next_cursor)
    for size, names in ((3, "c"), (-1, "é")):
        page = await fetch_page(db, EVERY_GADGET, Gadget, behind, {"size": size})
        assert names_on(page) == names


async def test_an_empty_table_is_one_empty_page(db: AsyncSession) -> None:
    page = await fetch_page(db, EVERY_GADGET, Gadget, PageQuery())
    assert (page.items, page.next_cursor) == ([], None)


async def test_changes_between_pages_neither_repeat_nor_hide_rows(db: AsyncSession) -> None:
    gadgets = await create_gadgets(db, *ROWS)
    query = PageQuery(sort="name", limit=2)
    first = await fetch_page(db, EVERY_GADGET, Gadget, query)
    await db.delete(gadgets[1])
    await create_gadgets(db, {"name": "aa"}, {"name": "bb"})
    query = PageQuery(sort="name", cursor=first.next_cursor)
    second = await fetch_page(db, EVERY_GADGET, Gadget, query)
    assert [gadget.name for gadget in second.items] == ["bb", "c", "d", "é"]


async def test_a_cursor_of_another_order_is_refused(db: AsyncSession) -> None:
    await create_gadgets(db, *ROWS)
    page = await fetch_page(db, EVERY_GADGET, Gadget, PageQuery(sort="name", limit=1))
    query = PageQuery(sort="size", cursor=page.next_cursor)
    with pytest.raises(InvalidParameterError) as caught:
        await fetch_page(db, EVERY_GADGET, Gadget, query)
    assert "another sort order" in caught.value.invalid[0].message
