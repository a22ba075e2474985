"""Tables for tests of ownership, beside those of the service: books belong to owners."""

from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from app.db.ownership import OwnedMixin


class OwnBase(DeclarativeBase):
    """Not the service's base, so that no migration has to create these tables."""

    metadata = MetaData()


class Shelf(OwnBase):
    __tablename__ = "shelves_of_tests"

    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(lazy="raise", viewonly=True)


class Book(OwnedMixin, OwnBase):
    __tablename__ = "books_of_tests"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey(Shelf.id))


BOOKS: Table = OwnBase.metadata.tables[Book.__tablename__]


async def create_shelves(connection: AsyncConnection) -> None:
    """Create the tables."""
    await connection.run_sync(OwnBase.metadata.create_all)
