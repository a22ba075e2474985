"""A table and routes for tests of the code that all resources share."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.api.database import within
from app.api.deps import Conditional, Created, Db, Paged, StreamDb, Tagged
from app.core.config import MEBIBYTE
from app.core.errors import DatabaseUnavailableError, NotFoundError
from app.db.base import Base, RowMixin
from app.db.commit import commit
from app.db.pagination import Page, fetch_page
from app.models import base
from app.models.types import Int64, Text

URL = "/gadgets/"
LIGHTEST = -100
UPLOAD_MAX = 2 * MEBIBYTE
UNEXPECTED = "unexpected failure"
MinuteDb = Annotated[AsyncSession, Depends(within(60), scope="request")]
router = APIRouter(prefix="/gadgets", include_in_schema=False)


class Gadget(RowMixin, Base):
    """A row with every kind of column that matters to pagination, and with references."""

    __tablename__ = "gadgets_of_tests"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    size: Mapped[int | None]
    weight: Mapped[float] = mapped_column(default=1.5)
    boxed: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=datetime(2026, 1, 31, tzinfo=UTC))
    box_id: Mapped[int | None] = mapped_column(
        ForeignKey("gadgets_of_tests.id", ondelete="SET NULL")
    )
    whole_id: Mapped[int | None] = mapped_column(
        ForeignKey("gadgets_of_tests.id", ondelete="RESTRICT")
    )

    box: Mapped["Gadget | None"] = relationship(
        lambda: Gadget,  # a resource may have the same name
        lazy="raise",
        remote_side=lambda: Gadget.id,
        foreign_keys=box_id,
    )

    __table_args__ = (CheckConstraint(weight > LIGHTEST, name="weight"),)


class GadgetCreate(base.RequestModel):
    name: Text
    size: Int64 | None = None


class GadgetRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    size: int | None


class GadgetQuery(base.PageQuery):
    name: Text | None = None


async def create_table(connection: AsyncConnection) -> None:
    """Create the table."""
    await connection.run_sync(Gadget.metadata.tables[Gadget.__tablename__].create)


async def create_gadgets(db: AsyncSession, *rows: dict[str, Any]) -> list[Gadget]:
    """Store gadgets in the order given."""
    gadgets = [Gadget(**row) for row in rows]
    for gadget in gadgets:
        db.add(gadget)
        await commit(db)
    return gadgets


@router.post("/", response_model=GadgetRead, status_code=201)
async def create_gadget(gadget: GadgetCreate, db: Db, reply: Created) -> Gadget:
    return reply.send((await create_gadgets(db, gadget.model_dump()))[0])


@router.get("/", response_model=base.Page[GadgetRead])
async def list_gadgets(
    query: Annotated[GadgetQuery, Query()], db: Db, reply: Paged
) -> Page[Gadget]:
    return reply.send(await fetch_page(db, select(Gadget), Gadget, query, query.filters()))


@router.get("/{gadget_id}", response_model=GadgetRead)
async def get_gadget(gadget_id: int, db: Db, reply: Conditional) -> Gadget:
    gadget = await db.get(Gadget, gadget_id)
    if gadget is None:
        raise NotFoundError(resource="gadget", row_id=gadget_id)
    return reply.send(gadget)


@router.post("/{gadget_id}/grow", response_model=GadgetRead)
async def grow_gadget(gadget_id: int, db: Db, reply: Tagged) -> Gadget:
    gadget = await db.get_one(Gadget, gadget_id)
    gadget.size = (gadget.size or 0) + 1
    await commit(db)
    return reply.send(gadget)


@router.post("/upload", max_body_size=UPLOAD_MAX)
async def upload(request: Request) -> int:
    return len(await request.body())


@router.get("/fail/now")
async def fail() -> None:
    raise RuntimeError(UNEXPECTED)


@router.get("/fail/text")
async def fail_in_text() -> PlainTextResponse:
    return PlainTextResponse("Not here.", 404, {"X-Kept": "yes"})


@router.get("/fail/midway")
async def fail_midway(*, expected: bool = False) -> StreamingResponse:
    async def half_an_answer() -> AsyncIterator[str]:
        yield "half"
        raise DatabaseUnavailableError if expected else RuntimeError(UNEXPECTED)

    return StreamingResponse(half_an_answer())


async def names(db: AsyncSession) -> AsyncIterator[str]:
    async for name in await db.stream_scalars(select(Gadget.name).order_by(Gadget.id)):
        yield f"{name}\n"


@router.get("/names/streamed")
async def stream_names(db: StreamDb) -> StreamingResponse:
    return StreamingResponse(names(db))


@router.get("/names/within-a-minute")
async def stream_names_within_a_minute(db: MinuteDb) -> StreamingResponse:
    return StreamingResponse(names(db))


@router.get("/names/too-late")
async def stream_names_too_late(db: Db) -> StreamingResponse:
    return StreamingResponse(names(db))
