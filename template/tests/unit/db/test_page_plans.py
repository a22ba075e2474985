"""Pages are read from the index of the column that sorts or filters them."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.cursor import encode_cursor
from app.db.pagination import LIMIT, place_of, select_page, sort_column
from app.models.base import PageQuery
from tests.gadgets import Gadget

pytestmark = pytest.mark.usefixtures("gadget_table", "many_gadgets")

ROWS = 5000
FILL = """
INSERT INTO gadgets_of_tests (name, weight, boxed, made_at, created_at, version)
SELECT 'gadget ' || n, n, false, now(), now() + n * interval '1 second', 1
FROM generate_series(1, :rows) AS n
"""
INDEXES = {"id": "pk", "name": "uq", "created_at": "ix"}


@pytest.fixture
async def many_gadgets(db: AsyncSession) -> None:
    await db.execute(text(FILL), {"rows": ROWS})
    await db.execute(text("ANALYZE gadgets_of_tests"))


async def plan_of(db: AsyncSession, query: PageQuery, **filters: object) -> str:
    """Return PostgreSQL's plan for a page."""
    place = place_of(query, (sort_column(Gadget, query.sort).type, Gadget.id.type))
    page = select_page(select(Gadget), Gadget, query.sort, tuple(filters), tuple(place))
    page = page.params({**filters, **place, LIMIT: query.limit + 1})
    dialect = (await db.connection()).dialect
    sql = page.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    lines = await db.scalars(text(f"EXPLAIN (COSTS OFF) {sql}".replace(":", r"\:")))
    return "\n".join(lines)


async def cursor_behind(db: AsyncSession, sort: str) -> str:
    """Return the cursor of a page in the middle."""
    gadget = await db.scalar(select(Gadget).where(Gadget.name == f"gadget {ROWS // 2}"))
    assert gadget is not None
    column = sort_column(Gadget, sort)
    value = getattr(gadget, column.key)
    return encode_cursor(sort, (column.type, Gadget.id.type), value, gadget.id)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("column", "kind"), INDEXES.items())
async def test_a_page_is_read_from_the_index_of_its_sort_column(
    db: AsyncSession, column: str, kind: str, sign: str
) -> None:
    sort = f"{sign}{column}"
    for cursor in (None, await cursor_behind(db, sort)):
        plan = await plan_of(db, PageQuery(sort=sort, cursor=cursor))
        assert f"using {kind}_gadgets_of_tests" in plan, plan
        assert "Index Scan" in plan, plan
        assert ("Index Cond" in plan) == (cursor is not None), plan


async def test_a_filter_is_read_from_its_index(db: AsyncSession) -> None:
    plan = await plan_of(db, PageQuery(), name="gadget 7")
    assert "uq_gadgets_of_tests_name" in plan, plan
