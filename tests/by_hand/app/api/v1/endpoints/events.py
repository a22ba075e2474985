"""Server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.api.deps import StreamDb
from app.api.openapi import COMMON
from app.models.types import RowId
from app.services.export_service import ExportService

router = APIRouter(prefix="/events", tags=["events"])

LastEventId = Annotated[RowId | None, Header(description="The last order that the client has.")]


@router.get("/orders", response_class=EventSourceResponse, responses=COMMON)
async def stream_orders(
    db: StreamDb, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Return the orders that the client does not have yet; browsers ask again by themselves."""
    async for order in ExportService(db).orders(after=last_event_id):
        yield ServerSentEvent(data=order, event="order", id=str(order.id))
