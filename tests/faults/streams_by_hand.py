"""Routes that an owner may write: streams from the database, and a slow statement."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.database import within
from app.api.deps import Db, StreamDb

LINE = "x" * 1000
ROWS = text("SELECT generate_series(1, 1000000)")
SLEEP = text("SELECT pg_sleep(:seconds)")

router = APIRouter(prefix="/streams", tags=["streams"])


async def lines(db: AsyncSession) -> AsyncIterator[str]:
    async for number in await db.stream_scalars(ROWS):
        yield f"{number} {LINE}\n"


@router.get("/text")
async def stream_text(db: StreamDb) -> StreamingResponse:
    return StreamingResponse(lines(db))


@router.get("/items")
async def stream_items(db: StreamDb) -> AsyncIterator[str]:
    async for line in lines(db):
        yield line


@router.get("/events", response_class=EventSourceResponse)
async def stream_events(db: StreamDb) -> AsyncIterator[str]:
    async for line in lines(db):
        yield line


@router.get("/closed")
async def stream_too_late(db: Db) -> StreamingResponse:
    return StreamingResponse(lines(db))


@router.get("/slow")
async def sleep(
    db: Annotated[AsyncSession, Depends(within(3), scope="function")], seconds: float
) -> None:
    await db.execute(SLEEP, {"seconds": seconds})
