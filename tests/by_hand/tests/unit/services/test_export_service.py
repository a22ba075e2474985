"""ExportService, against the real database."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.export_service import ExportService
from tests.factories import order as order_factory


async def test_orders_come_in_the_order_of_their_ids(db: AsyncSession) -> None:
    ids = [(await order_factory.create(db)).id for _ in range(3)]
    assert [order.id async for order in ExportService(db).orders()] == ids


async def test_orders_after_an_id_are_those_with_a_higher_one(db: AsyncSession) -> None:
    first, second = [(await order_factory.create(db)).id for _ in range(2)]
    assert [order.id async for order in ExportService(db).orders(after=first)] == [second]
