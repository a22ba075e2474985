"""A row is found by its id, and read again when it is locked."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db.rows import find_row
from tests.gadgets import Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")


async def test_a_row_is_found_by_its_id(db: AsyncSession) -> None:
    one, two = await create_gadgets(db, {"name": "one"}, {"name": "two"})
    assert await find_row(db, Gadget, two.id) is two
    assert await find_row(db, Gadget, one.id, lock=True) is one
    assert await find_row(db, Gadget, two.id + 1) is None


async def test_a_new_row_can_refer_to_a_locked_one(engine: AsyncEngine, db: AsyncSession) -> None:
    async with AsyncSession(engine, expire_on_commit=False) as other:
        [gadget] = await create_gadgets(other, {"name": "referred to"})
        assert await find_row(db, Gadget, gadget.id, lock=True)
        await other.execute(text("SET LOCAL lock_timeout = '1s'"))
        [part] = await create_gadgets(other, {"name": "refers", "whole_id": gadget.id})
        await db.rollback()
        for row in (part, gadget):
            await other.delete(row)
            await other.commit()


async def test_a_locked_row_is_read_again(db: AsyncSession) -> None:
    [gadget] = await create_gadgets(db, {"name": "one"})
    await db.execute(text("UPDATE gadgets_of_tests SET name = 'two'"))
    assert (await find_row(db, Gadget, gadget.id, lock=True)) is gadget
    assert gadget.name == "two"
