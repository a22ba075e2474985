"""The export and the events, over HTTP against the real database."""

import json

from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories import order as order_factory


async def test_an_export_has_a_line_for_each_order(client: AsyncClient, db: AsyncSession) -> None:
    ids = [(await order_factory.create(db)).id for _ in range(3)]
    answer = await client.get("/api/v1/exports/orders")
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == ids


async def test_an_export_of_nothing_is_empty(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/exports/orders")
    assert (answer.status_code, answer.text) == (200, "")


async def test_events_go_on_where_the_client_was(client: AsyncClient, db: AsyncSession) -> None:
    first, second = [(await order_factory.create(db)).id for _ in range(2)]
    url = "/api/v1/events/orders"
    answer = await client.get(url, headers={"Last-Event-ID": str(first)})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.text.startswith("event: order\ndata: {")
    assert f"id: {second}\n" in answer.text
    assert f"id: {first}\n" not in answer.text


async def test_a_wrong_event_id_is_named(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/events/orders", headers={"Last-Event-ID": "none"})
    assert answer.status_code == 422
