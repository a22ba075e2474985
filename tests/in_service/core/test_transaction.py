"""What services write in one transaction is committed together, or not at all."""

from collections.abc import Sequence

import pytest
from sqlalchemy import event, exc, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import ConflictError
from app.db.commit import commit, transaction
from tests.gadgets import Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")

ONE = {"name": "one"}
TWO = {"name": "two"}
SENT = "what a client sent"


async def stored_names(db: AsyncSession) -> Sequence[str]:
    """Return what is stored once nothing can be committed any more."""
    await db.rollback()
    return (await db.scalars(select(Gadget.name).order_by(Gadget.id))).all()


async def fail_after(db: AsyncSession, *rows: dict[str, str]) -> None:
    async with transaction(db):
        await create_gadgets(db, *rows)
        raise ZeroDivisionError


async def test_it_commits_once_at_its_end(db: AsyncSession) -> None:
    commits: list[object] = []
    event.listen(db.sync_session, "before_commit", commits.append)
    async with transaction(db):
        one, two = await create_gadgets(db, ONE, TWO)
        assert one.id < two.id
        assert (one.version, one.created_at) == (1, two.created_at)
        one.name = "first"
        await commit(db)
        assert commits == []
    assert len(commits) == 1
    assert one.version == 2
    assert await stored_names(db) == ["first", "two"]


async def test_a_conflict_is_reported_and_rolls_all_of_it_back(db: AsyncSession) -> None:
    with pytest.raises(ConflictError) as caught:
        async with transaction(db):
            await create_gadgets(db, ONE, TWO, ONE)
    assert [value.location for value in caught.value.invalid] == [("body", "name")]
    assert await stored_names(db) == []


async def test_the_session_commits_by_itself_again_afterwards(db: AsyncSession) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail_after(db, ONE)
    await create_gadgets(db, TWO)
    assert await stored_names(db) == ["two"]


async def test_an_inner_one_is_part_of_the_outer_one(db: AsyncSession) -> None:
    async def fail_after_an_inner_one() -> None:
        async with transaction(db):
            async with transaction(db):
                await create_gadgets(db, ONE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_an_inner_one()
    assert await stored_names(db) == []


@pytest.mark.parametrize("taken", [True, False])
async def test_an_error_that_leaves_an_inner_one_reverts_only_that(
    db: AsyncSession, taken: bool
) -> None:
    async with transaction(db):
        await create_gadgets(db, ONE)
        with pytest.raises(ConflictError if taken else ZeroDivisionError):
            await (fail_after(db, TWO, ONE) if taken else fail_after(db, TWO))
        await create_gadgets(db, {"name": "three"})
    assert await stored_names(db) == ["one", "three"]


async def test_rows_that_were_only_added_are_written_at_the_end(db: AsyncSession) -> None:
    await create_gadgets(db, ONE)
    async with transaction(db):
        with pytest.raises(ConflictError):
            async with transaction(db):
                db.add(Gadget(**ONE))
        db.add(Gadget(**TWO))
    assert await stored_names(db) == ["one", "two"]


async def test_a_conflict_that_is_caught_without_an_inner_one_commits_nothing(
    db: AsyncSession,
) -> None:
    async def go_on() -> None:
        async with transaction(db):
            with pytest.raises(ConflictError):
                await create_gadgets(db, TWO, {"name": SENT}, {"name": SENT})

    with pytest.raises(exc.PendingRollbackError) as caught:
        await go_on()
    assert SENT not in str(caught.value)
    assert await stored_names(db) == []
