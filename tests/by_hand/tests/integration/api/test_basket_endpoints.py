"""The baskets, over HTTP against the real database."""

from typing import Any

from httpx2 import AsyncClient

URL = "/api/v1/baskets/"
BASKET: dict[str, Any] = {"note": None, "items": [{"name": "Lamp", "amount": 3}]}


async def test_an_order_comes_back_with_its_items(client: AsyncClient) -> None:
    answer = await client.post(URL, json=BASKET)
    assert answer.status_code == 201
    created = answer.json()
    assert [item["name"] for item in created["items"]] == ["Lamp"]
    order_id = created["order"]["id"]
    assert (await client.get(f"/api/v1/orders/{order_id}")).status_code == 200


async def test_a_wrong_item_stores_no_order(client: AsyncClient) -> None:
    items = [*BASKET["items"], {"name": "Chair", "amount": 0}]
    answer = await client.post(URL, json=BASKET | {"items": items})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == ["body", "items", "1", "amount"]
    assert (await client.get("/api/v1/orders/")).json()["items"] == []
