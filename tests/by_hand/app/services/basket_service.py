"""Orders that are created together with their items."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.commit import transaction
from app.db.models.order import Order
from app.db.models.order_item import OrderItem
from app.models.basket import BasketCreate
from app.models.order import OrderCreate
from app.models.order_item import OrderItemCreate
from app.services.order_item_service import OrderItemService
from app.services.order_service import OrderService


class BasketRows(NamedTuple):
    """An order and its items."""

    order: Order
    items: list[OrderItem]


class BasketService:
    """Rules of orders with items; two services in one transaction."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db
        self.orders = OrderService(db)
        self.items = OrderItemService(db)

    async def create(self, data: BasketCreate) -> BasketRows:
        """Store an order with its items, all or nothing, and return the rows."""
        async with transaction(self.db):
            order = await self.orders.create(OrderCreate(note=data.note))
            items = [
                await self.items.create(OrderItemCreate(order_id=order.id, **item.model_dump()))
                for item in data.items
            ]
        return BasketRows(order, items)
