"""The shipment endpoints, over HTTP against the real database."""

from httpx2 import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models.ticket import Ticket
from tests.factories import order as order_factory

NO_ID = 2**63 - 1


async def test_an_order_is_shipped_after_the_response(
    client: AsyncClient, db: AsyncSession
) -> None:
    order = await order_factory.create(db)
    answer = await client.post(f"/api/v1/shipments/{order.id}")
    assert answer.status_code == 202
    assert answer.json()["id"] == order.id
    assert (await db.scalars(select(Ticket.title))).all() == [f"Ship order {order.id}"]


async def test_an_order_that_does_not_exist_is_not_shipped(client: AsyncClient) -> None:
    assert (await client.post(f"/api/v1/shipments/{NO_ID}")).status_code == 404
