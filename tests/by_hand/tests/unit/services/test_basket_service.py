"""BasketService, against the real database."""

import pytest
from pydantic import ValidationError
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.db.models.order import Order
from app.models.basket import BasketCreate, BasketItem
from app.services.basket_service import BasketService

BASKET = BasketCreate(
    note="Gift", items=[BasketItem(name="Lamp", amount=1), BasketItem(name="Chair", amount=2)]
)


async def test_an_order_is_stored_with_its_items_in_one_commit(db: AsyncSession) -> None:
    commits: list[object] = []
    event.listen(db.sync_session, "before_commit", commits.append)
    order, items = await BasketService(db).create(BASKET)
    assert len(commits) == 1
    assert [(item.order_id, item.name) for item in items] == [
        (order.id, "Lamp"),
        (order.id, "Chair"),
    ]
    assert order.created_at == items[0].created_at
    assert {order.version, items[0].version} == {1}


async def test_an_order_without_its_items_is_not_stored(
    db: AsyncSession, new_session: async_sessionmaker[AsyncSession]
) -> None:
    refused = BasketItem.model_construct(name="Chair", amount=0)
    half = BASKET.model_copy(update={"items": [*BASKET.items, refused]})
    with pytest.raises(ValidationError):
        await BasketService(db).create(half)
    async with new_session() as other:
        assert await other.scalar(select(func.count()).select_from(Order)) == 0
