"""Exports, as JSON Lines."""

from collections.abc import AsyncIterator

from fastapi import APIRouter

from app.api.deps import StreamDb
from app.api.openapi import COMMON
from app.models.order import OrderRead
from app.services.export_service import ExportService

router = APIRouter(prefix="/exports", tags=["exports"])


@router.get("/orders", responses=COMMON)
async def export_orders(db: StreamDb) -> AsyncIterator[OrderRead]:
    """Return all orders, one on each line."""
    async for order in ExportService(db).orders():
        yield order
