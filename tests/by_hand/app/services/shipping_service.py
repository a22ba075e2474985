"""Shipping of orders."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database
from app.models.ticket import TicketCreate, TicketLabel
from app.services.order_service import OrderService
from app.services.ticket_service import TicketService

TITLE: Final = "Ship order {order_id}"


class ShippingService:
    """Rules of shipping."""

    def __init__(self, db: AsyncSession) -> None:
        self.orders = OrderService(db)
        self.tickets = TicketService(db)

    async def ship(self, order_id: int) -> None:
        """Create the ticket for those who ship.

        Raises:
            NotFoundError: There is no such order.
        """
        order = await self.orders.get(order_id)
        title = TITLE.format(order_id=order.id)
        await self.tickets.create(TicketCreate(title=title, labels=[TicketLabel.SHIPPING]))


async def ship_later(database: Database, order_id: int) -> None:
    """Ship an order after the response, with a session of its own."""
    async with database.session() as db:
        await ShippingService(db).ship(order_id)
