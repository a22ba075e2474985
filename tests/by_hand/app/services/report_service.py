"""Reports over all orders."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models.order_item import OrderItem
from app.models.sales import SalesRead

TOP: Final = 100


class ReportService:
    """Queries of reports."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def sales(self) -> list[SalesRead]:
        """Return what was ordered most, and how often."""
        amount = func.sum(OrderItem.amount).label("amount")
        by_name = select(OrderItem.name, amount).group_by(OrderItem.name)
        rows = await self.db.execute(by_name.order_by(amount.desc()).limit(TOP))
        return [SalesRead.model_validate(row) for row in rows]
