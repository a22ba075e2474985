"""The reports, over HTTP against the real database."""

from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories import order_item as order_item_factory


async def test_sales_are_reported(client: AsyncClient, db: AsyncSession) -> None:
    await order_item_factory.create(db, name="Lamp", amount=3)
    answer = await client.get("/api/v1/reports/sales")
    assert answer.json() == [{"name": "Lamp", "amount": 3}]
