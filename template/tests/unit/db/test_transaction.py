"""What services write in one transaction is committed together, or not at all."""

from collections.abc import Sequence

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import ConflictError
from app.db.commit import commit, transaction
from tests.gadgets import Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")

ONE = {"name": "one"}
TWO = {"name": "two"}


async def stored_names(db: AsyncSession) -> Sequence[str]:
    """Return what is stored once nothing can be committed any more."""
    await db.rollback()
    return (await db.scalars(select(Gadget.name).order_by(Gadget.id))).all()


async def test_it_commits_once_at_its_end(db: AsyncSession) -> None:
    commits: list[object] = []
    event.listen(db.sync_session, "before_commit", commits.append)
    async with transaction(db):
        [one] = await create_gadgets(db, ONE)
        one.name = "first"
        await commit(db)
        db.add(Gadget(**TWO))
        assert (one.version, commits) == (2, [])
    assert len(commits) == 1
    assert await stored_names(db) == ["first", "two"]


@pytest.mark.parametrize(
    ("last", "error"), [(ONE, ConflictError), ({"name": "other"}, ZeroDivisionError)]
)
async def test_an_error_reverts_all_of_it_and_of_an_inner_one_only_that(
    db: AsyncSession, last: dict[str, str], error: type[Exception]
) -> None:
    async def fail() -> None:
        async with transaction(db):
            await create_gadgets(db, ONE)
            db.add(Gadget(**last))  # written at the end
            if error is ZeroDivisionError:
                raise ZeroDivisionError

    with pytest.raises(error):
        await fail()
    async with transaction(db):
        await create_gadgets(db, TWO)
        with pytest.raises(error):
            await fail()
        async with transaction(db):
            db.add(Gadget(name="three"))
    assert await stored_names(db) == ["two", "three"]


async def test_a_direct_commit_inside_is_an_error(db: AsyncSession) -> None:
    async def commit_inside() -> None:
        async with transaction(db):
            await create_gadgets(db, ONE)
            await db.commit()

    with pytest.raises(RuntimeError, match="nothing else commits"):
        await commit_inside()
    assert await stored_names(db) == []
