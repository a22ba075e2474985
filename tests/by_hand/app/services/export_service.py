"""Exports that are too long for one page."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models.order import Order
from app.models.order import OrderRead


class ExportService:
    """Queries of exports; their rows come from a cursor of the database."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def orders(self, after: int | None = None) -> AsyncIterator[OrderRead]:
        """Yield the orders with a higher id, by default all."""
        later = select(Order).where(Order.id > (after or 0)).order_by(Order.id)
        async for order in await self.db.stream_scalars(later):
            yield OrderRead.model_validate(order)
