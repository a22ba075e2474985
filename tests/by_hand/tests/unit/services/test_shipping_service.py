"""ShippingService, against the real database."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFoundError
from app.db.models.ticket import Ticket
from app.models.ticket import TicketLabel
from app.services.shipping_service import ShippingService
from tests.factories import order as order_factory

NO_ID = 2**63 - 1


async def test_those_who_ship_get_a_ticket(db: AsyncSession) -> None:
    order = await order_factory.create(db)
    await ShippingService(db).ship(order.id)
    ticket = (await db.scalars(select(Ticket))).one()
    assert ticket.title == f"Ship order {order.id}"
    assert ticket.labels == [TicketLabel.SHIPPING]


async def test_an_order_that_does_not_exist_is_not_shipped(db: AsyncSession) -> None:
    with pytest.raises(NotFoundError):
        await ShippingService(db).ship(NO_ID)
