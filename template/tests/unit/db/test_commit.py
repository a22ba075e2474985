"""A refused commit tells why, and leaves the session fit for use."""

import pytest
from sqlalchemy import exc, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import ConflictError
from app.db.commit import commit
from tests.gadgets import Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")


async def test_a_taken_value_is_a_conflict_that_names_the_field(db: AsyncSession) -> None:
    await create_gadgets(db, {"name": "one"})
    db.add(Gadget(name="one"))
    with pytest.raises(ConflictError) as caught:
        await commit(db)
    assert [value.location for value in caught.value.invalid] == [("body", "name")]


async def test_the_session_can_be_used_after_a_conflict(db: AsyncSession) -> None:
    await create_gadgets(db, {"name": "one"})
    db.add(Gadget(name="one"))
    with pytest.raises(ConflictError):
        await commit(db)
    await create_gadgets(db, {"name": "two"})
    names = await db.scalars(select(Gadget.name).order_by(Gadget.name))
    assert names.all() == ["one", "two"]


async def test_a_violation_that_no_client_causes_stays_an_error_of_ours(db: AsyncSession) -> None:
    db.add(Gadget(name=None))
    with pytest.raises(exc.IntegrityError):
        await commit(db)
