"""No statement of a session finds, stores or changes a row of another owner."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker
from sqlalchemy.orm import aliased, joinedload, make_transient_to_detached, selectinload

from app.db.ownership import EVERYONE, OwnerMissingError, OwnershipError, owned_by
from tests.others import OTHER
from tests.shelves import BOOKS, Book, Shelf, create_shelves
from tests.tokens import CALLER

MINE, THEIRS = 1, 2
IDS = select(Book.id)
OF_SHELF = Shelf.id == Book.shelf_id
FILTERED: dict[str, Executable] = {
    "column": IDS,
    "alias": select(aliased(Book).id),
    "join to it": IDS.join(Shelf, OF_SHELF),
    "join from another": IDS.select_from(Shelf).join(Shelf.books),
    "other entity": select(Shelf.id).join(Book, OF_SHELF),
    "subquery": select(IDS.subquery().c.id),
    "subquery of the table": select(aliased(Book, select(BOOKS).subquery()).id),
    "common table expression": select(IDS.cte().c.id),
    "union": union(IDS, IDS.where(Book.id > 0)),
    "aggregate": select(func.count()).select_from(Book),
    "exists": select(func.count(Shelf.id)).where(exists().where(OF_SHELF)),
    "relationship": select(func.count(Shelf.id)).where(Shelf.books.any(Book.id < THEIRS)),
    "in": select(func.count(Shelf.id)).where(Shelf.id.in_(select(Book.shelf_id))),
    "scalar subquery": select(select(func.count(Book.id)).scalar_subquery()),
    "lock": IDS.with_for_update(),
    "from a statement": IDS.from_statement(IDS),
    "own condition in text": text("SELECT id FROM books_of_tests WHERE owner = :owner").bindparams(
        owner=CALLER.owner
    ),
}
REFUSED: dict[str, Executable] = {
    "table": select(BOOKS),
    "column of the table": select(BOOKS.c.id),
    "alias of the table": select(BOOKS.alias().c.id),
    "table in a subquery": select(Shelf.id).where(exists(select(BOOKS.c.id))),
    "join to the table": select(Shelf.id).join(BOOKS, BOOKS.c.shelf_id == Shelf.id),
    "class and table": IDS.where(Book.shelf_id.in_(select(BOOKS.alias().c.shelf_id))),
    "text": text("SELECT id FROM books_of_tests"),
    "text with a schema": text('select b.id from shelves_of_tests, public."books_of_tests" b'),
    "from text": IDS.from_statement(text("SELECT id FROM books_of_tests")),
    "window function": select(func.row_number().over(order_by=Book.id)),
    "delete of others by it": delete(Shelf).where(OF_SHELF),
    "update of the owner": update(Book).values(owner=OTHER.owner),
    "update of the table": update(BOOKS).values(title="x"),
    "delete from the table": delete(BOOKS),
    "insert": insert(Book).values(id=3, title="x", shelf_id=1, owner=OTHER.owner),
    "insert into the table": insert(BOOKS).values(id=3, title="x", shelf_id=1, owner="other"),
    "insert from it": insert(Shelf).from_select(["id"], select(BOOKS.c.id + 1)),
}


@pytest.fixture
async def other(
    connection: AsyncConnection, new_session: async_sessionmaker[AsyncSession]
) -> AsyncIterator[AsyncSession]:
    """The session of another owner, who has a book on the same shelf."""
    await create_shelves(connection)
    async with new_session() as session:
        session.add(Shelf(id=1))
        await session.commit()
        owned_by(session, OTHER).add(Book(id=THEIRS, title="theirs", shelf_id=1))
        await session.commit()
        yield session


@pytest.fixture
async def own(other: AsyncSession, db: AsyncSession) -> AsyncSession:
    """The session of the caller, who has a book."""
    assert other.info
    owned_by(db, CALLER).add(Book(id=MINE, title="mine", shelf_id=1))
    await db.commit()
    return db


async def test_a_statement_finds_own_rows_only(own: AsyncSession) -> None:
    for name, statement in FILTERED.items():
        assert (await own.scalars(statement)).all() == [1], name


async def test_a_statement_that_cannot_be_filtered_is_refused(own: AsyncSession) -> None:
    for name, statement in REFUSED.items():
        with pytest.raises(OwnershipError, match="books_of_tests"):
            pytest.fail(f"{name}: {(await own.execute(statement)).all()}")


async def test_a_session_without_an_owner_refuses_both(
    own: AsyncSession, new_session: async_sessionmaker[AsyncSession]
) -> None:
    await own.commit()
    for name in FILTERED.keys() - {"own condition in text"} | REFUSED.keys():
        async with new_session() as session:
            with pytest.raises(OwnershipError, match="books_of_tests"):
                pytest.fail(f"{name}: {await session.execute((FILTERED | REFUSED)[name])}")


async def test_a_report_about_all_owners_says_so(own: AsyncSession) -> None:
    for statement in (IDS.order_by(Book.id), select(BOOKS.c.id).order_by(BOOKS.c.id)):
        rows = await own.scalars(statement, execution_options=EVERYONE)
        assert rows.all() == [MINE, THEIRS]


@pytest.mark.parametrize("load", [joinedload, selectinload])
async def test_relationships_load_own_rows_only(own: AsyncSession, load: Any) -> None:
    shelf = await own.scalar(select(Shelf).options(load(Shelf.books)))
    assert shelf is not None
    assert [book.title for book in shelf.books] == ["mine"]
    await own.refresh(shelf, ["books"])
    assert [book.title for book in shelf.books] == ["mine"]


async def test_a_row_of_another_owner_is_not_got(own: AsyncSession) -> None:
    assert await own.get(Book, THEIRS) is None
    assert await own.get(Book, MINE)


async def test_updates_and_deletes_reach_own_rows_only(
    own: AsyncSession, other: AsyncSession
) -> None:
    await own.execute(update(Book).values(title="changed"))
    assert (await own.scalars(select(Book.title))).all() == ["changed"]
    await own.execute(delete(Book))
    assert (await own.scalars(IDS)).all() == []
    await own.commit()
    assert (await other.scalars(select(Book.title))).all() == ["theirs"]


async def test_a_new_row_has_the_owner_of_the_session(own: AsyncSession) -> None:
    own.add(Book(id=3, title="new", shelf_id=1, owner=OTHER.owner))
    await own.commit()
    assert (await own.scalars(select(Book.owner))).all() == [CALLER.owner, CALLER.owner]


async def test_an_owner_does_not_change(own: AsyncSession) -> None:
    book = await own.get_one(Book, MINE)
    book.owner = OTHER.owner or ""
    with pytest.raises(OwnershipError, match="does not change"):
        await own.flush()


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_row_from_elsewhere_is_neither_changed_nor_deleted(
    own: AsyncSession, deleted: bool
) -> None:
    book = Book(id=THEIRS, title="theirs", shelf_id=1, owner=OTHER.owner)
    make_transient_to_detached(book)
    own.add(book)
    book.title = "stolen"
    if deleted:
        await own.delete(book)
    with pytest.raises(OwnershipError, match="of another"):
        await own.flush()


async def test_rows_are_not_stored_without_an_owner(
    own: AsyncSession, new_session: async_sessionmaker[AsyncSession]
) -> None:
    assert own.info
    async with new_session() as session:
        session.add(Book(id=3, title="new", shelf_id=1, owner=OTHER.owner))
        with pytest.raises(OwnershipError, match="owned_by"):
            await session.commit()


@pytest.mark.parametrize("statement", [insert(Book), update(Book), insert(BOOKS)])
async def test_rows_are_not_stored_or_changed_in_bulk(own: AsyncSession, statement: Any) -> None:
    rows = [{"id": key, "title": "x", "shelf_id": 1, "owner": "other"} for key in (1, 2)]
    with pytest.raises(OwnershipError, match="books_of_tests"):
        await own.execute(statement, rows)


async def test_a_session_has_one_owner(db: AsyncSession) -> None:
    assert owned_by(db, CALLER) is owned_by(db, replace(CALLER, subject="same tenant")) is db
    with pytest.raises(OwnershipError, match="another owner"):
        owned_by(db, OTHER)
    with pytest.raises(OwnerMissingError):
        owned_by(db, replace(CALLER, owner=None))
