"""ReportService, against the real database."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.sales import SalesRead
from app.services.report_service import ReportService
from tests.factories import order_item as order_item_factory


async def test_what_was_ordered_most_comes_first(db: AsyncSession) -> None:
    for name, amount in (("Lamp", 1), ("Chair", 5), ("Lamp", 2)):
        await order_item_factory.create(db, name=name, amount=amount)
    sales = [SalesRead(name="Chair", amount=5), SalesRead(name="Lamp", amount=3)]
    assert await ReportService(db).sales() == sales
